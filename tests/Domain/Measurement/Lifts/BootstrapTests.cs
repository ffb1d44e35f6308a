using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class BootstrapTests
{
    [Fact]
    public void Intervals_are_those_of_scipy_within_what_draws_differ()
    {
        // scipy.stats.bootstrap of 400,000 draws, and boot.ci of R's package boot of 20,000 agrees: percentile -1.33 to 175.33, BCa 8.46 to
        // 264.26.
        var found = Bootstrap.Between(SmallAmounts.Arm, SmallAmounts.Control, 300_000, new(7), Confidence.Default);

        Assert.Equal(-1.33, found.Percentile.Low, 1.0);
        Assert.Equal(175.33, found.Percentile.High, 2.0);
        Assert.Equal(8.46, found.BiasCorrected.Low, 1.5);
        Assert.Equal(264.26, found.BiasCorrected.High, 4.0);
        Assert.Equal(48.63, found.StandardError, 0.7);
    }

    [Fact]
    public void The_acceleration_is_that_of_the_jackknife() =>
        Assert.Equal(0.13538606822810406, Bootstrap.Acceleration(SmallAmounts.Arm, SmallAmounts.Control), 12);

    [Fact]
    public void The_intervals_of_given_draws_are_those_of_numpy()
    {
        double[] draws = [.. Enumerable.Range(1, 1000).Select(static i => (Math.Sin(i) * Math.Sqrt(i % 37) * 3) + 5)];
        var found = Bootstrap.From(draws, 5.3, 0.08, Confidence.Default);

        Assert.Equal(-11.00729361, found.Percentile.Low, 8);
        Assert.Equal(20.89158876, found.Percentile.High, 8);
        Assert.Equal(-9.19910884, found.BiasCorrected.Low, 8);
        Assert.Equal(22.23351695, found.BiasCorrected.High, 8);
        Assert.Equal(9.000565601100918, found.StandardError, 10);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals() => Assert.Equal(
        Bootstrap.Between(SmallAmounts.Arm, SmallAmounts.Control, 500, new(3), Confidence.Default),
        Bootstrap.Between(SmallAmounts.Arm, SmallAmounts.Control, 500, new(3), Confidence.Default));

    [Fact]
    public void Arms_in_which_every_customer_has_an_amount_are_drawn_too()
    {
        var (arm, control) = (SmallAmounts.Of([1, 2, 3, 4, 5, 6]), SmallAmounts.Of([2, 2, 3, 3]));
        var found = Bootstrap.Between(arm, control, 20_000, new(5), Confidence.Default);

        // √(35 / 12 / 6 + 0.25 / 4): what draws with replacement have.
        Assert.Equal(Math.Sqrt((35 / 12.0 / 6) + (0.25 / 4)), found.StandardError, 0.02);
    }

    [Fact]
    public void Nobody_with_an_amount_gives_an_interval_of_0()
    {
        var nobody = SmallAmounts.Of([0, 0, 0]);
        var found = Bootstrap.Between(nobody, nobody, 200, new(1), Confidence.Default);

        Assert.Equal((new Interval(0, 0), new Interval(0, 0), 1.0), (found.Percentile, found.BiasCorrected, found.PValue));
    }

    [Theory]
    [InlineData(10, 0.3)]
    [InlineData(21_307, 0.0125)]
    [InlineData(1_000_000, 0.5)]
    public void Binomial_draws_have_their_mean_and_variance(long trials, double probability)
    {
        var (draws, random, moments) = (new BinomialDraws(trials, probability), new Random(11), default(Moments));
        for (var i = 0; i < 100_000; i++)
        {
            moments = moments.With(draws.Next(random));
        }

        var variance = trials * probability * (1 - probability);
        Assert.Equal(trials * probability, moments.Mean, 4 * Math.Sqrt(variance / 100_000));
        Assert.Equal(1, moments.Variance / variance, 0.03);
    }

    [Fact]
    public void Too_few_draws_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Bootstrap.Between(SmallAmounts.Arm, SmallAmounts.Control, 100, new(1), Confidence.Default));
}
