using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Sequences;

/// <summary>Worlds whose truth is known: what the intervals promise is counted.</summary>
public sealed class DailyWatchTests(ITestOutputHelper output)
{
    private const int Days = 60;

    [Theory]
    [InlineData(0.1, 500)]
    [InlineData(0.005, 1000)]
    public void A_test_watched_for_60_days_raises_a_false_alarm_in_less_than_5_percent(double rate, int aDay)
    {
        var alarms = Watch(runs: 200, aDay, rate, rate, out var peeked, out _, out _);

        output.WriteLine($"false alarms of 200: {alarms} by the sequence, {peeked} by a fixed test that is looked at every day");
        Assert.InRange(alarms, 0, 9);
        Assert.InRange(peeked, 30, 100);
    }

    [Fact]
    public void A_known_lift_is_covered_by_95_percent_of_the_fixed_intervals_and_by_the_sequence_at_all_times()
    {
        Watch(runs: 1000, aDay: 100, rate: 0.1, treated: 0.13, out _, out var covered, out var lost);

        output.WriteLine($"of 1000: covered at the end {covered}, ever left by the sequence {lost}");
        Assert.InRange(covered, 930, 970);
        Assert.InRange(lost, 0, 49);
    }

    [Fact]
    public void Fixed_intervals_of_amounts_cover_a_known_difference()
    {
        // A tenth of the customers have an amount, spread exponentially around 300; of the arm around 400.
        var (random, covered, runs) = (new Random(42), 0, 2000);
        for (var run = 0; run < runs; run++)
        {
            var lift = AmountLift.Between(Amounts(random, 1000, 400), Amounts(random, 1000, 300), Confidence.Default).Require();
            covered += lift.Welch.Interval.Contains(10) ? 1 : 0;
        }

        output.WriteLine($"of {runs}: {covered}");
        Assert.InRange(covered, 0.93 * runs, 0.97 * runs);
    }

    [Fact]
    public void Amounts_watched_for_60_days_raise_a_false_alarm_in_less_than_5_percent()
    {
        var (random, alarms, sequence) = (new Random(6), 0, new ConfidenceSequence(Confidence.Default, 2L * Days * 100));
        for (var run = 0; run < 200; run++)
        {
            var (arm, control, isAlarm) = (default(Moments), default(Moments), false);
            for (var day = 1; day <= Days; day++)
            {
                (arm, control) = (arm.And(Amounts(random, 100, 300)), control.And(Amounts(random, 100, 300)));
                isAlarm |= sequence.Look(AmountLift.Between(arm, control, Confidence.Default).Require().Welch, 200L * day).IsClear;
            }

            alarms += isAlarm ? 1 : 0;
        }

        output.WriteLine($"false alarms of 200: {alarms}");
        Assert.InRange(alarms, 0, 9);
    }

    private static Moments Amounts(Random random, int customers, double mean)
    {
        var moments = default(Moments);
        for (var i = 0; i < customers; i++)
        {
            moments = moments.With(random.NextDouble() < 0.1 ? -mean * Math.Log(1 - random.NextDouble()) : 0);
        }

        return moments;
    }

    // Runs of an experiment of two arms, each looked at every day.
    private static int Watch(int runs, int aDay, double rate, double treated, out int peeked, out int covered, out int lost)
    {
        var (random, alarms, sequence) = (new Random(20260310), 0, new ConfidenceSequence(Confidence.Default, 2L * Days * aDay));
        (peeked, covered, lost) = (0, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var (arm, control, isAlarm, isPeeked, isLost, last) = (0L, 0L, false, false, false, default(ProportionLift));
            for (var day = 1; day <= Days; day++)
            {
                arm += Successes(random, aDay, treated);
                control += Successes(random, aDay, rate);
                last = ProportionLift.Between(new(arm, day * aDay), new(control, day * aDay), Confidence.Default);
                var look = sequence.Look(last.Absolute, 2L * day * aDay);
                isAlarm |= look.IsClear;
                isPeeked |= last.Absolute.PValue < 0.05;
                isLost |= !look.Interval.Contains(treated - rate);
            }

            alarms += isAlarm ? 1 : 0;
            peeked += isPeeked ? 1 : 0;
            lost += isLost ? 1 : 0;
            covered += last.Absolute.Interval.Contains(treated - rate) ? 1 : 0;
        }

        return alarms;
    }

    private static int Successes(Random random, int trials, double rate)
    {
        var successes = 0;
        for (var i = 0; i < trials; i++)
        {
            successes += random.NextDouble() < rate ? 1 : 0;
        }

        return successes;
    }
}
