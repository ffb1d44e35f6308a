using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class ChoicePerGroupTests
{
    [Fact]
    public void Groups_with_arms_of_their_own_give_a_gain_of_the_known_size()
    {
        // Each of two groups converts better by 4 points in another arm: half of the customers gain 4 points.
        var choice = Judge(3, 40_000, groups: 2, static (group, arm) => 0.1 + (group == arm ? 0.04 : 0)).Require();

        Assert.True(choice.IsGain);
        Assert.True(choice.Gain.Interval.Contains(0.02));
        Assert.Equal(choice.Gain.Value, choice.PerGroup.Value - choice.ForAll.Value, 10);
        Assert.False(choice.IsSameForAll);
    }

    [Fact]
    public void Groups_that_only_look_different_by_chance_give_a_gain_in_few_of_many_experiments()
    {
        // 20 groups and two arms that are the same: without two halves every report would find a gain.
        var gains = Enumerable.Range(0, 200).Count(static seed => Judge(seed, 4_000, groups: 20, static (_, _) => 0.1).Require().IsGain);

        Assert.InRange(gains, 0, 14);
    }

    [Fact]
    public void An_arm_that_is_best_for_each_group_is_given_to_all()
    {
        var choice = Judge(5, 20_000, groups: 3, static (_, arm) => arm == 1 ? 0.3 : 0.1).Require();

        Assert.Equal((true, 1, false), (choice.IsSameForAll, choice.BestForAll, choice.IsGain));
        Assert.Equal(0.3, choice.ForAll.Value, 0.02);
    }

    [Fact]
    public void Groups_that_are_all_too_small_are_refused() =>
        Assert.Contains("No group has 30 customers", Judge(7, 400, groups: 5, static (_, _) => 0.1).Refusal, StringComparison.Ordinal);

    [Fact]
    public void No_groups_are_refused() => Assert.False(ChoicePerGroup.Judge([], Confidence.Default).HasValue);

    private static Measured<ChoicePerGroup> Judge(int seed, int customers, int groups, Func<int, int, double> rate)
    {
        var (random, tally) = (new Random(seed), new LiftTally(new(["opened"], [], HasCovariate: false, HasGroups: true)));
        tally.Add(0, 0, [0], 0);
        tally.Add(1, 0, [0], 0);
        for (var i = 0; i < customers; i++)
        {
            var (group, arm) = (random.Next(groups), random.Next(2));
            tally.Add(arm, group, [random.NextDouble() < rate(group, arm) ? 1 : 0], 0);
        }

        var settings = new LiftSettings { Control = 0, Shares = [1, 1], Groups = [.. Enumerable.Range(0, groups).Select(static group => $"{group}")] };
        return LiftReporting.Report(tally, settings).Measures[0].PerGroup!.Value;
    }
}
