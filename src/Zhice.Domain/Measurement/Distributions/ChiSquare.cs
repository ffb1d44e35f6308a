namespace Zhice.Domain.Measurement.Distributions;

/// <summary>The chi-square distribution.</summary>
public static class ChiSquare
{
    /// <summary>The probability of a value of at least x.</summary>
    /// <param name="x">At least 0.</param>
    /// <param name="freedom">The degrees of freedom, at least 1.</param>
    /// <remarks>M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 1964, 26.4.19.</remarks>
    public static double Above(double x, int freedom) => GammaFunction.Upper(freedom / 2.0, x / 2);
}
