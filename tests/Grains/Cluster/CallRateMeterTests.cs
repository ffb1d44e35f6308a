using Zhice.Contracts.Cluster;
using Zhice.Grains.Cluster;

namespace Zhice.Grains.Tests.Cluster;

public sealed class CallRateMeterTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void It_counts_from_the_first_question_on_and_forgets_what_is_older_than_a_minute()
    {
        using var meter = new CallRateMeter(_clock);
        meter.Note(0.001, isDecision: true);
        Assert.Equal(0, meter.Read().Seconds);

        meter.Note(0.001, isDecision: true);
        meter.Note(0.002, isDecision: false);
        _clock.Advance(TimeSpan.FromSeconds(10));
        var first = meter.Read();
        Assert.Equal((10, 2, 1), (first.Seconds, first.Calls, first.Decisions));

        _clock.Advance(TimeSpan.FromSeconds(40));
        meter.Read();
        _clock.Advance(TimeSpan.FromSeconds(40));
        meter.Note(0.004, isDecision: true);
        var later = meter.Read();
        Assert.Equal((1, 1), (later.Calls, later.Decisions));
        Assert.InRange(later.Seconds, 55, 60);
    }

    [Fact]
    public void It_ends_when_nobody_asked_for_a_minute_and_begins_anew_with_the_next_question()
    {
        using var meter = new CallRateMeter(_clock);
        meter.Read();
        _clock.Advance(TimeSpan.FromSeconds(61));
        meter.Note(0.001, isDecision: true);

        Assert.Equal(0, meter.Read().Seconds);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, meter.Read().Calls);
    }

    [Fact]
    public void Quantiles_are_too_large_by_at_most_a_fifth()
    {
        var counts = new long[CallDurations.Count];
        for (var call = 1; call <= 1_000; call++)
        {
            counts[CallDurations.Find(call / 1_000.0)]++;
        }

        Assert.InRange(CallDurations.GetQuantile(counts, 0.5)!.Value, 0.5, 0.6);
        Assert.InRange(CallDurations.GetQuantile(counts, 0.99)!.Value, 0.99, 1.19);
        Assert.Null(CallDurations.GetQuantile(new long[CallDurations.Count], 0.99));
        Assert.Equal(CallDurations.Count - 1, CallDurations.Find(1_000));
    }

    private sealed class HandClock : TimeProvider
    {
        private TimeSpan _now = TimeSpan.FromDays(1);

        public void Advance(TimeSpan by) => _now += by;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;
    }
}
