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
    private const long UsualCustomers = 10_000;

    /// <summary>How many customers were shown offers, by the facts that are kept.</summary>
    public long Customers { get; private init; }

    /// <summary>
    /// How much more the usual decisions bring, as a share of the offers, with an interval over customers that may be looked at on any day.
    /// Refused for the usual ones, and while nothing is known of the spread.
    /// </summary>
    public Measured<SequenceLook> Gain { get; private init; }

    /// <summary>Compares each way with the usual one, which is the first.</summary>
    /// <param name="totals">Totals of facts.</param>
    /// <param name="customers">Sums over the customers of each group, of the same days.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    /// <remarks>
    /// A customer is in one group all the time, so customers are what was drawn, and they come several times: the spread is that over
    /// customers (<see cref="ClusteredShare"/>).
    /// </remarks>
    public static ImmutableArray<ContrastFigures> Compare(
        IEnumerable<FactTotal> totals, IEnumerable<CustomerSums> customers, OutcomeDefinition outcome, Confidence confidence)
    {
        // A placement counts its offers when they are decided, or when they are seen.
        var lines = ReportLine.Divide(totals, [ReportDimension.Arm, ReportDimension.Placement])
            .ToLookup(static line => line.Keys[0], StringComparer.Ordinal);
        var sums = customers.ToDictionary(static each => each.Arm, StringComparer.Ordinal);
        var all = Enum.GetValues<DecisionContrast>().Where(static contrast => contrast != DecisionContrast.None)
            .Select(contrast => Find(contrast, lines[DecisionContrasts.GetArm(contrast)], outcome.Number)
                with { Customers = Sums(contrast, sums).Customers }).ToList();
        var (usual, sequence) = (ClusteredShare.Of(Sums(all[0].Contrast, sums)), new ConfidenceSequence(confidence, UsualCustomers));
        return
        [
            all[0] with { Gain = Measured<SequenceLook>.Refuse("The others are compared with these.") },
            .. all.Skip(1).Select(contrast => contrast with { Gain = Compare(usual, ClusteredShare.Of(Sums(contrast.Contrast, sums)), sequence) }),
        ];
    }

    private static CustomerSums Sums(DecisionContrast contrast, Dictionary<string, CustomerSums> sums) =>
        sums.GetValueOrDefault(DecisionContrasts.GetArm(contrast)) ?? new(DecisionContrasts.GetArm(contrast), 0, 0, 0, 0, 0, 0);

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

    private static Measured<SequenceLook> Compare(
        in Measured<ClusteredShare> usual, in Measured<ClusteredShare> other, ConfidenceSequence sequence) =>
        usual.Value is not { } own ? Measured<SequenceLook>.Refuse($"Of the usual decisions: {usual.Refusal}")
        : other.Value is not { } against ? Measured<SequenceLook>.Refuse(other.Refusal!)
        : sequence.Look(own.Less(against, sequence.Confidence), own.Customers + against.Customers);
}
