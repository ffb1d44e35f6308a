using System.Collections.Immutable;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Contrasts;

/// <summary>What a way to decide brought.</summary>
/// <param name="Contrast">The way.</param>
/// <param name="Shown">How many offers were shown, or seen where only feedback tells it.</param>
/// <param name="Converted">How many of them the outcome followed.</param>
/// <param name="Fen">What the outcomes were worth, in fen.</param>
public sealed record ContrastFigures(DecisionContrast Contrast, long Shown, long Converted, long Fen)
{
    // Where the interval is narrowest, of both groups together.
    private const long UsualOffers = 10_000;

    /// <summary>
    /// How much more the usual decisions bring, as a share of the offers, with an interval that may be looked at on any day; null for the
    /// usual ones, and while one of the two groups has no offer.
    /// </summary>
    public SequenceLook? Gain { get; private init; }

    /// <summary>Compares each way with the usual one, which is the first.</summary>
    /// <param name="totals">Totals of facts.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    public static ImmutableArray<ContrastFigures> Compare(IEnumerable<FactTotal> totals, OutcomeDefinition outcome, Confidence confidence)
    {
        // A placement counts its offers when they are decided, or when they are seen.
        var lines = ReportLine.Divide(totals, [ReportDimension.Arm, ReportDimension.Placement])
            .ToLookup(static line => line.Keys[0], StringComparer.Ordinal);
        var all = Enum.GetValues<DecisionContrast>().Where(static contrast => contrast != DecisionContrast.None)
            .Select(contrast => Find(contrast, lines[DecisionContrasts.GetArm(contrast)], outcome.Number)).ToList();
        var sequence = new ConfidenceSequence(confidence, UsualOffers);
        return [all[0], .. all.Skip(1).Select(contrast => contrast with { Gain = Compare(all[0], contrast, sequence) })];
    }

    private static ContrastFigures Find(DecisionContrast contrast, IEnumerable<ReportLine> lines, int outcome)
    {
        var found = new ContrastFigures(contrast, 0, 0, 0);
        foreach (var line in lines)
        {
            var shown = Math.Max(line.Count(FactKind.Shown), line.Count(FactKind.Seen));
            found = found with
            {
                Shown = found.Shown + shown, Converted = found.Converted + Math.Min(shown, line.Count(FactKind.Converted, outcome)),
                Fen = found.Fen + line.Fen(FactKind.Converted, outcome) + line.Fen(FactKind.ConvertedAgain, outcome),
            };
        }

        return found;
    }

    private static SequenceLook? Compare(ContrastFigures usual, ContrastFigures other, ConfidenceSequence sequence) =>
        usual.Shown == 0 || other.Shown == 0 ? null
        : sequence.Look(
            ProportionLift.Between(new(usual.Converted, usual.Shown), new(other.Converted, other.Shown), sequence.Confidence).Absolute,
            usual.Shown + other.Shown);
}
