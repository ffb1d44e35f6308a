using Xunit;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Completion;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>What an editor may propose at a place in an expression.</summary>
public sealed class ExpressionCompletionTests
{
    private static readonly ExpressionSchema Schema = ExpressionSchema.Create(SampleBank.Catalog);

    [Fact]
    public void A_word_that_begins_a_tag_is_completed_by_tags_and_replaced_as_a_whole()
    {
        var (found, from) = Find("true && tags.marit");

        Assert.Equal(8, from);
        Assert.Equal(new Completion("tags.marital", CompletionKind.Tag), found[0]);
    }

    [Fact]
    public void Tags_that_begin_as_the_word_stand_before_those_that_only_have_it()
    {
        var (found, _) = Find("tags.a");

        Assert.All(found.TakeWhile(static each => each.Text.StartsWith("tags.a", StringComparison.Ordinal)), static each => Assert.Equal(CompletionKind.Tag, each.Kind));
        Assert.Contains(found, static each => each.Text == "tags.age");
    }

    [Theory]
    [InlineData("tags.marital == \"", "married")]
    [InlineData("tags.marital != '", "married")]
    [InlineData("tags.marital in [\"single\", \"", "married")]
    [InlineData("journey(\"app_customer\").stage == \"at_", "at_risk")]
    public void A_text_that_is_compared_is_completed_by_the_values_of_what_it_is_compared_with(string expression, string value) =>
        Assert.Contains(Find(expression).Found, each => each == new Completion(value, CompletionKind.Value));

    [Theory]
    [InlineData("journey(\"app", "app_customer", CompletionKind.Journey)]
    [InlineData("events.count(\"app_reg", "app_registered", CompletionKind.EventType)]
    [InlineData("contacts.used(\"all_", "all_7d", CompletionKind.Cap)]
    public void A_text_in_a_call_is_completed_by_what_the_call_takes(string expression, string name, CompletionKind kind) =>
        Assert.Contains(Find(expression).Found, each => each == new Completion(name, kind));

    [Theory]
    [InlineData("tags.age == \"")]
    [InlineData("tags.nothing == \"")]
    [InlineData("\"a text")]
    [InlineData("] [ \"")]
    [InlineData("journey(\").stage == \"")]
    [InlineData("\"journey(\").stage == \"")]
    [InlineData("\\")]
    public void What_has_no_names_gets_none_and_is_no_fault(string expression) =>
        Assert.DoesNotContain(Find(expression).Found, static each => each.Kind == CompletionKind.Value);

    [Fact]
    public void Nothing_written_yet_is_completed_by_words_alone() =>
        Assert.All(Find("").Found, static each => Assert.Equal(CompletionKind.Word, each.Kind));

    [Fact]
    public void No_more_are_named_than_an_editor_shows() => Assert.Equal(ExpressionCompletion.MaxCount, Find("tags.").Found.Count);

    [Fact]
    public void A_fault_behind_the_cursor_hides_nothing() =>
        Assert.Contains(ExpressionCompletion.Find("tags.ag )) && ((", 7, Schema).Completions, static each => each.Text == "tags.age");

    private static (IReadOnlyList<Completion> Found, int From) Find(string expression) => ExpressionCompletion.Find(expression, expression.Length, Schema);
}
