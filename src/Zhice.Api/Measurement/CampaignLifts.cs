using System.Collections.Immutable;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;
using Zhice.V1;
using Course = Zhice.Domain.Measurement.Reports.LiftCourse;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>The figures of a campaign as of one instant, for lifts that are divided in several ways.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Totals">The totals of the campaign.</param>
/// <param name="Amounts">The amounts of the outcome.</param>
internal sealed record CampaignLifts(CampaignRecord Campaign, OutcomeDefinition Outcome, MeasuredTotals Totals, ReadAmounts Amounts)
{
    // Where the audience of the runs is not known: at so many customers the sequence is narrowest.
    private const long UsualAudience = 10_000;

    // At how many customers the decision is expected.
    private long Expected => Math.Max(UsualAudience, Campaign.Runs.Sum(static run => Math.Max(0, run.Expected)));

    /// <summary>Reads the figures.</summary>
    public static async Task<CampaignLifts> ReadAsync(IMeasurementGrain measurement, CampaignRecord campaign, OutcomeDefinition outcome)
    {
        var (totals, amounts) = await ReadAmounts.ReadAsync(measurement, new(campaign.Definition.Order.CampaignId, ""), outcome);
        return new(campaign, outcome, totals, amounts);
    }

    /// <summary>Whether contacted and held out have the ratio that the holdout asks for.</summary>
    public SampleRatioCheck GetRatio()
    {
        var all = Line.Divide(Totals.Totals, [])[0];
        return MeasurementMap.ToRatio(all.Count(FactKind.Contacted), all.Count(FactKind.HeldOut), Campaign.Definition.Order.Holdout);
    }

    /// <summary>The lifts, the largest line first.</summary>
    public ImmutableArray<CampaignLift> Compare(Confidence confidence, params Dimension[] by) => CampaignLift.Compare(
        Divide(by), new(Amounts.Sums, Totals.Totals, by, Totals.KeptFromDay), Outcome, new ConfidenceSequence(confidence, Expected),
        Amounts.NoSums);

    /// <summary>What computes lifts that are divided so by other methods.</summary>
    public LiftMethods GetMethods(Confidence confidence, params Dimension[] by) => new(
        new(Totals.Totals, Amounts.Sums, Amounts.Each, Amounts.Each, Totals.KeptFromDay, Amounts.NoEach), by, Outcome, confidence);

    /// <summary>The courses of the lifts over their last days.</summary>
    public Measured<ImmutableArray<Course>> Follow(Confidence confidence, int days, params Dimension[] by) =>
        Course.Follow(Totals.Totals, by, Outcome, new ConfidenceSequence(confidence, Expected), days);

    /// <summary>The best arm.</summary>
    public LiftWinner FindWinner(Confidence confidence)
    {
        var lines = Divide(Dimension.Arm);
        var winner = CampaignWinner.Find(lines, Outcome, confidence, Expected);
        return new() { ArmId = winner.Value is { } place ? lines[place].Keys[0] : "", Refusal = winner.Refusal ?? "" };
    }

    /// <summary>How many customers the campaign still needs.</summary>
    public CampaignNeed ComputeNeed(double difference, double power, Confidence confidence, BankCalendar calendar) =>
        CampaignNeed.Compute(Totals.Totals, Outcome, difference, power, confidence, calendar.GetDay(Totals.AsOfMs));

    private ImmutableArray<Line> Divide(params Dimension[] by) =>
        Line.Divide(Totals.Totals.Where(static total => total.Kind != FactKind.Waiting), by);
}
