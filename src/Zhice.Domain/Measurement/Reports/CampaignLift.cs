using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.SampleRatios;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>How much more those whom a campaign contacted did than those whom it held out.</summary>
/// <param name="Keys">The values of the dimensions.</param>
/// <param name="Contacted">How many were contacted, also those whose contact became void later.</param>
/// <param name="Converted">How many of them an outcome followed.</param>
/// <param name="HeldOut">How many were held out.</param>
/// <param name="HeldOutConverted">How many of them an outcome followed.</param>
public sealed record CampaignLift(ImmutableArray<string> Keys, long Contacted, long Converted, long HeldOut, long HeldOutConverted)
{
    /// <summary>The lift of the share; null when there is nobody in one of the two groups.</summary>
    public ProportionLift? Share { get; private init; }

    /// <summary>The lift of the share as it may be watched; null when there is nobody in one of the two groups.</summary>
    public SequenceLook? Watched { get; private init; }

    /// <summary>The lift of the amount, in fen a customer.</summary>
    public Measured<AmountLift> Amount { get; private init; }

    /// <summary>
    /// How many customers with an outcome are not in the amounts, as their facts are gone: they were erased. Both groups together.
    /// </summary>
    public long WithoutAmount { get; private init; }

    /// <summary>
    /// Watches whether contacted and held out have the ratio that the holdout asks for; null when there is no holdout, so that nobody can
    /// be compared.
    /// </summary>
    /// <param name="contacted">How many were contacted.</param>
    /// <param name="heldOut">How many were held out.</param>
    /// <param name="share">The share of the holdout, 0 to 1.</param>
    public static SampleRatioWatch? WatchRatio(long contacted, long heldOut, double share) =>
        share is > 0 and < 1 ? new SampleRatioWatch([1 - share, share]).Look([contacted, heldOut]) : null;

    /// <summary>The lifts, line by line.</summary>
    /// <param name="lines">The totals of the campaign.</param>
    /// <param name="kept">The amounts of outcomes, divided as the lines are.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="sequence">The sequence by which it may be watched.</param>
    /// <param name="noAmounts">Why there are no amounts; null: they are computed.</param>
    public static ImmutableArray<CampaignLift> Compare(
        ImmutableArray<ReportLine> lines, KeptOutcomes kept, OutcomeDefinition outcome, ConfidenceSequence sequence, string? noAmounts = null) =>
        [.. lines.Select(line => Compare(line, kept, outcome, sequence, noAmounts)).OrderByDescending(static lift => lift.Contacted + lift.HeldOut)];

    /// <summary>The lift of a share as it may be watched; null when there is nobody in one of the two groups.</summary>
    /// <param name="contacted">Of those who were contacted: how many an outcome followed, and how many there are.</param>
    /// <param name="heldOut">The same of those who were held out.</param>
    /// <param name="sequence">The sequence.</param>
    internal static SequenceLook? Watch((long Converted, long All) contacted, (long Converted, long All) heldOut, ConfidenceSequence sequence) =>
        contacted.All == 0 || heldOut.All == 0
            ? null
            : sequence.Look(
                ProportionLift.Between(new(contacted.Converted, contacted.All), new(heldOut.Converted, heldOut.All), sequence.Confidence).Absolute,
                contacted.All + heldOut.All);

    private static CampaignLift Compare(
        ReportLine line, KeptOutcomes kept, OutcomeDefinition outcome, ConfidenceSequence sequence, string? noAmounts)
    {
        var (contacted, heldOut) = (line.Count(FactKind.Contacted), line.Count(FactKind.HeldOut));

        // Facts that came true before an upgrade may have outcomes and no contacts.
        var lift = new CampaignLift(
            line.Keys, contacted, Math.Min(contacted, line.Count(FactKind.Converted, outcome.Number)), heldOut,
            Math.Min(heldOut, line.Count(FactKind.HeldOutConverted, outcome.Number)));
        if (contacted == 0 || heldOut == 0)
        {
            return lift with { Amount = Measured<AmountLift>.Refuse("Both groups need customers.") };
        }

        var share = ProportionLift.Between(new(lift.Converted, contacted), new(lift.HeldOutConverted, heldOut), sequence.Confidence);
        var (own, control) = (kept.Find(line, outcome.Number, isHeldOut: false), kept.Find(line, outcome.Number, isHeldOut: true));
        return lift with
        {
            Share = share,
            Watched = sequence.Look(share.Absolute, contacted + heldOut),
            WithoutAmount = noAmounts is null ? own.Missing + control.Missing : 0,
            Amount = (noAmounts ?? FindRefusal(lift, outcome, own, control)) is { } reason
                ? Measured<AmountLift>.Refuse(reason)
                : AmountLift.Between(own.GetMoments(contacted), control.GetMoments(heldOut), sequence.Confidence),
        };
    }

    private static string? FindRefusal(CampaignLift lift, OutcomeDefinition outcome, in KeptAmounts own, in KeptAmounts control) =>
        outcome.AmountProperty.Length == 0 ? "This outcome has no amount."
        : lift.Converted + lift.HeldOutConverted == 0 ? "No outcome yet."
        : own.IsForgotten || control.IsForgotten
            ? "The facts of the first outcomes are not kept any more, so nothing tells how amounts vary."
        : own.Contacts + own.Missing > lift.Contacted || control.Contacts + control.Missing > lift.HeldOut
            ? "Outcomes followed contacts that were made before facts were recorded."
        : null;
}
