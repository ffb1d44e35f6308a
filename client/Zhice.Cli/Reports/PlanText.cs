using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>A plan in sentences: what it is based on, and how sure it is.</summary>
internal static class PlanText
{
    private const double AllWeights = 10_000;

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Lines(GetNextPlanRequest asked, GetNextPlanResponse plan)
    {
        yield return $"Based on the campaign '{asked.CampaignId}' and the outcome '{asked.OutcomeId}', as of {InstantText.Format(plan.AsOfTime)}: {NumberText.Count(plan.All?.Contacted ?? 0)} contacted, {NumberText.Count(plan.All?.HeldOut ?? 0)} held out. Intervals may be looked at on any day.";
        yield return Verdict(plan);
        if (plan.All?.AmountFen is { } amount)
        {
            yield return $"A contact brings {NumberText.Yuan(amount.Value)} yuan ({NumberText.Yuan(amount.Low)} to {NumberText.Yuan(amount.High)}, to be read once) at a cost of {NumberText.Yuan(plan.CostFen)}.";
        }

        foreach (var tier in plan.Tiers)
        {
            yield return $"Tier {tier.Tier}: {Figure(tier.Lift)}, p = {tier.AdjustedPValue.ToString("0.0000", CultureInfo.InvariantCulture)} among {plan.Tiers.Count}: {(tier.IsKept ? tier.Verdict == PlanVerdict.Gain ? "kept" : "kept, as nothing is clear" : "left out")}.";
        }

        foreach (var arm in plan.Arms)
        {
            yield return $"Arm {arm.ArmId}: {Percent((double)arm.Converted / arm.Contacted)} of {NumberText.Customers(arm.Contacted)}, the best with probability {arm.BestProbability.ToString("0.00", CultureInfo.InvariantCulture)}: gets {Percent(arm.Weight / AllWeights)}.";
        }

        if (plan.Arms.Count > 1)
        {
            yield return plan.WinnerArmId.Length > 0
                ? $"The arm {plan.WinnerArmId} won by its sequence; the others get {Percent(plan.Arms.Where(arm => arm.ArmId != plan.WinnerArmId).Sum(static arm => arm.Weight) / AllWeights)}, to go on learning."
                : "No arm has won; weights follow the probability of being the best, and 20 % are shared evenly.";
        }

        if (plan.Draft is { PlacementIds.Count: > 1 })
        {
            yield return "Placements stay in their order: who got which was not drawn, so they cannot be compared.";
        }

        if (plan.ChannelId.Length > 0)
        {
            yield return $"Channel: {plan.ChannelId}, which the arm {plan.WinnerArmId} had.";
        }
        else if (plan.ChannelRefusal.Length > 0)
        {
            yield return $"No channel is proposed. {plan.ChannelRefusal}";
        }

        yield return $"Holdout: {Percent(plan.Holdout)} before, {Percent(plan.NextHoldout)} next.";
    }

    /// <summary>Whether there was a gain.</summary>
    public static string Verdict(GetNextPlanResponse plan) => plan.Verdict switch
    {
        PlanVerdict.NotMeasured => $"No plan. {plan.Refusal}",
        _ when plan.All is null => $"What it rests on is of fewer than {plan.FewerThan} customers in a group, which your roles are not shown.",
        PlanVerdict.Gain => $"There is a gain: {Figure(plan.All.Watched)}.",
        PlanVerdict.Loss => $"There is no gain but a loss: {Figure(plan.All.Watched)}.",
        PlanVerdict.TooSmall => $"There is no gain that is worth a contact: {Figure(plan.All.Watched)}.",
        _ => $"No gain is shown, and none is excluded: {Figure(plan.All.Watched)}. The draft contacts the same customers again to learn more{(plan.Need is null ? "" : "; 'zhice report holdout' says how many are needed")}.",
    };

    /// <summary>The plan for programs.</summary>
    public static string Json(GetNextPlanRequest asked, GetNextPlanResponse plan) => ObjectJson.Serialize(new
    {
        verdict = EnumName.UpperSnake(plan.Verdict.ToString()),
        basis = Lines(asked, plan),
        tiers = plan.Tiers.Select(static tier => new
        {
            tier = tier.Tier, lift = tier.Lift.Value, adjustedPValue = tier.AdjustedPValue, verdict = EnumName.UpperSnake(tier.Verdict.ToString()), kept = tier.IsKept,
        }),
        arms = plan.Arms.Select(static arm => new { armId = arm.ArmId, weight = arm.Weight, best = arm.BestProbability }),
        campaign = plan.Draft is null ? null : System.Text.Json.Nodes.JsonNode.Parse(ProtoJson.Format(plan.Draft)),
    });

    private static string Figure(LiftEstimate lift) => $"{Percent(Math.Abs(lift.Value))} {(lift.Value < 0 ? "less" : "more")} ({Percent(lift.Low)} to {Percent(lift.High)})";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");
}
