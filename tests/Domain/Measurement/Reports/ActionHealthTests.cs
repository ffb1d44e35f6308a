using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>What is found of actions.</summary>
public sealed class ActionHealthTests
{
    [Fact]
    public void Actions_that_nobody_gets_are_blocked_outranked_or_starved_and_a_bad_one_is_losing()
    {
        var health = ActionHealth.Judge(
            [
                new("fine", 900, 0, 10_000, 1_000), new("also_fine", 50, 0, 10_000, 1_020), new("losing", 90, 0, 5_000, 300),
                new("starved", 10, 90, 0, 0), new("outranked", 0, 5, 0, 0), new("blocked", 0, 0, 0, 0), new("rare", 0, 0, 3, 0),
            ],
            Confidence.Default);

        Assert.Equal(
            [
                ActionFinding.None, ActionFinding.None, ActionFinding.Losing, ActionFinding.Starved, ActionFinding.Outranked, ActionFinding.Blocked,
                ActionFinding.None,
            ],
            health.Select(static each => each.Finding));
        Assert.Equal((300 / 5_000.0) - (2_020 / 20_003.0), health[2].Difference!.Value.Value, 12);
        Assert.True(health[2].AdjustedP < 0.001);
    }

    [Fact]
    public void A_single_action_has_nothing_to_be_compared_with_and_more_acceptances_than_contacts_are_as_many()
    {
        Assert.Null(Assert.Single(ActionHealth.Judge([new("only", 1, 0, 10, 1)], Confidence.Default)).Difference);
        Assert.Equal(1, ActionHealth.Judge([new("a", 1, 0, 10, 11), new("b", 1, 0, 10, 0)], Confidence.Default)[0].Difference!.Value.Value, 12);
        Assert.Empty(ActionHealth.Judge([], Confidence.Default));
    }

    [Fact]
    public void Of_actions_that_are_the_same_few_are_called_losing()
    {
        var random = new Random(3);
        var found = Enumerable.Range(0, 200).Count(_ => ActionHealth.Judge(
            [.. Enumerable.Range(0, 10).Select(each => new ActionFigures($"{each}", 1, 0, 500, Enumerable.Range(0, 500).Count(_ => random.NextDouble() < 0.1)))],
            Confidence.Default).Any(static each => each.Finding == ActionFinding.Losing));
        Assert.InRange(found, 0, 18);
    }
}
