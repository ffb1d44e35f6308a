using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;

namespace Zhice.Domain.Tests.Measurement.Plans;

public sealed class NextPlanTests
{
    private static readonly PlanTerms s_terms = new(Confidence.Default, 0);

    [Theory]
    [InlineData(0.01, 0.02, 0.001, 0, PlanVerdict.Gain)]
    [InlineData(-0.01, 0.02, 0.3, 0, PlanVerdict.NotClear)]
    [InlineData(-0.02, -0.01, 0.001, 0, PlanVerdict.Loss)]
    [InlineData(-0.01, 0.002, 0.3, 0.005, PlanVerdict.TooSmall)]
    [InlineData(0.001, 0.002, 0.001, 0.005, PlanVerdict.TooSmall)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, 1, 0.005, PlanVerdict.NotClear)]
    public void The_verdict_follows_the_whole_interval(double low, double high, double p, double worth, PlanVerdict verdict) =>
        Assert.Equal(verdict, NextPlan.Propose(new("", 0, new(low, high), p), [], [], -1, new(Confidence.Default, worth)).Verdict);

    [Fact]
    public void Without_a_lift_nothing_is_measured_and_the_holdout_stays()
    {
        var plan = NextPlan.Propose(null, [], [], -1, s_terms);
        Assert.Equal((PlanVerdict.NotMeasured, 0.3), (plan.Verdict, plan.GetHoldout(0.3)));
    }

    [Theory]
    [InlineData(0.3, 0.15)]
    [InlineData(0.08, 0.05)]
    [InlineData(0.02, 0.02)]
    public void After_a_gain_half_of_the_holdout_is_left_and_never_more_than_there_was(double holdout, double next) =>
        Assert.Equal(next, NextPlan.Propose(new("", 0.1, new(0.05, 0.15), 0.001), [], [], -1, s_terms).GetHoldout(holdout));

    [Fact]
    public void A_tier_is_left_out_only_when_it_is_clear_among_all_tiers()
    {
        PlanFigure Tier(string name, double low, double high, double p) => new(name, (low + high) / 2, new(low, high), p);
        var plan = NextPlan.Propose(
            null, [Tier("gold", 0.01, 0.03, 0.001), Tier("silver", -0.03, -0.01, 0.002), Tier("basic", -0.02, -0.001, 0.2)], [], -1, s_terms);
        Assert.Equal(
            [("gold", PlanVerdict.Gain, true), ("silver", PlanVerdict.Loss, false), ("basic", PlanVerdict.NotClear, true)],
            plan.Tiers.Select(static tier => (tier.Figure.Name, tier.Verdict, tier.IsKept)));

        // The same silver among many questions.
        var many = NextPlan.Propose(
            null, [Tier("silver", -0.03, -0.01, 0.02), .. Enumerable.Range(0, 9).Select(i => Tier($"t{i}", -0.01, 0.02, 0.9))], [], -1, s_terms);
        Assert.Equal(PlanVerdict.NotClear, many.Tiers[0].Verdict);
    }

    [Fact]
    public void Weights_follow_the_probability_of_being_best_and_add_up()
    {
        var equal = NextPlan.Propose(null, [], [("a", new(100, 1_000)), ("b", new(100, 1_000)), ("c", new(100, 1_000))], -1, s_terms).Arms;
        Assert.All(equal, static arm => Assert.InRange(arm.Weight, 3_100, 3_560));
        Assert.Equal(NextPlan.AllWeights, equal.Sum(static arm => arm.Weight));

        // The difference of 0.1 and 0.12 of 1,000 has a standard error of 0.014: b is the best with a probability of 0.92.
        var two = NextPlan.Propose(null, [], [("a", new(100, 1_000)), ("b", new(120, 1_000))], -1, s_terms).Arms;
        Assert.InRange(two[1].IsBest, 0.91, 0.94);
        Assert.Equal((int)Math.Round(10_000 * ((0.8 * two[1].IsBest) + 0.1)), two[1].Weight, 1.0);
    }

    [Fact]
    public void A_winner_gets_all_but_what_keeps_on_learning()
    {
        var arms = NextPlan.Propose(null, [], [("a", new(10, 1_000)), ("b", new(90, 1_000))], 1, s_terms).Arms;
        Assert.Equal([("a", 500), ("b", 9_500)], arms.Select(static arm => (arm.Name, arm.Weight)));
        Assert.Equal(10_000, Assert.Single(NextPlan.Propose(null, [], [("only", new(0, 1))], -1, s_terms).Arms).Weight);
    }
}
