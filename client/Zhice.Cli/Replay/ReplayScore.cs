namespace Zhice.Cli.Replay;

/// <summary>A contact that was predicted before its outcome was learned.</summary>
/// <param name="Propensity">The probability of acceptance that was predicted.</param>
/// <param name="IsAccepted">What the customer did.</param>
internal readonly record struct ScoredRow(double Propensity, bool IsAccepted);

/// <summary>
/// How well a propensity ranks (progressive validation): the measures of eval/bank_marketing_baseline.py, to the digit.
/// </summary>
/// <param name="Rows">How many rows were predicted.</param>
/// <param name="Accepted">How many of them were accepted.</param>
/// <param name="AucAll">The area under the ROC curve over all rows, 0 to 1; null when all outcomes are the same.</param>
/// <param name="AucSecondHalf">The same over the second half, when there was time to learn.</param>
/// <param name="LiftSecondHalf">
/// The acceptance rate of the second half's best-ranked tenth over that of the whole second half; null when nothing was
/// accepted there or a tenth of it has no row.
/// </param>
/// <param name="CalibrationError">
/// The mean distance of what was predicted from what happened, over ten bins of the propensity (expected calibration
/// error: C. Guo et al., ICML 2017), 0 to 1; null when there is no row.
/// </param>
/// <param name="LogLoss">The mean of -ln of the probability that was given to what happened; null when there is no row.</param>
internal sealed record ReplayScore(
    int Rows, int Accepted, double? AucAll, double? AucSecondHalf, double? LiftSecondHalf, double? CalibrationError = null,
    double? LogLoss = null)
{
    /// <summary>Scores rows in the order in which they were predicted.</summary>
    public static ReplayScore Compute(ReadOnlySpan<ScoredRow> rows)
    {
        var late = rows[(rows.Length / 2)..];
        return new(rows.Length, CountAccepted(rows), Auc(rows), Auc(late), TopDecileLift(late), Calibration(rows), Loss(rows));
    }

    // The Mann-Whitney statistic; equal propensities share the middle of their ranks.
    private static double? Auc(ReadOnlySpan<ScoredRow> rows)
    {
        double positives = CountAccepted(rows);
        if (positives == 0 || positives == rows.Length)
        {
            return null;
        }

        ScoredRow[] sorted = [.. rows];
        Array.Sort(sorted, (a, b) => a.Propensity.CompareTo(b.Propensity));
        var ranks = 0.0;
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            end = first;
            while (end < sorted.Length && sorted[end].Propensity == sorted[first].Propensity)
            {
                end++;
            }

            ranks += CountAccepted(sorted.AsSpan(first, end - first)) * (((first + end - 1) / 2.0) + 1);
        }

        return (ranks - (positives * (positives + 1) / 2)) / (positives * (rows.Length - positives));
    }

    // Of equal propensities the accepted come first, as in Python's order of (p, y) pairs.
    private static double? TopDecileLift(ReadOnlySpan<ScoredRow> rows)
    {
        double accepted = CountAccepted(rows);
        var tenth = rows.Length / 10;
        if (accepted == 0 || tenth == 0)
        {
            return null;
        }

        ScoredRow[] sorted = [.. rows];
        Array.Sort(sorted, (a, b) => (b.Propensity, b.IsAccepted).CompareTo((a.Propensity, a.IsAccepted)));
        return (CountAccepted(sorted.AsSpan(0, tenth)) / (double)tenth) / (accepted / rows.Length);
    }

    private static double? Calibration(ReadOnlySpan<ScoredRow> rows)
    {
        const int Bins = 10;
        Span<double> off = stackalloc double[Bins];
        off.Clear();
        foreach (var row in rows)
        {
            off[Math.Clamp((int)(row.Propensity * Bins), 0, Bins - 1)] += row.Propensity - (row.IsAccepted ? 1 : 0);
        }

        var sum = 0.0;
        foreach (var each in off)
        {
            sum += Math.Abs(each);
        }

        return rows.IsEmpty ? null : sum / rows.Length;
    }

    private static double? Loss(ReadOnlySpan<ScoredRow> rows)
    {
        const double MinProbability = 1e-12;
        var sum = 0.0;
        foreach (var row in rows)
        {
            sum -= Math.Log(Math.Max(MinProbability, row.IsAccepted ? row.Propensity : 1 - row.Propensity));
        }

        return rows.IsEmpty ? null : sum / rows.Length;
    }

    private static int CountAccepted(ReadOnlySpan<ScoredRow> rows)
    {
        var accepted = 0;
        foreach (var row in rows)
        {
            accepted += row.IsAccepted ? 1 : 0;
        }

        return accepted;
    }
}
