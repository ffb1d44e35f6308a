using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class SampleSizeTests
{
    // power.prop.test of R 4.2.2: 14750.79 and 75610.44.
    [Fact]
    public void Shares_need_the_customers_that_R_says()
    {
        Assert.Equal(14_751, SampleSize.ForShares(0.10, 0.01, Confidence.Default).Value);
        Assert.Equal(75_611, SampleSize.ForShares(0.005, 0.0015, new(0.99), 0.9).Value);
    }

    [Fact]
    public void A_small_control_needs_as_many_customers_as_find_the_difference_with_the_power()
    {
        const double Control = 0.10, Arm = 0.12, Ratio = 19;
        var size = SampleSize.ForShares(Control, Arm - Control, Confidence.Default, 0.8, Ratio).Require();
        Assert.InRange(size, 900, 2_500);
        var (random, found) = (new Random(7), 0);
        for (var run = 0; run < 4_000; run++)
        {
            var (own, other) = (Draw(random, Arm, Ratio * size), Draw(random, Control, size));
            var middle = ((Ratio * own) + other) / (Ratio + 1);
            found += Math.Abs(own - other) > 1.959964 * Math.Sqrt(middle * (1 - middle) * (1 + (1 / Ratio)) / size) ? 1 : 0;
        }

        Assert.InRange(found / 4_000.0, 0.77, 0.83);
        Assert.Equal(
            SampleSize.ForShares(0.1, 0.01, Confidence.Default).Value, SampleSize.ForShares(0.1, 0.01, Confidence.Default, 0.8, 1).Value);
    }

    private static double Draw(Random random, double share, double size)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return share + (normal * Math.Sqrt(share * (1 - share) / size));
    }

    // NormalIndPower of statsmodels: 39244.30; R's power.t.test, by t, 39245.36.
    [Fact]
    public void Amounts_need_the_customers_that_statsmodels_says() =>
        Assert.Equal(39_245, SampleSize.ForAmounts(100, 2, Confidence.Default).Value);

    [Fact]
    public void To_be_watched_every_day_costs_more_customers_than_one_look()
    {
        var once = SampleSize.ForAmounts(100, 2, Confidence.Default).Require();

        var watched = SampleSize.Watched(100, 2, new(Confidence.Default, 2 * once)).Require();

        Assert.InRange(watched, 1.4 * once, 2.2 * once);
    }

    [Fact]
    public void At_the_watched_size_the_difference_is_found_with_the_power_that_was_asked_for()
    {
        var sequence = new ConfidenceSequence(Confidence.Default, 20_000);
        var size = SampleSize.Watched(1, 0.05, sequence, 0.8).Require();
        var (random, found, error) = (new Random(5), 0, Math.Sqrt(2.0 / size));
        for (var run = 0; run < 4_000; run++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            found += sequence.Look(0.05 + (normal * error), error, 2 * size).IsClear ? 1 : 0;
        }

        Assert.InRange(found, 3_100, 3_300);
    }

    [Fact]
    public void Days_left_are_rounded_up_and_never_below_0()
    {
        Assert.Equal(3, SampleSize.DaysLeft(1000, 480, 200).Value);
        Assert.Equal(0, SampleSize.DaysLeft(1000, 1200, 0).Value);
        Assert.Contains("No customers enter", SampleSize.DaysLeft(1000, 480, 0).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.5, 0)]
    [InlineData(0.5, 0.6)]
    [InlineData(0.5, 1e-9)]
    public void Shares_that_no_experiment_can_tell_apart_are_refused(double control, double difference) =>
        Assert.False(SampleSize.ForShares(control, difference, Confidence.Default).HasValue);
}
