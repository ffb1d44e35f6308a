using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Expressions;

public sealed class ExpressionTests
{
    private const long Day = Bank.DayMs;

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
    [InlineData("tags.age > 29.5", true)]
    [InlineData("tags.age in [29.5, 30.0]", true)]
    [InlineData("30 == tags.age", true)]
    [InlineData("tags.aum == -36.4", true)]
    [InlineData("tags.aum != -36.4", false)]
    [InlineData("tags.aum < -36.3999", true)]
    [InlineData("tags.aum <= -36.4", true)]
    [InlineData("tags.aum > -36.4", false)]
    [InlineData("tags.aum >= -36", false)]
    [InlineData("tags.aum in [-36.4]", true)]
    [InlineData("tags.aum in [-36, -37]", false)]
    [InlineData("tags.since == timestamp(\"2026-01-01T00:00:00Z\")", true)]
    [InlineData("tags.since == timestamp('2026-01-01T08:00:00+08:00')", true)]
    [InlineData("tags.since != timestamp(\"2026-01-01T00:00:00Z\")", false)]
    [InlineData("tags.since < timestamp(\"2026-01-01T00:00:00.001Z\")", true)]
    [InlineData("tags.since >= timestamp(\"2026-01-01T00:00:00Z\")", true)]
    [InlineData("now - tags.since > duration('60d')", true)]
    [InlineData("now - tags.since < duration(\"60d12h\")", true)]
    [InlineData("tags.since + duration(\"60d4h\") == now", true)]
    [InlineData("tags.job == 'student'", true)]
    [InlineData("'student' == tags.job", true)]
    [InlineData("tags.job != \"student\"", false)]
    [InlineData("tags.job in ['retired']", false)]
    [InlineData("(tags.vip ? tags.job : 'retired') == 'student'", true)]
    [InlineData("tags.city == \"北京\"", true)]
    [InlineData("tags.city != \"北京\"", false)]
    [InlineData("tags.city in [\"天津\", \"北京\"]", true)]
    [InlineData("(tags.vip ? tags.city : 'x') == '北京'", true)]
    [InlineData("has(tags.city)", true)]
    [InlineData("has(tags.age)", true)]
    [InlineData("tags.vip ? tags.age == 30 : tags.age == 31", true)]
    public void Every_form_says_what_it_says_and_a_missing_tag_makes_it_false(string expression, bool holds)
    {
        Assert.Equal(holds, Holds(expression, Everything()));
        Assert.False(Holds(expression, new CustomerState()));
    }

    [Theory]
    [InlineData("!has(tags.city)")]
    [InlineData("!has(tags.age)")]
    [InlineData("tags.age > 3 || !has(tags.age)")]
    [InlineData("!(tags.age > 3 && false)")]
    [InlineData("!(has(tags.vip) && tags.vip)")]
    [InlineData("tags.logins == 0")]
    public void Some_forms_hold_for_a_customer_without_tags(string expression) => Assert.True(Holds(expression, new CustomerState()));

    [Theory]
    [InlineData("tags.age == 3")]
    [InlineData("tags.age != 3")]
    [InlineData("!(tags.age == 3)")]
    [InlineData("!(tags.age != 3)")]
    [InlineData("!!(tags.age != 3)")]
    [InlineData("(tags.age == 3) == false")]
    [InlineData("tags.age == tags.age")]
    [InlineData("tags.age == 3 || false")]
    [InlineData("tags.age == 3 && true")]
    [InlineData("!(tags.age == 3 && true)")]
    [InlineData("tags.vip ? true : true")]
    [InlineData("!(tags.city in ['a'])")]
    [InlineData("journey('loan').stage == 'applied'")]
    [InlineData("journey('loan').stage != 'applied'")]
    [InlineData("!(journey('loan').stage in ['applied'])")]
    [InlineData("1 / 0 == 1")]
    [InlineData("!(1 / 0 == 1)")]
    [InlineData("1 % 0 == 0")]
    [InlineData("1.5 / 0.0 > 0")]
    [InlineData("1.5 % 0 > 0")]
    [InlineData("9223372036854775807 + 1 > 0")]
    [InlineData("-9223372036854775808 - 1 < 0")]
    [InlineData("-(-9223372036854775808) > 0")]
    [InlineData("-9223372036854775808 / -1 > 0")]
    [InlineData("9223372036854775807 * 2 > 0")]
    [InlineData("900000000000000.0 * 900000000000000.0 > 0")]
    [InlineData("900000000000000.0 / 0.0001 > 0")]
    [InlineData("now + duration('9223372036854775s') > now")]
    public void What_is_unknown_does_not_hold_and_neither_does_its_opposite(string expression) =>
        Assert.False(Holds(expression, new CustomerState()));

