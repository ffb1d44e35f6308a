using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>
/// The amounts of an outcome by the facts that are kept. Totals stay when their facts go, so the two may differ: customers were erased, or
/// facts became too old and were dropped.
/// </summary>
public sealed class KeptOutcomes
{
    private readonly ILookup<string, OutcomeSums> _sums;
    private readonly HashSet<string> _old;

    /// <summary>The amounts.</summary>
    /// <param name="sums">The sums of the facts that are kept.</param>
    /// <param name="totals">All totals of the outcome's campaign.</param>
    /// <param name="by">What the report is divided by.</param>
    /// <param name="keptFromDay">From this day of the bank on no fact was dropped for its age, days since 1970-01-01.</param>
    public KeptOutcomes(
        IEnumerable<OutcomeSums> sums, IEnumerable<FactTotal> totals, IReadOnlyList<ReportDimension> by, int keptFromDay)
    {
        _sums = sums.ToLookup(sum => ReportLine.GetKey(by.Select(dimension => dimension.GetValue(sum.Group, 0))));
        _old =
        [
            .. totals.Where(total => total.Day < keptFromDay && total.Kind is >= FactKind.Converted and <= FactKind.HeldOutConvertedAgain)
                .Select(total => GetKey(by.Select(dimension => dimension.GetValue(total.Group, total.Day)), total.Code)),
        ];
    }

    /// <summary>The amounts of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="outcome">The number of the outcome.</param>
    /// <param name="isHeldOut">Whether those of customers who were held out.</param>
    public KeptAmounts Find(ReportLine line, int outcome, bool isHeldOut)
    {
        OutcomeSums[] sums = [.. _sums[ReportLine.GetKey(line.Keys)].Where(sum => sum.IsHeldOut == isHeldOut)];
        var (first, again) = isHeldOut
            ? (FactKind.HeldOutConverted, FactKind.HeldOutConvertedAgain)
            : (FactKind.Converted, FactKind.ConvertedAgain);
        var amounts = new KeptAmounts(
            sums.Sum(static sum => sum.Contacts), sums.Sum(static sum => sum.SumFen), sums.Sum(static sum => sum.SumOfSquares));
        var all = (double)line.Fen(first, outcome) + line.Fen(again, outcome);
        return amounts with
        {
            Missing = Math.Max(0, line.Count(first, outcome) - amounts.Contacts),

            // Of a contact whose later outcomes are kept alone, only the amount is not all there.
            IsForgotten = _old.Contains(GetKey(line.Keys, outcome))
                && (line.Count(first, outcome) > amounts.Contacts || Math.Abs(all - amounts.SumFen) > 0.5 + (1e-9 * Math.Abs(all))),
        };
    }

    private static string GetKey(IEnumerable<string> keys, int outcome) => ReportLine.GetKey([.. keys, $"{outcome}"]);
}

/// <summary>The amounts of a group of customers by the facts that are kept.</summary>
/// <param name="Contacts">How many contacts with an outcome have facts.</param>
/// <param name="SumFen">The sum of their amounts.</param>
/// <param name="SumOfSquares">The sum of the squares of each contact's amount.</param>
public readonly record struct KeptAmounts(long Contacts, double SumFen, double SumOfSquares)
{
    /// <summary>How many contacts with an outcome have no facts.</summary>
    public long Missing { get; init; }

    /// <summary>Whether some facts were dropped for their age, so that the others are no picture of all.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>The moments of the amounts; customers without an outcome have 0, those without facts are left out.</summary>
    /// <param name="customers">How many customers the group has.</param>
    public Moments GetMoments(long customers) => Moments.FromSums(customers - Missing, SumFen, SumOfSquares);
}
