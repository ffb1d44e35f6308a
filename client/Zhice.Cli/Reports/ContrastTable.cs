using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Sequences;
using Zhice.V1;
using DecisionContrasts = Zhice.Domain.Experiments.DecisionContrasts;

namespace Zhice.Cli.Reports;

/// <summary>A way to decide other than the usual one.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Shown">How many offers were shown.</param>
/// <param name="Converted">How many of them the outcome followed.</param>
/// <param name="Fen">What the outcomes were worth, in fen.</param>
internal sealed record ContrastFigures(string Group, long Shown, long Converted, long Fen)
{
    /// <summary>How much more the usual decisions bring, as a share of the offers; null for the usual ones, and while nothing is shown.</summary>
    public double? Gain { get; init; }

    /// <summary>Its interval, which may be looked at on any day; null while nothing can be said.</summary>
    public double? GainLow { get; init; }

    /// <summary>The upper end.</summary>
    public double? GainHigh { get; init; }
}

/// <summary>The ways to decide, compared.</summary>
internal static class ContrastTable
{
    // Where the interval is narrowest, of both groups together.
    private const long UsualOffers = 10_000;

    /// <summary>Compares each group with that of the usual decisions, which is the first.</summary>
    /// <exception cref="FailureException">There are no groups.</exception>
    public static List<ContrastFigures> Compare(GetReportResponse report, string outcome, Confidence confidence)
    {
        var lines = report.Lines.ToLookup(static line => line.Keys[0], StringComparer.Ordinal);
        var all = Enum.GetValues<DecisionContrast>().Where(static contrast => contrast != DecisionContrast.None)
            .Select(contrast => Find(lines, DecisionContrasts.GetArm(contrast), outcome)).ToList();
        if (all.TrueForAll(static group => group.Shown == 0))
        {
            throw new FailureException("No group of decision_contrasts has an offer that was shown. The catalogue draws the groups (decision_contrasts: {share: 0.01}).");
        }

        var sequence = new ConfidenceSequence(confidence, UsualOffers);
        return [all[0], .. all.Skip(1).Select(group => Compare(all[0], group, sequence))];
    }

    public static void Print(Terminal terminal, IEnumerable<ContrastFigures> contrasts) => terminal.Table(
        "",
        ["decided by", Column.Number("shown"), Column.Number("converted"), Column.Number("share"), Column.Number("yuan an offer"), "the usual decisions bring"],
        contrasts.Select(static contrast => new[]
        {
            contrast.Group, NumberText.Count(contrast.Shown), NumberText.Count(contrast.Converted),
            contrast.Shown == 0 ? "" : Percent((double)contrast.Converted / contrast.Shown),
            contrast.Shown == 0 ? "" : NumberText.Yuan((double)contrast.Fen / contrast.Shown), Gain(contrast),
        }));

    private static ContrastFigures Find(ILookup<string, ReportLine> lines, string arm, string outcome)
    {
        var found = new ContrastFigures(arm[(arm.IndexOf(':', StringComparison.Ordinal) + 1)..], 0, 0, 0);
        foreach (var line in lines[arm])
        {
            // A placement counts its offers when they are decided, or when they are seen.
            var (shown, total) = (Math.Max(line.Shown, line.Seen), line.Outcomes.FirstOrDefault(each => each.OutcomeId == outcome));
            found = found with
            {
                Shown = found.Shown + shown, Converted = found.Converted + Math.Min(shown, total?.Converted ?? 0),
                Fen = found.Fen + (total?.ConvertedFen ?? 0),
            };
        }

        return found;
    }

    private static ContrastFigures Compare(ContrastFigures usual, ContrastFigures other, ConfidenceSequence sequence)
    {
        if (usual.Shown == 0 || other.Shown == 0)
        {
            return other;
        }

        var lift = ProportionLift.Between(
            new(usual.Converted, usual.Shown), new(other.Converted, other.Shown), sequence.Confidence);
        var look = sequence.Look(lift.Absolute, usual.Shown + other.Shown);
        return double.IsFinite(look.Interval.Low)
            ? other with { Gain = look.Value, GainLow = look.Interval.Low, GainHigh = look.Interval.High }
            : other with { Gain = look.Value };
    }

    private static string Gain(ContrastFigures contrast) => contrast.Gain is not { } gain ? ""
        : contrast is not { GainLow: { } low, GainHigh: { } high } ? $"{Percent(gain)} more, nothing is known yet"
        : $"{Percent(gain)} more ({Percent(low)} to {Percent(high)}){(low <= 0 && high >= 0 ? ", not clear" : "")}";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");
}
