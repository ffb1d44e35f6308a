using Zhice.Domain.Learning.OffPolicy;

namespace Zhice.Domain.Tests.Learning.OffPolicy;

public sealed class PolicyEvaluationTests
{
    // Weights 2, 0.5, 0 and 1; gains 2, 0, 0 and 1.
    private static readonly LoggedRound[] Rounds = [new(1, 0.5, 1), new(0, 0.5, 0.25), new(1, 0.25, 0), new(1, 1, 1)];

    [Fact]
    public void Inverse_propensity_scoring_is_the_mean_of_the_weighted_rewards()
    {
        var value = PolicyEvaluation.Ips(Rounds);

        Assert.Equal(3 / 4.0, value.Value, 12);
        Assert.Equal(1.959963984540054 * Math.Sqrt((5 - (3 * 0.75)) / 3 / 4), value.High - value.Value, 12);
        Assert.Equal(3.5 * 3.5 / 5.25, value.Rounds, 12);
    }

    [Fact]
    public void Self_normalised_scoring_divides_by_the_weights()
    {
        var value = PolicyEvaluation.Snips(Rounds);
        var mean = 3 / 3.5;

        Assert.Equal(mean, value.Value, 12);
        var error = Math.Sqrt((4 * (1 - mean) * (1 - mean)) + (0.25 * mean * mean) + ((1 - mean) * (1 - mean))) / 3.5;
        Assert.Equal(1.959963984540054 * error, value.Value - value.Low, 12);
    }

    [Fact]
    public void Replay_counts_the_rounds_that_match_alone()
    {
        var value = PolicyEvaluation.Replay([new(1, 0.25, 1), new(0, 0.25, 1), new(1, 0.25, 0), new(1, 0.25, 0.5)]);

        Assert.Equal((0.5, 2.0), (value.Value, value.Rounds));
    }

    [Fact]
    public void Wilsons_interval_is_the_one_in_the_books()
    {
        // 10 of 50: 0.1124 to 0.3304; 0 of 10: 0 to 0.2775.
        var (some, none) = (PolicyEvaluation.Lived(10, 50), PolicyEvaluation.Lived(0, 10));

        Assert.Equal((0.1124, 0.3304), (Math.Round(some.Low, 4), Math.Round(some.High, 4)));
        Assert.Equal((0.0, 0.2775), (Math.Round(none.Low, 4), Math.Round(none.High, 4)));
    }

    [Fact]
    public void A_policy_judged_by_its_own_log_is_worth_what_it_earned()
    {
        LoggedRound[] own = [new(1, 0.2, 0.2), new(0, 0.7, 0.7), new(0, 0.1, 0.1)];

        Assert.Equal(1 / 3.0, PolicyEvaluation.Ips(own).Value, 12);
        Assert.Equal(1 / 3.0, PolicyEvaluation.Snips(own).Value, 12);
        Assert.Equal(3, PolicyEvaluation.Snips(own).Rounds, 12);
    }

    [Fact]
    public void What_no_round_tells_of_is_unknown()
    {
        Assert.Equal(PolicyValue.Unknown, PolicyEvaluation.Ips([]));
        Assert.Equal(PolicyValue.Unknown, PolicyEvaluation.Snips([new(1, 0.5, 0)]));
        Assert.Equal(PolicyValue.Unknown, PolicyEvaluation.Replay([new(1, 0.5, 0)]));
    }

    [Fact]
    public void Intervals_that_meet_show_no_better_policy()
    {
        var low = new PolicyValue(0.1, 0.05, 0.15, 100);

        Assert.True(low.Overlaps(new(0.2, 0.15, 0.3, 100)));
        Assert.False(low.Overlaps(new(0.2, 0.16, 0.3, 100)));
    }
}
