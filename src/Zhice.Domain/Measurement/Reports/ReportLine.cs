using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>A line of a report: the totals with the same values of its dimensions.</summary>
/// <param name="Keys">The values, in the order of the dimensions.</param>
/// <param name="Totals">How many facts of each kind and code, and the sum of their amounts.</param>
public sealed record ReportLine(
    ImmutableArray<string> Keys, ImmutableDictionary<(FactKind Kind, int Code), (long Count, long AmountFen)> Totals)
{
    /// <summary>How many facts of a kind.</summary>
    public long Count(FactKind kind) => Totals.Where(total => total.Key.Kind == kind).Sum(static total => total.Value.Count);

    /// <summary>How many facts of a kind with a code.</summary>
    public long Count(FactKind kind, int code) => Totals.GetValueOrDefault((kind, code)).Count;

    /// <summary>The amounts of the facts of a kind with a code, in fen.</summary>
    public long Fen(FactKind kind, int code) => Totals.GetValueOrDefault((kind, code)).AmountFen;

    /// <summary>The codes of a kind, those with the most facts first.</summary>
    public IEnumerable<(int Code, long Count)> Codes(FactKind kind) =>
        Totals.Where(total => total.Key.Kind == kind)
            .Select(static total => (total.Key.Code, total.Value.Count))
            .OrderByDescending(static each => each.Count)
            .ThenBy(static each => each.Code);

    /// <summary>
    /// By how much contacts and their ends differ: contacted and resent less handed over, void and waiting. 0 at every moment, where the
    /// line has all days.
    /// </summary>
    public long Missing =>
        Count(FactKind.Contacted) + Count(FactKind.Resent) - Count(FactKind.HandedOver) - Count(FactKind.Void) - Count(FactKind.Waiting);

    /// <summary>The values of dimensions as one text: no name has a character 0.</summary>
    public static string GetKey(IEnumerable<string> keys) => string.Join('\0', keys);

    /// <summary>The lines of totals, those with the most contacts first.</summary>
    /// <param name="totals">The totals.</param>
    /// <param name="by">What they are divided by; nothing: there is one line, also of no totals.</param>
    public static ImmutableArray<ReportLine> Divide(IEnumerable<FactTotal> totals, IReadOnlyList<ReportDimension> by)
    {
        var lines = new Dictionary<string, (ImmutableArray<string> Keys, Dictionary<(FactKind, int), (long Count, long Fen)> Totals)>(StringComparer.Ordinal);
        if (by.Count == 0)
        {
            lines[""] = ([], []);
        }

        foreach (var total in totals)
        {
            ImmutableArray<string> keys = [.. by.Select(dimension => dimension.GetValue(total.Group, total.Day))];
            var key = GetKey(keys);
            if (!lines.TryGetValue(key, out var line))
            {
                lines[key] = line = (keys, []);
            }

            var (count, fen) = line.Totals.GetValueOrDefault((total.Kind, total.Code));
            line.Totals[(total.Kind, total.Code)] = (count + total.Count, FenSum.Add(fen, total.AmountFen));
        }

        return
        [
            .. lines.OrderBy(static line => line.Key, StringComparer.Ordinal)
                .Select(static line => new ReportLine(line.Value.Keys, line.Value.Totals.ToImmutableDictionary()))
                .OrderByDescending(static line => line.Count(FactKind.Contacted) + line.Count(FactKind.HeldOut)),
        ];
    }
}
