using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class AdjustedLiftTests
{
    [Fact]
    public void Cuped_is_the_regression_on_the_covariate()
    {
        // numpy: θ = cov / var of both arms together, then Welch's standard error of outcome - θ covariate.
        var lift = CupedLift.Between(Pairs(seed: 3, more: 2), Pairs(seed: 5, more: 0), Confidence.Default).Require();

        Assert.Equal(Theta, lift.Theta, 10);
        Assert.Equal(Adjusted, lift.Lift.Value, 10);
        Assert.Equal(AdjustedError, lift.Lift.StandardError, 10);
    }

    [Fact]
    public void A_covariate_that_explains_half_of_the_variance_leaves_half()
    {
        var (random, arm, control) = (new Random(8), default(PairedMoments), default(PairedMoments));
        for (var i = 0; i < 40_000; i++)
        {
            var (before, noise) = (random.NextDouble(), random.NextDouble());
            (arm, control) = i % 2 == 0 ? (arm.With(before + noise + 0.1, before), control) : (arm, control.With(before + noise, before));
        }

        var lift = CupedLift.Between(arm, control, Confidence.Default).Require();

        Assert.Equal(0.5, lift.VarianceLeft, 0.02);
        Assert.True(lift.Lift.Interval.Contains(0.1));
    }

    [Fact]
    public void A_covariate_that_is_the_same_for_all_is_refused()
    {
        var arm = default(PairedMoments).With(1, 7).With(2, 7);

        Assert.Contains("same for all", CupedLift.Between(arm, arm, Confidence.Default).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Strata_are_weighted_by_their_sizes()
    {
        // Two tiers: differences 2 and 10, of 300 and 100 customers.
        var strata = new Stratum[]
        {
            new("standard", Moments.FromSums(100, 300, 1000), Moments.FromSums(200, 200, 400)),
            new("gold", Moments.FromSums(50, 1000, 21_000), Moments.FromSums(50, 500, 5500)),
        };

        var found = StratifiedLift.Between(strata, Confidence.Default).Require();

        // Variances: (1000 - 900) / 99 / 100, (400 - 200) / 199 / 200, (21000 - 20000) / 49 / 50, (5500 - 5000) / 49 / 50.
        var (standard, gold) = ((100 / 99.0 / 100) + (200 / 199.0 / 200), (1000 / 49.0 / 50) + (500 / 49.0 / 50));
        var expected = (0.75 * 0.75 * standard) + (0.25 * 0.25 * gold);
        Assert.Equal((0.75 * 2) + (0.25 * 10), found.Value, 12);
        Assert.Equal(Math.Sqrt(expected), found.StandardError, 12);
    }

    [Fact]
    public void One_stratum_is_the_difference_of_the_means()
    {
        var (arm, control) = (SmallAmounts.Arm.Moments, SmallAmounts.Control.Moments);
        var raw = AmountLift.Between(arm, control, Confidence.Default).Require().Large;

        Assert.Equal(raw, StratifiedLift.Between([new("all", arm, control)], Confidence.Default).Require());
    }

    [Fact]
    public void A_stratum_with_customers_of_one_arm_alone_is_refused_by_its_name()
    {
        var (arm, control) = (SmallAmounts.Arm.Moments, SmallAmounts.Control.Moments);

        var refusal = StratifiedLift.Between([new("all", arm, control), new("diamond", arm, default)], Confidence.Default).Refusal;

        Assert.Contains("'diamond' has 20 customers of the arm and 0", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Strata_take_away_the_variance_between_them()
    {
        // The tier decides the balance; the arms have the tiers in unequal numbers by chance.
        var (random, tiers, arm, control) = (new Random(4), new (Moments Arm, Moments Control)[3], default(Moments), default(Moments));
        for (var i = 0; i < 3000; i++)
        {
            var (tier, isArm) = (random.Next(3), random.Next(2) == 0);
            var value = (100 * tier) + random.NextDouble() + (isArm ? 1 : 0);
            ref var each = ref tiers[tier];
            each = isArm ? (each.Arm.With(value), each.Control) : (each.Arm, each.Control.With(value));
            (arm, control) = isArm ? (arm.With(value), control) : (arm, control.With(value));
        }

        Stratum[] strata = [.. tiers.Select(static (each, i) => new Stratum($"{i}", each.Arm, each.Control))];
        var stratified = StratifiedLift.Between(strata, Confidence.Default).Require();
        var raw = AmountLift.Between(arm, control, Confidence.Default).Require().Welch;

        Assert.Equal(1, stratified.Value, 0.05);
        Assert.InRange(stratified.StandardError, 0, raw.StandardError / 50);
    }

    private const double Theta = 1.9005958724720733;
    private const double Adjusted = 2.000000000000001;
    private const double AdjustedError = 0.6302378161764199;

    // Made by a formula, so that it can be made again elsewhere.
    private static PairedMoments Pairs(int seed, int more)
    {
        var moments = default(PairedMoments);
        for (var i = 1; i <= 50; i++)
        {
            var before = (i * seed % 17) + (0.5 * (i % 3));
            moments = moments.With((2 * before) + (i * 7 % 11) + more, before);
        }

        return moments;
    }
}
