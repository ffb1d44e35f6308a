using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.SampleRatios;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>Whether an arm is to be promoted now.</summary>
/// <param name="ArmId">The arm; empty for none.</param>
/// <param name="Why">Why it is, or why none is.</param>
/// <param name="IsAlarm">Whether the arms are out of their ratio: then nothing that they show is to be believed.</param>
public readonly record struct ArmPromotion(string ArmId, string Why, bool IsAlarm)
{
    /// <summary>Looks at the arms.</summary>
    /// <param name="arms">The lines of all arms, those without customers too; each has the arm as its only key.</param>
    /// <param name="shares">The share that each arm should have.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="promotion">What an arm must show.</param>
    public static ArmPromotion Look(
        ImmutableArray<ReportLine> arms, ImmutableArray<double> shares, OutcomeDefinition outcome, WinnerPromotion promotion)
    {
        var ratio = new SampleRatioWatch(shares.AsSpan()).Look([.. arms.Select(static line => line.Count(FactKind.Contacted))]);
        if (ratio.IsAlarm())
        {
            return new("", $"the arms are out of their ratio (p = {ratio.PValue:0.0000})", IsAlarm: true);
        }

        var winner = CampaignWinner.Find(arms, outcome, new(promotion.Confidence), promotion.Expected);
        return winner.Value is { } place
            ? new(arms[place].Keys[0], Explain(arms, arms[place].Keys[0], outcome), IsAlarm: false)
            : new("", winner.Refusal ?? "", IsAlarm: false);
    }

    private static string Explain(ImmutableArray<ReportLine> arms, string winner, OutcomeDefinition outcome)
    {
        var shares = arms.Select(line =>
            $"'{line.Keys[0]}' {line.Count(FactKind.Converted, outcome.Number)} of {line.Count(FactKind.Contacted)}");
        return $"arm '{winner}' is above every other one by '{outcome.Id}': {string.Join(", ", shares)}";
    }
}
