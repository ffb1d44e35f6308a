using FsCheck;
using FsCheck.Xunit;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.Domain.Tests.Expressions;

public sealed class ExpressionFaultTests
{
    private static readonly string[] Words =
    [
        "tags", ".", "age", "vip", "aum", "since", "job", "city", "has", "(", ")", "!", "==", "!=", "<", "<=", ">", ">=", "=", "in", "[",
        "]", ",",
        "-", "+", "*", "/", "%", "?", ":", "&&", "||", "&", "|", "now", "events", "count", "journey", "stage", "duration", "\"7d\"",
        "\"login\"",
        "1", "1.2.3", "99999999999999999999", "1.00001", "\"x\"", "'student'", "\"", "timestamp", "\"2026-01-01T00:00:00Z\"", "true",
        "false",
        " ", "\n", "客", "\\", "\0", "foo", "tags.age", "tags.vip", "tags.city",
    ];

    [Theory]
    [InlineData("", 1, 1, "found the end", "expected a value, such as tags.age")]
    [InlineData("tags.age >", 1, 11, "found the end", "expected a value")]
    [InlineData("tags.age >= ]", 1, 13, "found ']'", "expected a value")]
    [InlineData("tags.vip &&\n  tags.", 2, 8, "found the end", "expected the id of a tag")]
    [InlineData("tags.vip &&\n  || true", 2, 3, "found '||'", "expected a value")]
    [InlineData("tags.vip & tags.vip", 1, 10, "found '&'", "expected an operator, such as && or ==, or the end")]
    [InlineData("tags.age = 1", 1, 10, "found '='", "expected an operator")]
    [InlineData("(tags.vip", 1, 10, "found the end", "expected an operator, or ')'")]
    [InlineData("tags.vip)", 1, 9, "found ')'", "expected an operator")]
    [InlineData("tags.vip ? true", 1, 16, "found the end", "expected ':'")]
    [InlineData("foo(tags.age)", 1, 1, "found 'foo'", "expected a value, such as tags.age")]
    [InlineData("has(age)", 1, 5, "found 'age'", "expected a tag, such as tags.age")]
    [InlineData("!\"has\"(tags.age)", 1, 7, "found '('", "expected an operator")]
    [InlineData("tags.age in 1", 1, 13, "found '1'", "expected '[', the beginning of a list")]
    [InlineData("tags.age in []", 1, 14, "found ']'", "expected a constant")]
    [InlineData("tags.age in [1, tags.age]", 1, 17, "found 'tags'", "expected a constant")]
    [InlineData("tags.age in [1", 1, 15, "found the end", "expected ',' or ']'")]
    [InlineData("tags.city == \"x", 1, 14, "does not end on its line", "\" would end it")]
    [InlineData("tags.city == \"x\ny\"", 1, 14, "does not end on its line", "\" would end it")]
    [InlineData("tags.city == \"a\\d\"", 1, 16, "found '\\d'", "expected one of")]
    [InlineData("tags.city == \"a\\u12\"", 1, 16, "found '\\u12\"'", "expected one of")]
    [InlineData("tags.city == '\\uD800'", 1, 15, "found '\\uD800'", "expected one of")]
    [InlineData("tags.age > 99999999999999999999", 1, 12, "found '99999999999999999999'", "a whole number of 64 bits")]
    [InlineData("tags.aum > 1.2.3", 1, 12, "found '1.2.3'", "at most 4 decimals")]
    [InlineData("tags.aum > 1.00001", 1, 12, "found '1.00001'", "at most 4 decimals")]
    [InlineData("tags.aum > 1.", 1, 12, "found '1.'", "at most 4 decimals")]
    [InlineData("tags.aum > 9223372036854775807", 1, 12, "found 9223372036854775807", "within ±922337203685477.5807")]
    [InlineData("tags.since > timestamp(\"12:00\")", 1, 24, "found the text \"12:00\"", "RFC 3339")]
    [InlineData("tags.since > timestamp(\"2026-01-01\")", 1, 24, "2026-01-01", "RFC 3339")]
    [InlineData("now - now > duration('7 d')", 1, 22, "found the text '7 d'", "units d, h, m, s, ms")]
    [InlineData("now - now > duration('7h1d')", 1, 22, "found the text '7h1d'", "units")]
    [InlineData("now - now > duration('')", 1, 22, "found the text ''", "units")]
    [InlineData("now - now > duration('99999999999999999d')", 1, 22, "found the text", "units")]
    [InlineData("events.sum('login', duration('7d')) > 1", 1, 8, "found 'sum'", "expected 'count'")]
    [InlineData("events.count('login') > 1", 1, 21, "found ')'", "expected ',' and a duration")]
    [InlineData("journey('loan') == 'x'", 1, 17, "found '=='", "expected '.stage'")]
    [InlineData("contacts('weekly') > 1", 1, 9, "found '('", "expected '.used'")]
    public void What_cannot_be_read_is_named_with_its_place_and_what_would_be_right(
        string expression, int line, int column, string found, string expected) => Refused(expression, line, column, found, expected);