    [Theory]
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("10 - 3 - 2 == 5")]
    [InlineData("100 / 10 / 2 == 5")]
    [InlineData("7 / 2 == 3")]
    [InlineData("-7 / 2 == -3")]
    [InlineData("-7 % 3 == -1")]
    [InlineData("-9223372036854775808 % -1 == 0")]
    [InlineData("7 / 2.0 == 3.5")]
    [InlineData("7.5 % 2 == 1.5")]
    [InlineData("2.5 * 2.5 == 6.25")]
    [InlineData("0.0001 * 0.5 == 0")]
    [InlineData("1 / 3.0 == 0.3333")]
    [InlineData("900000000000000.0 / 3 == 300000000000000")]
    [InlineData("- - 3 == 3")]
    [InlineData("1 - -1 == 2")]
    [InlineData("true || false && false")]
    [InlineData("!false && true")]
    [InlineData("!(true && false)")]
    [InlineData("1 < 2 == true")]
    [InlineData("1 == 1 ? 2 > 1 : false")]
    [InlineData("false ? false : false ? false : true")]
    [InlineData("false && false ? false : true || false")]
    [InlineData("'a' == \"a\"")]
    [InlineData("'a' in ['b', 'a']")]
    [InlineData("duration('1d12h') == duration('36h')")]
    [InlineData("duration('1h') + duration('30m') - duration('10s') == duration('5390s')")]
    [InlineData("duration('1500ms') > duration('1s')")]
    [InlineData("timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')")]
    [InlineData("duration('1d') + timestamp('2026-01-01T00:00:00Z') == timestamp('2026-01-02T00:00:00Z')")]
    [InlineData("\n\t tags.logins\r\n==0 ")]
    public void Operators_bind_and_compute_as_in_CEL(string expression) => Assert.True(Holds(expression, new CustomerState()));

    [Theory]
    [InlineData("tags.city == \"a\\n\\t\\r\\\\\\\"'b\"", "a\n\t\r\\\"'b")]
    [InlineData("tags.city == 'a\\n\\t\\r\\\\\"\\'b'", "a\n\t\r\\\"'b")]
    [InlineData("tags.city == '\\a\\b\\f\\v\\?\\`'", "\a\b\f\v?`")]
    [InlineData("tags.city == '\\x41\\101\\u5317\\U0001F600'", "AA北😀")]
    public void Escapes_in_texts_mean_what_they_mean_in_CEL(string expression, string text)
    {
        var state = new CustomerState();
        state.Tags.Set(6, TagValue.String(text), Bank.Now, TagSource.Api);
        Assert.True(Holds(expression, state));
    }

    [Fact]
    public void A_count_of_events_is_the_live_tag_that_counts_them()
    {
        var state = new CustomerState();
        var tag = Bank.TagsById["logins"];
        Assert.False(Holds("events.count('login', duration('30d')) > 0", state));

        state.LiveTags.Observe(tag.Live!, Bank.Now - Day, 0, TagValue.Time(Bank.Now - Day));
        Assert.True(Holds("events.count('login', duration('30d')) > 0", state));
        Assert.True(Holds("events.count(\"login\", duration(\"720h\")) == tags.logins", state));
    }

    [Fact]
    public void The_example_of_the_guide_is_a_condition()
    {
        const string Example =
            """
            tags.age >= 30 && tags.city in ["北京", "天津"] && (tags.aum / 10000.0 > 5.0 || journey("loan").stage == "applied")
              && events.count("login", duration("7d")) > 2 && now - tags.last_login < duration("30d") && has(tags.salary)
            """;
        var tags = new[]
        {
            Bank.Tag("age", 2, TagType.Integer), Bank.Tag("city", 6, TagType.String), Bank.Tag("aum", 3, TagType.Decimal),
            Bank.Tag("salary", 8, TagType.Decimal), Bank.Tag("last_login", 4, TagType.Time),
            Bank.Tag("logins_7d", 7, TagType.Integer) with
            {
                FedBy = Bank.LoginType, Live = new LiveTagRule(7, TagType.Integer, LiveFunction.Count, 7 * Day, null),
            },
        };
        var schema = new ExpressionSchema(
            tags.ToDictionary(static tag => tag.Id), Bank.Schema.EventTypes, Bank.Schema.Journeys, Bank.Schema.Caps);
        var condition = Expression.Condition(Example, schema);
        var state = Everything();
        state.Tags.Set(3, TagValue.Decimal(50_001 * Decimal4.Scale), Bank.Now, TagSource.Api);
        state.Tags.Set(4, TagValue.Time(Bank.Now - (30 * Day) + 1), Bank.Now, TagSource.Api);
        state.Tags.Set(8, TagValue.Decimal(1), Bank.Now, TagSource.Api);
        for (var days = 1; days <= 3; days++)
        {
            Assert.False(condition.Holds(Bank.View(state)));
            state.LiveTags.Observe(tags[^1].Live!, Bank.Now - (days * Day), 0, TagValue.Time(Bank.Now));
        }

        Assert.True(condition.Holds(Bank.View(state)));
        state.Tags.Set(4, TagValue.Time(Bank.Now - (30 * Day)), Bank.Now, TagSource.Api);
        Assert.False(condition.Holds(Bank.View(state)));
    }

    [Fact]
    public void A_catalogue_gives_the_names_that_its_expressions_may_use()
    {
        var schema = ExpressionSchema.Create(SampleBank.Catalog);
        Assert.NotNull(Expression.Condition(
            "events.count('login', duration('7d')) > 2 && now - tags.last_login < duration('30d') && tags.job in ['student']", schema));
        Assert.NotNull(Expression.Condition("journey('loan_platform').stage == 'applying'", schema));
        Assert.Contains(
            "there is no journey 'loan'",
            Assert.Throws<ExpressionException>(() => Expression.Condition("journey('loan').stage == 'applied'", schema)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tags.age * 2", ExpressionType.Integer, 60)]
    [InlineData("tags.age * 2.5", ExpressionType.Decimal, 750_000)]
    [InlineData("now", ExpressionType.Time, Bank.Now)]
    [InlineData("duration('1h')", ExpressionType.Duration, 3_600_000)]
    [InlineData("tags.vip && true", ExpressionType.Bool, 1)]
    [InlineData("tags.job", ExpressionType.Enum, 1)]
    public void A_value_has_a_type(string expression, ExpressionType type, long bits)
    {
        var value = Expression.Value(expression, Bank.Schema);
        Assert.Equal(type, value.ResultType);
        Assert.True(value.TryGet(Bank.View(Everything()), out var found));
        Assert.Equal(bits, found);
    }

    [Fact]
    public void An_evaluation_allocates_nothing()
    {
        var expression = Expression.Condition(
            """
            tags.age >= 30 && tags.city in ["天津", "北京"] && (tags.aum / 10000.0 > 5.0 || journey("loan").stage == "applied" || !tags.vip || tags.vip)
              && events.count("login", duration("30d")) >= 0 && now - tags.since < duration("300d") && !has(tags.secret)
              && (tags.vip ? tags.city : "x") == "北京"
            """,
            Bank.Schema);
        var view = Bank.View(Everything());
        Assert.True(expression.Holds(view));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            expression.Holds(view);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Holds(string expression, CustomerState state) =>
        Expression.Condition(expression, Bank.Schema).Holds(Bank.View(state));

    private static CustomerState Everything()
    {
        var state = new CustomerState();
        state.Tags.Set(1, TagValue.Bool(true), Bank.Now, TagSource.Api);
        state.Tags.Set(2, TagValue.Integer(30), Bank.Now, TagSource.Api);
        state.Tags.Set(3, TagValue.Decimal(-364_000), Bank.Now, TagSource.Api);
        state.Tags.Set(4, TagValue.Time(1_767_225_600_000), Bank.Now, TagSource.Api);
        state.Tags.Set(5, TagValue.Enum(1), Bank.Now, TagSource.Api);
        state.Tags.Set(6, TagValue.String("北京"), Bank.Now, TagSource.Api);
        return state;
    }
}
