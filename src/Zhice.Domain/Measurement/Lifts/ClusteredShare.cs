using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Lifts;

/// <summary>
/// A share of offers whose customers come several times. What one customer does at several offers belongs together, so its spread is that
/// over customers, and not over offers.
/// </summary>
/// <param name="Value">The share, 0 to 1.</param>
/// <param name="Variance">The variance of the share over repetitions; above 0.</param>
/// <param name="Customers">How many customers it rests on.</param>
public readonly record struct ClusteredShare(double Value, double Variance, long Customers)
{
    /// <summary>The fewest customers.</summary>
    public const int MinCustomers = 2;

    /// <summary>The share; refused for fewer than 2 customers, and while nothing varies.</summary>
    /// <remarks>
    /// A ratio of two sums, converted offers over offers, linearised: n / (n - 1) Σ (y - R m)² / (Σ m)² over n customers with m offers and
    /// y converted ones (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 6.3; A. Deng, U. Knoblich, J. Lu, KDD 2018). With one
    /// offer a customer it is the variance of a mean, Welch's.
    /// </remarks>
    public static Measured<ClusteredShare> Of(CustomerSums sums)
    {
        if (sums.Customers < MinCustomers)
        {
            return Measured<ClusteredShare>.Refuse(
                $"{(sums.Customers == 0 ? "No customer was" : "One customer was")} shown an offer; the spread over customers needs at least {MinCustomers}.");
        }

        var share = sums.Converted / (double)sums.Shown;
        var squares = sums.ConvertedSquares - (2 * share * sums.ShownConverted) + (share * share * sums.ShownSquares);
        var variance = sums.Customers / (sums.Customers - 1.0) * Math.Max(0, squares) / ((double)sums.Shown * sums.Shown);
        return variance > 0
            ? new ClusteredShare(share, variance, sums.Customers)
            : Measured<ClusteredShare>.Refuse("All customers did the same, so nothing tells how sure the share is.");
    }

    /// <summary>How much more this share is than another one, with the interval of large samples.</summary>
    public Estimate Less(in ClusteredShare other, Confidence confidence) =>
        Estimate.Normal(Value - other.Value, Math.Sqrt(Variance + other.Variance), confidence);
}