    [Theory]
    [InlineData("tags.agee > 1", 6, "there is no tag 'agee'", "did you mean 'age'")]
    [InlineData("has(tags.ciity)", 10, "there is no tag 'ciity'", "did you mean 'city'")]
    [InlineData("tags.job == \"studnet\"", 13, "tags.job has no value \"studnet\"", "did you mean 'student'")]
    [InlineData("tags.job in ['student', 'retird']", 25, "has no value \"retird\"", "did you mean 'retired'")]
    [InlineData("contacts.used('weakly') > 1", 15, "there is no cap 'weakly'", "did you mean 'weekly'")]
    [InlineData(
        "contacts.used('each_action') > 1", 15, "the cap 'each_action' counts each action by itself",
        "expected one of all contacts, or one that names its action")]
    [InlineData("contacts.used('weekly') > 1.5 && contacts.used('weekly') == 'x'", 61, "found a text", "contacts.used(\"weekly\")")]
    [InlineData("journey('loon').stage == 'applied'", 9, "there is no journey 'loon'", "did you mean 'loan'")]
    [InlineData("journey('loan').stage == 'aplied'", 26, "has no value \"aplied\"", "did you mean 'applied'")]
    [InlineData("events.count('lgin', duration('30d')) > 1", 14, "there is no event type 'lgin'", "did you mean 'login'")]
    [InlineData(
        "events.count('login', duration('7d')) > 1", 32, "{event_type_id: login, function: count, window: 7d}", "over 30d (tags.logins)")]
    [InlineData("events.count('logout', duration('1d12h')) > 1", 33, "window: 1d12h}", "no live tag counts 'logout' yet")]
    [InlineData("events.count('login', duration('91d')) > 1", 32, "a window is 1m to 90d", "tags.logins")]
    [InlineData("tags.job < \"student\"", 10, "'<' needs numbers, times or durations", "tags.job is an enum")]
    [InlineData("tags.city >= 'a'", 11, "'>=' needs", "tags.city is a text")]
    [InlineData("tags.vip < true", 10, "'<' needs", "tags.vip is a bool")]
    [InlineData("tags.since > 5", 14, "found an integer", "expected a time, such as timestamp(")]
    [InlineData("now - tags.since > 5", 20, "found an integer", "expected a duration, such as duration(")]
    [InlineData("tags.age == 'x'", 13, "found a text", "expected a number")]
    [InlineData("tags.job == 1", 13, "found an integer", "expected a text in quotes")]
    [InlineData("tags.city == tags.age", 11, "found a text on the left and an integer on the right", "two values of one type")]
    [InlineData("tags.job == journey('loan').stage", 10, "tags.job and journey(\"loan\").stage have different values", "its own values")]
    [InlineData("tags.since + tags.since > now", 12, "found a time + a time", "expected numbers, or times and durations")]
    [InlineData("!tags.age", 7, "'!' needs a bool", "tags.age is an integer")]
    [InlineData("-tags.vip", 7, "'-' needs a number", "tags.vip is a bool")]
    [InlineData("tags.vip && tags.age", 18, "'&&' joins conditions", "tags.age is an integer")]
    [InlineData("tags.age ? true : false", 6, "'?' needs a bool", "tags.age is an integer")]
    [InlineData("tags.vip ? 1 : true", 16, "found a bool", "expected a number")]
    [InlineData("tags.age", 9, "the expression gives an integer", ">= 18")]
    [InlineData("tags.city", 10, "the expression gives a text", "== \"text\"")]
    public void What_does_not_fit_the_catalogue_is_named_with_its_place_and_what_would_be_right(
        string expression, int column, string found, string expected) => Refused(expression, 1, column, found, expected);

