using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Reports;

/// <summary>Reports of campaigns, made of totals.</summary>
public sealed class CampaignReportTests
{
    private static readonly FactGroup Sms = new() { Campaign = "summer", Channel = "sms", Arm = "a" };
    private static readonly FactGroup Push = Sms with { Channel = "push", Arm = "b" };

    private static readonly FactTotal[] Totals =
    [
        new(Sms, FactKind.Contacted, 0, 20_786, 900, 0), new(Sms, FactKind.Contacted, 0, 20_787, 100, 0),
        new(Sms, FactKind.HandedOver, 0, 20_787, 700, 0),
        new(Sms, FactKind.Void, 2, 20_787, 100, 0), new(Sms, FactKind.Void, 4, 20_787, 150, 0), new(Sms, FactKind.Waiting, 0, 0, 50, 0),
        new(Push, FactKind.Contacted, 0, 20_787, 2_000, 0), new(Push, FactKind.HandedOver, 0, 20_787, 2_000, 0),
        new(Sms, FactKind.HeldOut, 0, 20_787, 100, 0), new(Push, FactKind.HeldOut, 0, 20_787, 200, 0),
        new(Sms, FactKind.Converted, 3, 20_788, 200, 20_000), new(Push, FactKind.Converted, 3, 20_788, 200, 20_000),
        new(Push, FactKind.ConvertedAgain, 3, 20_788, 9, 900),
        new(Sms, FactKind.HeldOutConverted, 3, 20_788, 10, 1_000), new(Push, FactKind.HeldOutConverted, 3, 20_788, 20, 2_000),
        new(Push, FactKind.Converted, 4, 20_788, 77, 0),
    ];

    [Fact]
    public void Totals_are_divided_by_dimensions_with_the_most_contacts_first_and_tie_out_in_each()
    {
        var all = Assert.Single(ReportLine.Divide(Totals, []));
        Assert.Equal(
            (3_000, 250, 300, 0), (all.Count(FactKind.Contacted), all.Count(FactKind.Void), all.Count(FactKind.HeldOut), all.Missing));
        Assert.Equal([(4, 150L), (2, 100L)], all.Codes(FactKind.Void));

        var lines = ReportLine.Divide(Totals, [ReportDimension.Channel, ReportDimension.Arm]);
        Assert.Equal(["push/b", "sms/a"], lines.Select(static line => string.Join('/', line.Keys)));
        Assert.All(lines, static line => Assert.Equal(0, line.Missing));
        Assert.Equal(
            ["2026-11-30", "2026-11-29", "2026-12-01"],
            ReportLine.Divide(Totals, [ReportDimension.Day])
                .Where(static line => line.Keys[0].Length > 0)
                .Select(static line => line.Keys[0]));
        Assert.Empty(Assert.Single(ReportLine.Divide([], [])).Totals);
        Assert.Empty(ReportLine.Divide([], [ReportDimension.Day]));
    }

    private static readonly OutcomeDefinition Opened = new("opened", 3, 1, "amount", [], 86_400_000);

    private static readonly OutcomeSums[] Sums =
    [
        new(Sms, false, 200, 20_000, 2_000_000), new(Push, false, 200, 20_900, 2_290_000), new(Sms, true, 10, 1_000, 100_000),
        new(Push, true, 20, 2_000, 200_000),
    ];

    [Fact]
    public void A_lift_compares_each_line_with_those_of_it_who_were_held_out()
    {
        var sequence = new ConfidenceSequence(Confidence.Default, 10_000);
        var lines = ReportLine.Divide(Totals, [ReportDimension.Channel]);

        var lifts = CampaignLift.Compare(lines, new(Sums, Totals, [ReportDimension.Channel], 20_000), Opened, sequence);

        Assert.Equal(
            [("push", 2_000L, 200L, 200L, 20L), ("sms", 1_000, 200, 100, 10)],
            lifts.Select(static lift => (lift.Keys[0], lift.Contacted, lift.Converted, lift.HeldOut, lift.HeldOutConverted)));
        Assert.Equal(0, lifts[0].Share!.Value.Absolute.Value, 12);
        Assert.Equal(0.1, lifts[1].Share!.Value.Absolute.Value, 12);
        Assert.True(lifts[1].Share!.Value.Absolute.IsClear);
        Assert.Equal(10, lifts[1].Amount.Value!.Value.Welch.Value, 9);
        Assert.True(lifts[1].Watched!.Value.Interval.Low < lifts[1].Share!.Value.Absolute.Interval.Low);
    }

