using FsCheck.Xunit;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Tags;

/// <summary>Live tags against a naive log of the events.</summary>
public sealed class LiveTagSetProperties
{
    private static readonly long[] Windows = [60_000, 3_600_000, Bank.DayMs, 30 * Bank.DayMs, 90 * Bank.DayMs];

    // Shares of the window between the observations, and how late an event may come.
    private static readonly double[] Shares = [0, 0.001, 0.01, 0.1, 0.4, 0.99, 1, 1.5];

    [Property(MaxTest = 400)]
    public void Counts_and_sums_hold_an_event_between_1_and_61_60ths_of_the_window(
        (byte Gap, byte Late, sbyte Amount)[] events, byte window)
    {
        var windowMs = Windows[window % Windows.Length];
        var (count, sum) = (Rule(1, TagType.Integer, LiveFunction.Count, windowMs), Rule(2, TagType.Decimal, LiveFunction.Sum, windowMs));
        var (set, log, now) = (new LiveTagSet(), new List<(long AtMs, long Amount)>(), Bank.Now);
        foreach (var (gap, late, amount) in events)
        {
            now += (long)(windowMs * Shares[gap % Shares.Length]);
            var at = now - (long)(windowMs * Shares[late % Shares.Length]);
            var positive = Math.Abs((long)amount);
            set.Observe(count, at, Day(at), TagValue.Time(at));
            set.Observe(sum, at, Day(at), TagValue.Integer(positive));
            log.Add((at, positive));

            var certain = log.Where(one => one.AtMs > now - windowMs).ToList();
            var possible = log.Where(one => one.AtMs > now - windowMs - Math.Max(1000, windowMs / 60)).ToList();
            Assert.True(set.TryGet(count, now, Day(now), out var counted) && set.TryGet(sum, now, Day(now), out var summed));
            Assert.InRange(counted, certain.Count, possible.Count);
            Assert.InRange(
                Value(set, sum, now), certain.Sum(static one => one.Amount) * 10_000, possible.Sum(static one => one.Amount) * 10_000);
            set = counted % 2 == 0 ? set.Clone() : LiveTagSet.FromBytes(set.ToBytes());
        }
    }

    [Property(MaxTest = 400)]
    public void Days_and_latest_values_are_exact((byte Gap, byte Late, int Value)[] events, byte window)
    {
        var windowMs = Windows[window % Windows.Length];
        var (days, last) =
            (Rule(1, TagType.Integer, LiveFunction.DistinctDays, windowMs), Rule(2, TagType.Integer, LiveFunction.Last, windowMs));
        var (set, log, now) = (new LiveTagSet(), new List<(long AtMs, int Value)>(), Bank.Now);
        foreach (var (gap, late, value) in events)
        {
            now += (long)(windowMs * Shares[gap % Shares.Length]);
            var at = now - (long)(windowMs * Shares[late % Shares.Length]);
            set.Observe(days, at, Day(at), TagValue.Time(at));
            set.Observe(last, at, Day(at), TagValue.Integer(value));
            log.Add((at, value));

            var first = Day(now) - days.WindowDays + 1;
            Assert.Equal(log.Select(static one => Day(one.AtMs)).Distinct().Count(day => day >= first), Value(set, days, now));

            // Of two at the same instant the one that came later goes before.
            var latest = log.Last(one => one.AtMs == log.Max(static other => other.AtMs));
            Assert.Equal(latest.AtMs > now - windowMs, set.TryGet(last, now, Day(now), out var bits));
            Assert.Equal(latest.AtMs > now - windowMs ? latest.Value : 0, bits);
        }
    }

    [Theory]
    [InlineData(TagType.Integer, long.MaxValue)]
    [InlineData(TagType.Integer, long.MinValue)]
    [InlineData(TagType.Decimal, long.MaxValue)]
    [InlineData(TagType.Decimal, long.MinValue)]
    public void Sums_stay_at_their_limit_instead_of_wrapping(TagType type, long amount)
    {
        var (set, rule) = (new LiveTagSet(), Rule(1, type, LiveFunction.Sum, Bank.DayMs));
        for (var i = 0; i < 4; i++)
        {
            // Two in one slot, and two in others.
            set.Observe(rule, Bank.Now + (i / 2 * 3_600_000), Day(Bank.Now), TagValue.Integer(amount));
            Assert.Equal(amount, Value(set, rule, Bank.Now + 3_600_000));
        }
    }

