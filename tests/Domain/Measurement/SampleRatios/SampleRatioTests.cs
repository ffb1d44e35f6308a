using FsCheck.Xunit;
using Zhice.Domain.Measurement.SampleRatios;

namespace Zhice.Domain.Tests.Measurement.SampleRatios;

public sealed class SampleRatioTests
{
    private static readonly double[] Halves = [1, 1];

    [Fact]
    public void The_arms_of_Cookie_Cats_raise_the_alarm_at_1_percent_and_not_at_a_tenth_of_it()
    {
        // scipy.stats.chisquare.
        var ratio = SampleRatio.Of([44_700, 45_489], Halves).Require();

        Assert.Equal(6.9024049496058275, ratio.Statistic, 10);
        Assert.Equal(0.008607987810836262, ratio.PValue, 12);
        Assert.True(ratio.IsAlarm(0.01));
        Assert.False(ratio.IsAlarm());
    }

    [Fact]
    public void Three_arms_and_uneven_shares_are_tested_as_scipy_does()
    {
        Assert.Equal(0.9036929575604196, SampleRatio.Of([21_307, 21_387, 21_306], [1, 1, 1]).Require().PValue, 12);
        Assert.Equal(0.002834749080259389, SampleRatio.Of([9000, 1100], [9, 1]).Require().PValue, 12);
    }

    [Fact]
    public void Nobody_counted_gives_no_answer() => Assert.Equal("No customers were counted.", SampleRatio.Of([0, 0], Halves).Refusal);

    [Fact]
    public void Shares_that_do_not_fit_the_arms_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SampleRatio.Of([1, 2, 3], Halves));
        Assert.Throws<ArgumentException>(() => SampleRatio.Of([1, 2], [1, 0]));
        Assert.Throws<ArgumentException>(() => new SampleRatioWatch([1]));
    }

    // Against gammaln of scipy; the first three are test cases of GrowthBook (packages/stats/tests/test_ssrm.py).
    [Theory]
    [InlineData(new long[] { 500, 500 }, new[] { 0.5, 0.5 }, 10_000, -0.04765736261981601)]
    [InlineData(new long[] { 100, 900 }, new[] { 0.5, 0.5 }, 10_000, 29.07160282606708)]
    [InlineData(new long[] { 500, 600 }, new[] { 0.5, 0.5 }, 10_000, 0.3983146439927623)]
    [InlineData(new long[] { 44_700, 45_489 }, new[] { 0.5, 0.5 }, 10_000, 1.9545372377324384)]
    [InlineData(new long[] { 21_307, 21_387, 21_306 }, new[] { 1.0, 1, 1 }, 10_000, -1.913986494168057)]
    [InlineData(new long[] { 90, 5, 5 }, new[] { 8.0, 1, 1 }, 100, 1.2342596549691223)]
    public void The_Bayes_factor_is_that_of_scipy(long[] counts, double[] shares, double concentration, double expected) =>
        Assert.Equal(expected, new SampleRatioWatch(shares, concentration).LogBayesFactor(counts), 7);

    [Fact]
    public void Fifty_million_customers_an_arm_keep_the_digits_of_the_Bayes_factor() =>
        Assert.Equal(194.97477044165134, new SampleRatioWatch(Halves).LogBayesFactor([50_000_000, 50_200_000]), 5);

    [Fact]
    public void Arms_of_ninety_to_ten_instead_of_halves_raise_the_alarm() =>
        Assert.True(new SampleRatioWatch(Halves).Look([100, 900]).IsAlarm());

    [Fact]
    public void An_alarm_stays_when_later_customers_hide_it()
    {
        var alarmed = new SampleRatioWatch(Halves).Look([500, 900]);

        Assert.True(alarmed.IsAlarm());
        Assert.Equal(alarmed.PValue, alarmed.Look([100_000, 100_400]).PValue);
    }

    [Property]
    public void The_p_value_never_rises(ushort[] firsts, ushort[] seconds)
    {
        var (watch, one, other, before) = (new SampleRatioWatch(Halves), 0L, 0L, 1.0);
        foreach (var (first, second) in firsts.Zip(seconds))
        {
            watch = watch.Look([one += first, other += second]);
            Assert.InRange(watch.PValue, 0, before);
            before = watch.PValue;
        }
    }

    [Fact]
    public void A_sound_experiment_looked_at_every_day_seldom_raises_an_alarm()
    {
        // 2,000 experiments of 60 days at a p-value of 5 %, so that there is something to count.
        var (random, alarms) = (new Random(2026), 0);
        for (var run = 0; run < 2_000; run++)
        {
            var (watch, one, other) = (new SampleRatioWatch(Halves, 100), 0L, 0L);
            for (var day = 0; day < 60; day++)
            {
                var drawn = int.PopCount(random.Next()) + int.PopCount(random.Next());
                watch = watch.Look([one += drawn, other += 62 - drawn]);
            }

            alarms += watch.IsAlarm(0.05) ? 1 : 0;
        }

        Assert.InRange(alarms, 1, 100);
    }
}
