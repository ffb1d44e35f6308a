using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>Experiments and holdouts of the catalogue, read as campaigns are.</summary>
public sealed class ExperimentLiftTests
{
    private static readonly OutcomeDefinition Opened = new("opened", 3, 7, "amount", [], 30 * Bank.DayMs);

    private static readonly Experiment Tone = new()
    {
        Id = "tone", LayerSalt = 1, From = 0, To = Assignment.Parts, ArmSalt = 2, Arms = [new("plain", 2), new("warm", 3), new("bold", 4)],
    };

    private static readonly FactTotal[] Totals =
    [
        .. Arm("plain", exposed: 5_000, converted: 500, fen: 50_000),
        .. Arm("warm", exposed: 2_500, converted: 400, fen: 80_000),
        .. Arm("bold", exposed: 2_500, converted: 250, fen: 25_000),
    ];

    [Fact]
    public void Each_arm_is_compared_with_the_control_as_a_campaign_with_those_held_out()
    {
        var lift = ExperimentLift.Of(Tone, "")!;
        Assert.Equal(("experiment:tone", "plain"), (lift.Name, lift.Control));
        Assert.Equal([("plain", 0.5), ("warm", 0.25), ("bold", 0.25)], lift.Arms);

        var lifts = Compare(lift, Totals);
        Assert.Equal(["warm", "bold"], lifts.OrderByDescending(static each => each.Converted).Select(static each => each.Keys[0]));
        var warm = lifts.Single(static each => each.Keys[0] == "warm");
        Assert.Equal((2_500L, 400L, 5_000L, 500L), (warm.Contacted, warm.Converted, warm.HeldOut, warm.HeldOutConverted));
        Assert.Equal(0.06, warm.Share!.Value.Absolute.Value, 12);
        Assert.True(warm.Watched!.Value.IsClear);
        Assert.Equal((80_000 / 2_500.0) - (50_000 / 5_000.0), warm.Amount.Value!.Value.Welch.Value, 9);

        var arms = lift.GetArms(Totals);
        Assert.False(lift.WatchRatio(arms).IsAlarm());
        Assert.Equal(1, CampaignWinner.Find(arms, Opened, new(0.95), 10_000).Value);
    }

    [Fact]
    public void Arms_out_of_their_shares_raise_the_alarm_and_an_arm_that_nobody_is_in_counts_as_empty()
    {
        var lift = ExperimentLift.Of(Tone, "bold")!;
        var arms = lift.GetArms([.. Arm("plain", 5_000, 1, 1), .. Arm("warm", 5_000, 1, 1)]);
        Assert.Equal([5_000L, 5_000L, 0L], arms.Select(static arm => arm.Count(FactKind.Contacted)));
        Assert.True(lift.WatchRatio(arms).IsAlarm());
        Assert.Null(ExperimentLift.Of(Tone, "loud"));
    }

    [Fact]
    public void A_holdout_compares_all_others_with_those_who_are_held_out()
    {
        var lift = ExperimentLift.Of(new Holdout("global", 1, 2_000));
        FactTotal[] totals = [.. Arm("held_out", 200, 10, 1_000), .. Arm("marketed", 800, 80, 9_000)];
        var line = Assert.Single(Compare(lift, totals));
        Assert.Equal(("marketed", 800L, 200L), (line.Keys[0], line.Contacted, line.HeldOut));
        Assert.Equal([0.2, 0.8], lift.Arms.Select(static arm => arm.Share));
        Assert.False(lift.WatchRatio(lift.GetArms(totals)).IsAlarm());
    }

    private static CampaignLift[] Compare(ExperimentLift lift, FactTotal[] totals)
    {
        FactTotal[] compared = [.. lift.Compare(totals)];
        var sums = totals.Where(static total => total.Kind == FactKind.Converted)
            .Select(static total => new OutcomeSums(total.Group, false, total.Count, total.AmountFen, total.AmountFen * 110.0));
        return
        [
            .. CampaignLift.Compare(
                ReportLine.Divide(compared, [ReportDimension.Arm]), new(lift.Compare(sums), compared, [ReportDimension.Arm], 0), Opened,
                new ConfidenceSequence(new(0.95), 10_000)),
        ];
    }

    private static FactTotal[] Arm(string arm, long exposed, long converted, long fen)
    {
        var group = new FactGroup { Campaign = "experiment:tone", Arm = arm };
        return [new(group, FactKind.Exposed, 0, 20_000, exposed, 0), new(group, FactKind.Converted, Opened.Number, 20_000, converted, fen)];
    }
}