    [Fact]
    public void The_latest_value_takes_the_type_of_its_tag()
    {
        var set = new LiveTagSet();
        var (integer, number) =
            (Rule(1, TagType.Integer, LiveFunction.Last, Bank.DayMs), Rule(2, TagType.Decimal, LiveFunction.Last, Bank.DayMs));
        set.Observe(number, Bank.Now, 0, TagValue.Integer(12));
        set.Observe(integer, Bank.Now, 0, TagValue.Decimal(129_999));
        Assert.Equal((120_000, 12), (Value(set, number, Bank.Now), Value(set, integer, Bank.Now)));
    }

    [Theory]
    [InlineData(TagType.Enum)]
    [InlineData(TagType.Integer)]
    [InlineData(TagType.Decimal)]
    [InlineData(TagType.Bool)]
    [InlineData(TagType.Time)]
    public void A_text_does_not_get_into_a_tag_of_another_type(TagType type)
    {
        var (set, rule) = (new LiveTagSet(), Rule(1, type, LiveFunction.Last, Bank.DayMs));
        set.Observe(rule, Bank.Now, 0, TagValue.String("x"));
        Assert.Equal(0, set.Count);

        set.Observe(rule, Bank.Now, 0, new TagValue(type, 1, null));
        set.Observe(rule, Bank.Now + 1, 0, TagValue.String("x"));
        Assert.Equal(1, Value(set, rule, Bank.Now + 1));
        Assert.False(set.TryGetText(rule, Bank.Now + 1, out _));
    }

    [Fact]
    public void A_number_does_not_get_into_a_text_tag_and_a_text_holds_for_its_window()
    {
        var (set, rule) = (new LiveTagSet(), Rule(1, TagType.String, LiveFunction.Last, Bank.DayMs));
        set.Observe(rule, Bank.Now, 0, TagValue.String("北京"));
        set.Observe(rule, Bank.Now + 1, 0, TagValue.Integer(3));
        Assert.True(set.TryGetText(rule, Bank.Now + Bank.DayMs - 1, out var text));
        Assert.Equal("北京", text);
        Assert.False(set.TryGetText(rule, Bank.Now + Bank.DayMs, out _));
    }

    [Fact]
    public void What_was_never_observed_counts_0_and_has_no_latest_value()
    {
        var set = new LiveTagSet();
        Assert.Equal(0, Value(set, Rule(1, TagType.Integer, LiveFunction.Count, Bank.DayMs), Bank.Now));
        Assert.False(set.TryGet(Rule(1, TagType.Integer, LiveFunction.Last, Bank.DayMs), Bank.Now, 0, out _));
    }

    [Theory]
    [InlineData(7, 30)]
    [InlineData(30, 7)]
    public void Events_are_counted_on_and_leave_when_the_catalogue_changes_the_window(int daysBefore, int daysAfter)
    {
        var before = Rule(1, TagType.Integer, LiveFunction.Count, daysBefore * Bank.DayMs);
        var after = Rule(1, TagType.Integer, LiveFunction.Count, daysAfter * Bank.DayMs);
        var set = new LiveTagSet();
        set.Observe(before, Bank.Now, 0, TagValue.Bool(true));
        set.Observe(after, Bank.Now + Bank.DayMs, 0, TagValue.Bool(true));

        Assert.Equal(2, Value(set, after, Bank.Now + Bank.DayMs));
        Assert.Equal(0, Value(set, after, Bank.Now + (40 * Bank.DayMs)));
    }

    [Fact]
    public void Windows_that_change_again_and_again_leave_bytes_that_can_be_read()
    {
        var set = new LiveTagSet();
        for (var minutes = 1; minutes <= 90 * 24 * 60; minutes *= 3)
        {
            var rule = Rule(1, TagType.Integer, LiveFunction.Count, minutes * 60_000L);
            for (var i = 0; i < 100; i++)
            {
                set.Observe(rule, Bank.Now - (i * rule.SlotMs), 0, TagValue.Bool(true));
            }
        }

        Assert.Equal(set.ToBytes(), LiveTagSet.FromBytes(set.ToBytes()).ToBytes());
    }

    private static LiveTagRule Rule(ushort tag, TagType type, LiveFunction function, long windowMs) =>
        new(tag, type, function, windowMs, "p");

    private static int Day(long ms) => (int)(ms / Bank.DayMs);

    private static long Value(LiveTagSet set, LiveTagRule rule, long now)
    {
        Assert.True(set.TryGet(rule, now, Day(now), out var bits));
        return bits;
    }
}
