using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement.Plans;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>A plan in sentences: what it is based on, and how sure it is.</summary>
internal static class PlanText
{
    /// <summary>Prints a plan.</summary>
    public static void Print(Terminal terminal, PlanFigures figures, NextPlan plan)
    {
        foreach (var line in Lines(figures, plan))
        {
            terminal.Line(line);
        }
    }

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Lines(PlanFigures figures, NextPlan plan)
    {
        yield return $"Based on the campaign '{figures.Campaign.CampaignId}' and the outcome '{figures.Outcome}', as of {InstantText.Format(figures.All.AsOfTime)}: {NumberText.Count(figures.Line?.Contacted ?? 0)} contacted, {NumberText.Count(figures.Line?.HeldOut ?? 0)} held out. Intervals may be looked at on any day.";
        yield return Verdict(figures, plan);
        if (figures.Line?.AmountFen is { } amount)
        {
            yield return $"A contact brings {NumberText.Yuan(amount.Value)} yuan ({NumberText.Yuan(amount.Low)} to {NumberText.Yuan(amount.High)}, to be read once) at a cost of {NumberText.Yuan(figures.Campaign.CostFen)}.";
        }

        foreach (var tier in plan.Tiers)
        {
            yield return $"Tier {tier.Figure.Name}: {Figure(tier.Figure)}, p = {tier.Adjusted.ToString("0.0000", CultureInfo.InvariantCulture)} among {plan.Tiers.Length}: {(tier.IsKept ? tier.Verdict == PlanVerdict.Gain ? "kept" : "kept, as nothing is clear" : "left out")}.";
        }

        foreach (var arm in plan.Arms)
        {
            yield return $"Arm {arm.Name}: {Percent(arm.Share.Rate)} of {NumberText.Customers(arm.Share.Trials)}, the best with probability {arm.IsBest.ToString("0.00", CultureInfo.InvariantCulture)}: gets {Percent((double)arm.Weight / NextPlan.AllWeights)}.";
        }

        if (plan.Arms.Length > 1)
        {
            yield return figures.ByArm.Winner is { ArmId.Length: > 0 } winner
                ? $"The arm {winner.ArmId} won by its sequence; the others get 10 % together, to go on learning."
                : "No arm has won; weights follow the probability of being the best, and 20 % are shared evenly.";
        }

        if (figures.Campaign.PlacementIds.Count > 1)
        {
            yield return "Placements stay in their order: who got which was not drawn, so they cannot be compared.";
        }

        yield return $"Holdout: {Percent(figures.Campaign.Holdout)} before, {Percent(plan.GetHoldout(figures.Campaign.Holdout))} next.";
    }

    /// <summary>Whether there was a gain.</summary>
    public static string Verdict(PlanFigures figures, NextPlan plan) => plan.Verdict switch
    {
        PlanVerdict.NotMeasured when figures.IsOutOfRatio => "No plan: contacted and held out are out of ratio, so no figure is to be believed until it is known why.",
        PlanVerdict.NotMeasured => "No plan: without customers who were contacted and others who were held out nothing can be compared. Give the campaign a holdout.",
        PlanVerdict.Gain => $"There is a gain: {Line(figures)}.",
        PlanVerdict.Loss => $"There is no gain but a loss: {Line(figures)}.",
        PlanVerdict.TooSmall => $"There is no gain that is worth a contact: {Line(figures)}.",
        _ => $"No gain is shown, and none is excluded: {Line(figures)}. The draft contacts the same customers again to learn more{(figures.All.Need is null ? "" : "; 'zhice report holdout' says how many are needed")}.",
    };

    /// <summary>The plan for programs.</summary>
    public static string Json(PlanFigures figures, NextPlan plan, Campaign? draft) => ObjectJson.Serialize(new
    {
        verdict = EnumName.UpperSnake(plan.Verdict.ToString()),
        basis = Lines(figures, plan),
        tiers = plan.Tiers.Select(static tier => new
        {
            tier = tier.Figure.Name, lift = tier.Figure.Value, adjustedPValue = tier.Adjusted, verdict = EnumName.UpperSnake(tier.Verdict.ToString()), kept = tier.IsKept,
        }),
        arms = plan.Arms.Select(static arm => new { armId = arm.Name, weight = arm.Weight, best = arm.IsBest }),
        campaign = draft is null ? null : System.Text.Json.Nodes.JsonNode.Parse(ProtoJson.Format(draft)),
    });

    private static string Line(PlanFigures figures) => Figure(new(
        "", figures.Line!.Watched.Value, new(figures.Line.Watched.Low, figures.Line.Watched.High), figures.Line.Watched.PValue));

    private static string Figure(PlanFigure figure) => double.IsInfinity(figure.Interval.Low)
        ? "nothing is known yet"
        : $"{Percent(figure.Value)} more ({Percent(figure.Interval.Low)} to {Percent(figure.Interval.High)})";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");
}
