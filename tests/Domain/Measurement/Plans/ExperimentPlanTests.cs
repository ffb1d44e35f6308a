using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Plans;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Domain.Tests.Measurement.Plans;

/// <summary>What experiments propose.</summary>
public sealed class ExperimentPlanTests
{
    private static readonly OutcomeDefinition Opened = new("opened", 3, 1, "", [], 30 * Bank.DayMs);

    private static readonly ExperimentLift Tone = ExperimentLift.Of(
        new Experiment { Id = "tone", LayerSalt = 1, From = 0, To = Assignment.Parts, ArmSalt = 2, Arms = [new("plain", 1), new("warm", 2)] }, "")!;

    [Fact]
    public void An_arm_that_won_is_proposed_for_all()
    {
        var plan = Propose((5_000, 500), (5_000, 700));
        Assert.Equal(("warm", false, ""), (plan.Winner, plan.IsReshared, plan.Refusal));
    }

    [Fact]
    public void An_arm_that_is_ahead_gets_a_larger_share_before_it_has_won()
    {
        var plan = Propose((5_000, 500), (5_000, 540));
        Assert.Equal(("", true, ""), (plan.Winner, plan.IsReshared, plan.Refusal));
        Assert.True(plan.Arms[1].Weight > 6_000);
        Assert.Equal(NextPlan.AllWeights, plan.Arms.Sum(static arm => arm.Weight));
    }

    [Fact]
    public void Nothing_is_proposed_where_nothing_is_known_and_the_plan_says_why()
    {
        Assert.Contains("far enough ahead", Propose((5_000, 500), (5_000, 500)).Refusal, StringComparison.Ordinal);
        Assert.Contains("fewer than 1000", Propose((300, 30), (300, 45)).Refusal, StringComparison.Ordinal);
        Assert.Contains("no customers", Propose((0, 0), (10, 1)).Refusal, StringComparison.Ordinal);
        var broken = Propose((5_000, 500), (6_000, 1_800));
        Assert.Equal(("", false), (broken.Winner, broken.IsReshared));
        Assert.Contains("out of their ratio", broken.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_is_proposed_only_where_each_arm_had_one_of_its_own_and_one_won()
    {
        FactTotal[] drawn = [Sent("a", "sms", 500), Sent("b", "push", 500)];
        Assert.Equal(new("push", ""), PlannedChannel.Propose(drawn, "b"));
        Assert.Contains("none is above", PlannedChannel.Propose(drawn, "").Refusal, StringComparison.Ordinal);
        foreach (var mixed in new FactTotal[][] { [], [Sent("a", "sms", 500)], [Sent("a", "sms", 500), Sent("b", "sms", 500)], [.. drawn, Sent("b", "sms", 400)] })
        {
            Assert.Equal("", PlannedChannel.Propose(mixed, "b").Channel);
            Assert.Contains("was not drawn", PlannedChannel.Propose(mixed, "b").Refusal, StringComparison.Ordinal);
        }
    }

    private static FactTotal Sent(string arm, string channel, long count) =>
        new(new() { Campaign = "c", Arm = arm, Channel = channel }, FactKind.Contacted, 0, 20_000, count, 0);

    private static ExperimentPlan Propose(params (long Customers, long Converted)[] arms) => ExperimentPlan.Propose(
        Tone,
        [
            .. arms.Zip(Tone.Arms, static (counts, arm) => (counts, arm.ArmId)).SelectMany(static each =>
            {
                var group = new FactGroup { Campaign = "experiment:tone", Arm = each.ArmId };
                return new FactTotal[]
                {
                    new(group, FactKind.Exposed, 0, 20_000, each.counts.Customers, 0), new(group, FactKind.Converted, 3, 20_000, each.counts.Converted, 0),
                };
            }),
        ],
        Opened, Confidence.Default, 10_000);
}