    [Fact]
    public void An_expression_may_be_as_large_as_its_limits_and_no_larger()
    {
        Accepted(new string('(', 64) + "true" + new string(')', 64));
        Refused(new string('(', 65) + "true" + new string(')', 65), 1, 66, "nested deeper than 64", "");
        Accepted(new string('!', 64) + "true");
        Refused(new string('!', 65) + "true", 1, 66, "nested deeper than 64", "");
        Accepted(string.Concat(Enumerable.Repeat("true ? true : ", 64)) + "true");
        Refused(string.Concat(Enumerable.Repeat("true ? true : ", 65)) + "true", 1, 903, "nested deeper than 64", "");
        Accepted(string.Concat(Enumerable.Repeat("(!", 32)) + "true" + new string(')', 32));
        Accepted(string.Concat(Enumerable.Repeat("(true ? true : ", 32)) + "true" + new string(')', 32));
        Accepted(string.Concat(Enumerable.Repeat("true && (", 64)) + "true" + new string(')', 64));
        Accepted(string.Join(" || ", Enumerable.Repeat("true", 256)));
        Refused(string.Join(" || ", Enumerable.Repeat("true", 257)), 1, 2046, "more than 512 parts", "");
        Accepted("true" + new string(' ', 4092));
        Refused("true" + new string(' ', 4093), 1, 4097, "at most 4,096 characters; this one has 4,097", "");
    }

    [Theory]
    [InlineData("(", 5000)]
    [InlineData("(", 4096)]
    [InlineData("!", 4096)]
    [InlineData("-", 4096)]
    [InlineData("1?1:", 1000)]
    [InlineData("1?", 2000)]
    [InlineData("((1)+", 800)]
    [InlineData("tags.age in [", 300)]
    [InlineData("has(", 1000)]
    [InlineData("1+", 2000)]
    [InlineData("9", 4000)]
    [InlineData("a", 4000)]
    [InlineData("'", 4095)]
    [InlineData("1<", 2000)]
    public void Deep_and_long_input_is_refused(string part, int times) =>
        Assert.Throws<ExpressionException>(() => Expression.Condition(string.Concat(Enumerable.Repeat(part, times)), Bank.Schema));

    [Property(MaxTest = 3000)]
    public void Any_words_are_a_condition_or_a_fault_with_its_place(byte[] words) =>
        ReadOrRefused(string.Concat(words.Select(static word => Words[word % Words.Length])));

    [Property(MaxTest = 1500)]
    public void Any_text_is_a_condition_or_a_fault_with_its_place(string? text, byte head) =>
        ReadOrRefused(
            (string[])["", "tags.age ", "tags.city == ", "tags.aum in [", "!", "'", "true && "] is var heads
                ? heads[head % heads.Length] + text
                : "");

    [Property(MaxTest = 3000)]
    public void A_damaged_condition_is_a_condition_or_a_fault_with_its_place(DoNotSize<int> seed)
    {
        var random = new RandomExpressions(seed.Item);
        ReadOrRefused(random.Mutated(random.Condition()));
    }

    private static void ReadOrRefused(string expression)
    {
        try
        {
            var condition = Expression.Condition(expression, Bank.Schema);
            condition.Holds(Bank.View(new(), CustomerColumns.Catalog));
            new ExpressionPlan(condition).Match(new CustomerColumns([new()]), new ulong[1]);
        }
        catch (ExpressionException fault)
        {
            var lines = expression.Split('\n');
            Assert.InRange(fault.Line, 1, lines.Length);
            Assert.InRange(fault.Column, 1, lines[fault.Line - 1].Length + 1);
            Assert.Equal($"line {fault.Line}, column {fault.Column}: {fault.Fault}", fault.Message);
        }
    }

    private static void Accepted(string expression) =>
        Expression.Condition(expression, Bank.Schema).Holds(Bank.View(new(), CustomerColumns.Catalog));

    private static void Refused(string expression, int line, int column, string found, string expected)
    {
        var fault = Assert.Throws<ExpressionException>(() => Expression.Condition(expression, Bank.Schema));
        Assert.Contains(found, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (fault.Line, fault.Column));
    }
}
