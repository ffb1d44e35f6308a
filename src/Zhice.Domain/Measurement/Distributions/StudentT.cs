namespace Zhice.Domain.Measurement.Distributions;

/// <summary>Student's t distribution.</summary>
public static class StudentT
{
    // From here on the normal distribution of a moved t has 10 digits, and the beta function loses some.
    private const double NormalFrom = 1e6;

    /// <summary>The probability of a value at least as far from 0, on either side.</summary>
    /// <param name="t">The value.</param>
    /// <param name="freedom">The degrees of freedom, above 0; they need not be whole.</param>
    /// <remarks>
    /// M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 1964, 26.7.1, and 26.7.8 for many degrees of freedom.
    /// </remarks>
    public static double TwoSided(double t, double freedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freedom);
        if (double.IsInfinity(t))
        {
            return 0;
        }

        var square = t * t;
        return freedom >= NormalFrom
            ? NormalDistribution.TwoSided(t * (1 - (1 / (4 * freedom))) / Math.Sqrt(1 + (square / (2 * freedom))))
            : BetaFunction.Lower(freedom / 2, 0.5, freedom / (freedom + square), square / (freedom + square));
    }

    /// <summary>
    /// The value beyond which, on both sides together, a draw is with a probability: 2.0 for 0.05 and 60 degrees of freedom.
    /// </summary>
    /// <param name="probability">Of both tails together, above 0 and below 1.</param>
    /// <param name="freedom">The degrees of freedom, above 0.</param>
    public static double TwoSidedQuantile(double probability, double freedom)
    {
        var low = NormalDistribution.Quantile(1 - (probability / 2));
        // The tails of t are heavier than the normal ones.
        var high = Math.Max(2 * low, 1);
        while (TwoSided(high, freedom) > probability && high < 1e150)
        {
            high *= 2;
        }

        // Newton's method, and half of the range where it would leave the range.
        var t = low;
        for (var i = 0; i < 200; i++)
        {
            var off = TwoSided(t, freedom) - probability;
            (low, high) = off > 0 ? (t, high) : (low, t);
            var next = t + (off / (2 * Density(t, freedom)));
            next = next > low && next < high ? next : low + ((high - low) / 2);
            if (Math.Abs(next - t) <= 1e-15 * t)
            {
                return next;
            }

            t = next;
        }

        return t;
    }

    private static double Density(double t, double freedom) => Math.Exp(
        (-(freedom + 1) / 2 * Math.Log(1 + (t * t / freedom))) - (Math.Log(freedom) / 2) - BetaFunction.Log(freedom / 2, 0.5));
}
