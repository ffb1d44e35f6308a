using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>Well-typed conditions over the tags of <see cref="Bank"/>, and customers to ask them of.</summary>
internal sealed class RandomExpressions(int seed)
{
    private static readonly string[] Integers =
        ["0", "1", "-1", "2", "30", "-7", "9223372036854775807", "-9223372036854775808", "1000000007"];
    private static readonly string[] Decimals =
        ["0.0", "1.0", "-36.4", "0.0001", "2.5", "-0.5", "900000000000000.0", "922337203685477.5807", "-922337203685477.5807"];
    private static readonly string[] Times =
        ["now", "tags.since", "timestamp('2026-01-01T00:00:00Z')", "timestamp('9999-12-31T23:59:59Z')", "tags.since"];
    private static readonly string[] Durations =
        ["duration('0s')", "duration('7d')", "duration('1d12h')", "duration('250ms')", "duration('9223372036854775s')"];
    private static readonly string[] Texts = ["tags.city", "tags.city", "'北京'", "\"天津\"", "''", "'x\\n'"];
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private static readonly long[] Bits = [0, 1, -1, 2, 30, 31, long.MaxValue, long.MinValue, 10_000, -364_000, 25_000, 1_000_000_007];

    private readonly Random _random = new(seed);

    public string Condition() => Bool(_random.Next(1, 6));

    public CustomerState Customer()
    {
        var state = new CustomerState();
        Set(state, 1, TagValue.Bool(_random.Next(2) == 0));
        Set(state, 2, TagValue.Integer(OneOf(Bits)));
        Set(state, 3, TagValue.Decimal(OneOf(Bits)));
        Set(state, 4, TagValue.Time(OneOf([Bank.Now, Bank.Now - 1, 1_767_225_600_000, 0, long.MaxValue])));
        Set(state, 5, TagValue.Enum((ushort)_random.Next(1, 4)));
        Set(state, 6, TagValue.String(OneOf(["北京", "天津", "", "上海", "x\n"])));
        Set(state, 8, TagValue.Integer(_random.Next(-3, 4)));
        for (var left = _random.Next(4); left > 0; left--)
        {
            state.LiveTags.Observe(Bank.TagsById["logins"].Live!, Bank.Now - (left * Bank.DayMs), 0, TagValue.Time(Bank.Now));
        }

        for (var left = _random.Next(5); left > 0; left--)
        {
            var scopes = new ContactScopes((ushort)_random.Next(1, 3), 1, (ushort)_random.Next(1, 4));
            state.Contacts.Record(scopes, Bank.Now - _random.NextInt64(10 * Bank.DayMs), 3, (CountMoment)_random.Next(1, 4));
        }

        return state;
    }

    public string Mutated(string expression)
    {
        const string Letters = "()[]!&|=<>+-*/%?:.,'\"\\ \n0a9_天\uD83D\0";
        for (var left = _random.Next(1, 4); left > 0 && expression.Length > 1; left--)
        {
            var at = _random.Next(expression.Length);
            var length = Math.Min(_random.Next(1, 6), expression.Length - at);
            expression = _random.Next(4) switch
            {
                0 => expression.Remove(at, length),
                1 => expression.Insert(at, Letters[_random.Next(Letters.Length)].ToString()),
                2 => expression.Insert(_random.Next(expression.Length), expression.Substring(at, length)),
                _ => expression.Remove(at, 1).Insert(at, Letters[_random.Next(Letters.Length)].ToString()),
            };
        }

        return expression;
    }

    private void Set(CustomerState state, ushort tag, TagValue value)
    {
        if (_random.Next(4) > 0)
        {
            state.Tags.Set(tag, value, Bank.Now, TagSource.Api, _random.Next(10) == 0 ? Bank.Now : 0);
        }
    }

