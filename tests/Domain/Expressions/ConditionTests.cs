using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Expressions;

public sealed class ConditionTests
{
    private static readonly string[] Words =
    [
        "tags", ".", "age", "vip", "aum", "since", "job", "city", "has", "(", ")", "!", "==", "!=", "<", "<=", ">", ">=", "=", "in", "[", "]", ",",
        "-", "1", "1.2.3", "99999999999999999999", "1.00001", "\"x\"", "'student'", "\"", "timestamp", "\"2026-01-01T00:00:00Z\"", "true", "false", " ", "客", "\\", "\0", "foo",
    ];

    [Theory]
    [InlineData("tags.vip", true)]
    [InlineData("!tags.vip", false)]
    [InlineData("tags.vip == true", true)]
    [InlineData("tags.vip != true", false)]
    [InlineData("tags.vip in [false, true]", true)]
    [InlineData("tags.age == 30", true)]
    [InlineData("tags.age != 30", false)]
    [InlineData("tags.age < 30", false)]
    [InlineData("tags.age <= 30", true)]
    [InlineData("tags.age > 30", false)]
    [InlineData("tags.age >= 30", true)]
    [InlineData("tags.age > -9223372036854775808", true)]
    [InlineData("tags.age in [1, 30]", true)]
    [InlineData("tags.age in [1]", false)]
    [InlineData("tags.aum == -36.4", true)]
    [InlineData("tags.aum != -36.4", false)]
    [InlineData("tags.aum < -36.3999", true)]
    [InlineData("tags.aum <= -36.4", true)]
    [InlineData("tags.aum > -36.4", false)]
    [InlineData("tags.aum >= -36", false)]
    [InlineData("tags.aum in [-36.4]", true)]
    [InlineData("tags.since == timestamp(\"2026-01-01T00:00:00Z\")", true)]
    [InlineData("tags.since == timestamp('2026-01-01T08:00:00+08:00')", true)]
    [InlineData("tags.since != timestamp(\"2026-01-01T00:00:00Z\")", false)]
    [InlineData("tags.since < timestamp(\"2026-01-01T00:00:00.001Z\")", true)]
    [InlineData("tags.since >= timestamp(\"2026-01-01T00:00:00Z\")", true)]
    [InlineData("tags.job == 'student'", true)]
    [InlineData("tags.job != \"student\"", false)]
    [InlineData("tags.job in ['retired']", false)]
    [InlineData("tags.city == \"北京\"", true)]
    [InlineData("tags.city != \"北京\"", false)]
    [InlineData("tags.city in [\"天津\", \"北京\"]", true)]
    [InlineData("has(tags.city)", true)]
    [InlineData("!has(tags.city)", false)]
    [InlineData("has(tags.age)", true)]
    [InlineData("!has(tags.age)", false)]
    public void Every_comparison_says_what_it_says_and_a_missing_tag_makes_it_false(string expression, bool holds)
    {
        var state = new CustomerState();
        state.Tags.Set(1, TagValue.Bool(true), Bank.Now, TagSource.Api);
        state.Tags.Set(2, TagValue.Integer(30), Bank.Now, TagSource.Api);
        state.Tags.Set(3, TagValue.Decimal(-364_000), Bank.Now, TagSource.Api);
        state.Tags.Set(4, TagValue.Time(1_767_225_600_000), Bank.Now, TagSource.Api);
        state.Tags.Set(5, TagValue.Enum(1), Bank.Now, TagSource.Api);
        state.Tags.Set(6, TagValue.String("北京"), Bank.Now, TagSource.Api);

        var condition = ConditionParser.Parse(expression, Bank.TagsById);
        Assert.Equal(holds, condition.Holds(Bank.View(state)));
        Assert.Equal(expression.StartsWith("!has", StringComparison.Ordinal), condition.Holds(Bank.View(new())));
    }

    [Theory]
    [InlineData("tags.agee > 1", 6, "'agee'", "did you mean 'age'")]
    [InlineData("tags.job == \"studnet\"", 13, "studnet", "did you mean 'student'")]
    [InlineData("tags.age > 1.5", 12, "found '1.5'", "a whole number")]
    [InlineData("tags.age > 99999999999999999999", 12, "found '99999999999999999999'", "a whole number")]
    [InlineData("tags.aum > 1.2.3", 12, "found '1.2.3'", "at most 4 decimals")]
    [InlineData("tags.aum > 1.00001", 12, "found '1.00001'", "at most 4 decimals")]
    [InlineData("foo(tags.age)", 1, "found 'foo'", "a tag")]
    [InlineData("tags.age", 9, "the end", "==")]
    [InlineData("tags.age >= 1 && tags.vip", 15, "found '&'", "the end")]
    [InlineData("tags.job < \"student\"", 10, "'<'", "Enum")]
    [InlineData("tags.city == \"x", 14, "never ends", "\"")]
    [InlineData("!tags.age", 2, "age", "bool")]
    [InlineData("tags.city == \"a\\d\"", 16, "found '\\d'", "\\n")]
    [InlineData("!\"has\"(tags.age)", 2, "found the text", "a tag")]
    [InlineData("tags.since > 5", 14, "found '5'", "timestamp")]
    [InlineData("tags.since > timestamp(\"12:00\")", 24, "12:00", "RFC 3339")]
    [InlineData("tags.since > timestamp(\"2026-01-01\")", 24, "2026-01-01", "RFC 3339")]
    [InlineData("tags.age in []", 14, "found ']'", "a whole number")]
    [InlineData("", 1, "the end", "a tag")]
    public void A_fault_says_where_what_was_found_and_what_would_be_right(string expression, int column, string found, string expected)
    {
        var fault = Assert.Throws<ConditionException>(() => ConditionParser.Parse(expression, Bank.TagsById));
        Assert.Equal(column, fault.Column);
        Assert.Contains(found, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tags.city == \"a\\n\\t\\r\\\\\\\"'b\"")]
    [InlineData("tags.city == 'a\\n\\t\\r\\\\\"\\'b'")]
    public void Escapes_in_texts_mean_what_they_mean_in_CEL(string expression)
    {
        var state = new CustomerState();
        state.Tags.Set(6, TagValue.String("a\n\t\r\\\"'b"), Bank.Now, TagSource.Api);
        Assert.True(ConditionParser.Parse(expression, Bank.TagsById).Holds(Bank.View(state)));
    }

    [Property(MaxTest = 3000)]
    public void Any_words_are_a_condition_or_a_condition_fault(byte[] words) =>
        ParseOrFault(string.Concat(words.Select(static word => Words[word % Words.Length])));

    [Property(MaxTest = 1000)]
    public void Any_text_is_a_condition_or_a_condition_fault(string? text, byte head) =>
        ParseOrFault((string[])["", "tags.age ", "tags.city == ", "tags.aum in [", "!"] is var heads ? heads[head % heads.Length] + text : "");

    [Theory]
    [InlineData("(", 1024)]
    [InlineData("!", 1024)]
    [InlineData("tags.age in [", 78)]
    [InlineData("9", 5000)]
    public void Deep_and_long_input_is_a_condition_fault(string part, int times) =>
        Assert.Throws<ConditionException>(() => ConditionParser.Parse(string.Concat(Enumerable.Repeat(part, times)), Bank.TagsById));

    private static void ParseOrFault(string expression)
    {
        try
        {
            ConditionParser.Parse(expression, Bank.TagsById).Holds(Bank.View(new()));
        }
        catch (ConditionException fault)
        {
            Assert.InRange(fault.Column, 1, expression.Length + 1);
        }
    }
}