    [Fact]
    public void A_lift_is_refused_without_a_holdout_and_its_amount_without_facts_that_became_too_old()
    {
        var none = Compare([Totals[0]], [], 20_000);
        Assert.Null(none.Share);
        Assert.Equal("Both groups need customers.", none.Amount.Refusal);
        var forgotten = Compare(Totals, [], keptFromDay: 20_789);
        Assert.NotNull(forgotten.Share);
        Assert.Contains("not kept any more", forgotten.Amount.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Facts_of_old_days_that_are_all_there_give_an_amount_and_partly_kept_ones_do_not()
    {
        Assert.NotNull(Compare(Totals, Sums, keptFromDay: 20_789).Amount.Value);
        var part = Compare(Totals, [Sums[0], Sums[1] with { SumFen = 20_000 }, Sums[2], Sums[3]], keptFromDay: 20_789);
        Assert.Contains("not kept any more", part.Amount.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Customers_who_were_erased_are_left_out_of_the_amounts_and_counted()
    {
        // The totals keep the 3 erased customers of 300 fen together; their facts are gone.
        OutcomeSums[] left = [Sums[0] with { Contacts = 198, SumFen = 19_800, SumOfSquares = 1_980_000 }, Sums[1], Sums[2] with { Contacts = 9, SumFen = 900, SumOfSquares = 90_000 }, Sums[3]];

        var lift = Compare(Totals, left, keptFromDay: 20_000);

        Assert.Equal((3L, 400L, 30L), (lift.WithoutAmount, lift.Converted, lift.HeldOutConverted));
        Assert.Equal((40_700 / 2_998.0) - (2_900 / 299.0), lift.Amount.Value!.Value.Welch.Value, 9);
    }

    [Fact]
    public void An_amount_says_why_there_is_none()
    {
        Assert.Equal(
            "This outcome has no amount.", Compare(Totals, Sums, 20_000, Opened with { AmountProperty = "" }).Amount.Refusal);
        Assert.Equal("No outcome yet.", Compare(Totals, Sums, 20_000, Opened with { Number = 9 }).Amount.Refusal);
    }

    [Theory]
    [InlineData(900, 100, false)]
    [InlineData(90_000, 12_000, true)]
    public void The_ratio_of_contacted_and_held_out_is_watched(long contacted, long heldOut, bool isAlarm) =>
        Assert.Equal(isAlarm, CampaignLift.WatchRatio(contacted, heldOut, 0.1)!.IsAlarm());

    [Fact]
    public void Without_a_holdout_there_is_no_ratio_to_watch() => Assert.Null(CampaignLift.WatchRatio(100, 0, 0));

    [Fact]
    public void The_customers_that_are_needed_follow_from_the_holdout_and_the_days_from_the_last_week()
    {
        var need = CampaignNeed.Compute(Totals, Opened, 0.01, 0.8, Confidence.Default, today: 20_790);

        Assert.Equal((300L, 300 / 7.0), (need.HeldOut, need.ADay));
        Assert.Equal(SampleSize.ForShares(0.1, 0.01, Confidence.Default, 0.8, 10).Value, need.Needed.Value);
        Assert.Equal((long)Math.Ceiling((need.Needed.Value!.Value - 300) * 7 / 300.0), need.DaysLeft.Value);
        Assert.Contains("No customers enter", CampaignNeed.Compute(Totals, Opened, 0.01, 0.8, Confidence.Default, 20_800).DaysLeft.Refusal, StringComparison.Ordinal);
        Assert.Contains(
            "how rare it is", CampaignNeed.Compute(Totals, Opened with { Number = 4 }, 0.01, 0.8, Confidence.Default, 20_790).Needed.Refusal,
            StringComparison.Ordinal);
        Assert.Equal("Both groups need customers.", CampaignNeed.Compute([], Opened, 0.01, 0.8, Confidence.Default, 20_790).Needed.Refusal);
    }

    [Fact]
    public void A_winner_is_the_arm_above_all_others_and_few_customers_make_none()
    {
        var winner = CampaignWinner.Find(ReportLine.Divide(Totals, [ReportDimension.Arm]), Opened, Confidence.Default, 3_000);
        Assert.Equal("a", ReportLine.Divide(Totals, [ReportDimension.Arm])[winner.Value!.Value].Keys[0]);
        Assert.Equal(
            "Arm 'b' is the best until now, and is not shown to be above arm 'a'.",
            CampaignWinner.Find(ReportLine.Divide(Totals, [ReportDimension.Arm]), Opened with { Number = 5 }, Confidence.Default, 3_000).Refusal);
        FactTotal[] few =
        [
            new(Sms, FactKind.Contacted, 0, 20_787, 29, 0), new(Sms, FactKind.Converted, 3, 20_787, 28, 0),
            new(Push, FactKind.Contacted, 0, 20_787, 1_000, 0),
        ];
        Assert.Contains(
            "at least 30", CampaignWinner.Find(ReportLine.Divide(few, [ReportDimension.Arm]), Opened, Confidence.Default, 1_000).Refusal,
            StringComparison.Ordinal);
        Assert.Contains(
            "fewer than two arms",
            CampaignWinner.Find(ReportLine.Divide([Totals[0]], [ReportDimension.Arm]), Opened, Confidence.Default, 1_000).Refusal,
            StringComparison.Ordinal);
    }

    private static CampaignLift Compare(FactTotal[] totals, OutcomeSums[] sums, int keptFromDay, OutcomeDefinition? outcome = null) =>
        CampaignLift.Compare(
            ReportLine.Divide(totals, []), new(sums, totals, [], keptFromDay), outcome ?? Opened,
            new ConfidenceSequence(Confidence.Default, 10_000))[0];
}
