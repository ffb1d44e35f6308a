namespace Zhice.Domain.Measurement.Lifts;

/// <summary>The bounds to which very large and very small amounts are moved, so that a few customers do not decide a report.</summary>
/// <param name="Low">No amount is taken for less; minus infinity when there are no amounts below 0.</param>
/// <param name="High">No amount is taken for more; infinity when there are no amounts above 0.</param>
/// <remarks>
/// W. J. Dixon, Annals of Mathematical Statistics 31, 1960. All arms have the same bounds: a bound for each arm would hide the very
/// difference that is measured. Amounts of 0 do not count for the quantile; where few customers buy, it would be 0.
/// </remarks>
public readonly record struct WinsorBounds(double Low, double High)
{
    /// <summary>The quantile that is used unless another one is said.</summary>
    public const double DefaultQuantile = 0.99;

    /// <summary>The bounds of the arms together.</summary>
    /// <param name="arms">The amounts of all arms.</param>
    /// <param name="quantile">Above 0.5 and at most 1: the smallest amount that so many of those other than 0 do not exceed.</param>
    public static WinsorBounds Of(IEnumerable<AmountCounts> arms, double quantile)
    {
        if (!(quantile is > 0.5 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(quantile), quantile, "A quantile of winsorising is above 0.5 and at most 1, such as 0.99.");
        }

        var amounts = arms.SelectMany(static arm => arm.Sorted)
            .Where(static each => each.Amount != 0)
            .OrderBy(static each => each.Amount)
            .ToList();
        if (amounts.Count == 0)
        {
            return new(double.NegativeInfinity, double.PositiveInfinity);
        }

        var customers = amounts.Sum(static each => each.Customers);
        var rank = Math.Clamp((long)Math.Ceiling(quantile * customers), 1, customers);
        var (high, low) = (Find(amounts, rank), Find(amounts, customers + 1 - rank));
        return new(low < 0 ? low : double.NegativeInfinity, high > 0 ? high : double.PositiveInfinity);
    }

    private static double Find(List<(double Amount, long Customers)> amounts, long rank)
    {
        var at = 0;
        for (var seen = amounts[0].Customers; seen < rank; seen += amounts[at].Customers)
        {
            at++;
        }

        return amounts[at].Amount;
    }
}
