using System.Collections.Immutable;
using Zhice.Api.Requests;
using Zhice.Catalogs.Campaigns;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using PlannedTier = Zhice.V1.PlannedTier;
using PlanVerdict = Zhice.V1.PlanVerdict;

namespace Zhice.Api.Measurement;

/// <summary>What the figures of a campaign propose for the next one.</summary>
internal static class PlanReport
{
    private const string OutOfRatio = "Contacted and held out are out of ratio, so no figure is to be believed until it is known why.";

    private const string NotCompared =
        "Without customers who were contacted and others who were held out nothing can be compared. Give the campaign a holdout.";

    /// <summary>The answer, without how many customers are needed.</summary>
    /// <param name="lifts">The figures of the campaign.</param>
    /// <param name="terms">What is asked for.</param>
    /// <param name="tierTag">The tag of the tiers; empty for none.</param>
    /// <param name="nextId">The id of the next campaign; empty for that of the campaign with a suffix.</param>
    public static GetNextPlanResponse Create(CampaignLifts lifts, PlanTerms terms, string tierTag, string nextId)
    {
        var former = Campaign.Parser.ParseFrom(lifts.Campaign.Source);
        var (ratio, winner) = (lifts.GetRatio(), lifts.FindWinner(terms.Confidence));
        var all = lifts.Compare(terms.Confidence).FirstOrDefault();
        var plan = ratio.IsAlarm
            ? NextPlan.Propose(null, [], [], -1, terms)
            : Propose(lifts, all is null ? null : ToFigure(all, ""), (former, winner.ArmId, tierTag), terms);
        var channel = PlannedChannel.Propose(lifts.Totals.Totals, ratio.IsAlarm ? "" : winner.ArmId);
        return new()
        {
            ChannelId = channel.Channel,
            ChannelRefusal = channel.Refusal,
            AsOfTime = Values.ToTimestamp(lifts.Totals.AsOfMs),
            Verdict = ToVerdict(plan.Verdict),
            Refusal = plan.Verdict != Domain.Measurement.Plans.PlanVerdict.NotMeasured ? "" : ratio.IsAlarm ? OutOfRatio : NotCompared,
            SampleRatio = ratio,
            All = all is null ? null : MeasurementMap.ToLift(all),
            Tiers = { plan.Tiers.Select(ToTier) },
            Arms =
            {
                plan.Arms.Select(static arm => new V1.PlannedArm
                {
                    ArmId = arm.Name, Contacted = arm.Share.Trials, Converted = arm.Share.Successes, BestProbability = arm.IsBest,
                    Weight = arm.Weight,
                }),
            },
            WinnerArmId = winner.ArmId,
            Holdout = former.Holdout,
            NextHoldout = plan.GetHoldout(former.Holdout),
            CostFen = former.CostFen,
            Draft = NextCampaign.Create(former, plan, tierTag, nextId),
        };
    }

    private static NextPlan Propose(
        CampaignLifts lifts, PlanFigure? all, (Campaign Former, string Winner, string TierTag) of, PlanTerms terms)
    {
        var byArm = lifts.Compare(terms.Confidence, Dimension.Arm).ToDictionary(static lift => lift.Keys[0]);
        var arms = of.Former.Arms.Where(arm => byArm.TryGetValue(arm.ArmId, out var lift) && lift.Contacted > 0)
            .Select(arm => (Name: arm.ArmId, new Proportion(byArm[arm.ArmId].Converted, byArm[arm.ArmId].Contacted))).ToList();
        ImmutableArray<PlanFigure> tiers = of.TierTag.Length == 0 ? [] :
        [
            .. lifts.Compare(terms.Confidence, Dimension.Tier).Where(static lift => lift.Keys[0].Length > 0)
                .Select(static lift => ToFigure(lift, lift.Keys[0])).OfType<PlanFigure>(),
        ];
        return NextPlan.Propose(all, tiers, arms, of.Winner.Length == 0 ? -1 : arms.FindIndex(arm => arm.Name == of.Winner), terms);
    }

    private static PlanFigure? ToFigure(CampaignLift lift, string name) =>
        lift.Watched is not { } look || double.IsInfinity(look.Interval.Low) ? null : new(name, look.Value, look.Interval, look.PValue);

    private static PlannedTier ToTier(Domain.Measurement.Plans.PlannedTier tier) => new()
    {
        Tier = tier.Figure.Name,
        Lift = new()
        {
            Value = tier.Figure.Value, Low = tier.Figure.Interval.Low, High = tier.Figure.Interval.High, PValue = tier.Figure.PValue,
            IsClear = !tier.Figure.Interval.Contains(0),
        },
        AdjustedPValue = tier.Adjusted,
        Verdict = ToVerdict(tier.Verdict),
        IsKept = tier.IsKept,
    };

    // 0 is "not set" in the contract.
    private static PlanVerdict ToVerdict(Domain.Measurement.Plans.PlanVerdict verdict) => (PlanVerdict)((int)verdict + 1);
}