    private string Bool(int depth) => _random.Next(depth <= 0 ? 4 : 16) switch
    {
        0 => OneOf(["true", "false", "tags.vip"]),
        1 => $"has(tags.{OneOf(["vip", "age", "aum", "since", "job", "city", "logins", "secret"])})",
        2 => $"tags.job {OneOf(["==", "!="])} {OneOf(["'student'", "'retired'", "tags.job"])}",
        3 =>
            OneOf(
                [
                    "journey('loan').stage == 'applied'", "journey('loan').stage in ['approved']", "tags.vip in [true]",
                    "tags.job in ['student', 'retired']"]),
        4 => $"!({Bool(depth - 1)})",
        5 => $"{Bool(depth - 1)} && {Bool(depth - 1)}",
        6 => $"({Bool(depth - 1)} || {Bool(depth - 1)})",
        7 => $"({Bool(depth - 1)} ? {Bool(depth - 2)} : {Bool(depth - 2)})",
        8 => $"{Integer(depth - 1)} {OneOf(Comparisons)} {Integer(depth - 1)}",
        9 => $"{Decimal(depth - 1)} {OneOf(Comparisons)} {Mixed(depth - 1)}",
        10 => $"{Time(depth - 1)} {OneOf(Comparisons)} {Time(depth - 1)}",
        11 => $"{Duration(depth - 1)} {OneOf(Comparisons)} {Duration(depth - 1)}",
        12 => $"{Text(depth - 1)} {OneOf(["==", "!="])} {Text(depth - 1)}",
        13 => $"{Text(depth - 1)} in ['{OneOf(["北京", "x\\n", ""])}', \"天津\"]",
        14 => $"{Integer(depth - 1)} in [{OneOf(Integers)}, {_random.Next(-3, 40)}]",
        _ => $"({Bool(depth - 1)}) {OneOf(["==", "!="])} ({Bool(depth - 1)})",
    };

    private string Integer(int depth) => _random.Next(depth <= 0 ? 3 : 7) switch
    {
        0 => OneOf(Integers),
        1 =>
            OneOf(
                [
                    "tags.age", "tags.secret", "tags.logins", "events.count('login', duration('30d'))", "contacts.used('weekly')",
                    "contacts.used('app_daily')"]),
        2 => _random.Next(-50, 50).ToString(CultureInfo.InvariantCulture),
        3 or 4 => $"({Integer(depth - 1)} {OneOf(["+", "-", "*", "/", "%"])} {Integer(depth - 1)})",
        5 => $"-({Integer(depth - 1)})",
        _ => $"({Bool(depth - 1)} ? {Integer(depth - 1)} : {Integer(depth - 1)})",
    };

    private string Decimal(int depth) => _random.Next(depth <= 0 ? 3 : 7) switch
    {
        0 => OneOf(Decimals),
        1 or 2 => "tags.aum",
        3 => $"({Decimal(depth - 1)} {OneOf(["+", "-", "*", "/", "%"])} {Mixed(depth - 1)})",
        4 => $"({Mixed(depth - 1)} {OneOf(["+", "-", "*", "/", "%"])} {Decimal(depth - 1)})",
        5 => $"-({Decimal(depth - 1)})",
        _ => $"({Bool(depth - 1)} ? {Decimal(depth - 1)} : {Mixed(depth - 1)})",
    };

    // An integer constant beside a decimal must fit one; an integer that is computed may overflow.
    private string Mixed(int depth) => _random.Next(4) switch
    {
        0 => "tags.age",
        1 => _random.Next(-50, 50).ToString(CultureInfo.InvariantCulture),
        2 => $"(tags.age + {Integer(depth - 1)})",
        _ => Decimal(depth),
    };

    private string Time(int depth) => _random.Next(depth <= 0 ? 2 : 5) switch
    {
        2 => $"({Time(depth - 1)} {OneOf(["+", "-"])} {Duration(depth - 1)})",
        3 => $"({Duration(depth - 1)} + {Time(depth - 1)})",
        4 => $"({Bool(depth - 1)} ? {Time(depth - 1)} : {Time(depth - 1)})",
        _ => OneOf(Times),
    };

    private string Duration(int depth) => _random.Next(depth <= 0 ? 1 : 4) switch
    {
        1 => $"({Time(depth - 1)} - {Time(depth - 1)})",
        2 => $"({Duration(depth - 1)} {OneOf(["+", "-"])} {Duration(depth - 1)})",
        _ => OneOf(Durations),
    };

    private string Text(int depth) => depth > 0 && _random.Next(4) == 0
        ? $"({Bool(depth - 1)} ? {Text(depth - 1)} : {Text(depth - 1)})"
        : OneOf(Texts);

    private T OneOf<T>(T[] some) => some[_random.Next(some.Length)];
}
