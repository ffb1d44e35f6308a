namespace Zhice.Domain.Measurement.Distributions;

/// <summary>The logarithm of the gamma function, and the incomplete gamma function.</summary>
public static class GammaFunction
{
    private const double StirlingFrom = 15;
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>ln Γ(x), to about 15 digits.</summary>
    /// <param name="x">Above 0.</param>
    /// <remarks>
    /// Stirling's series (M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 1964, 6.1.41); smaller arguments are
    /// raised by Γ(x + 1) = x Γ(x).
    /// </remarks>
    public static double Log(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(x);
        var product = 1.0;
        for (; x < StirlingFrom; x++)
        {
            product *= x;
        }

        var inverse = 1 / (x * x);
        var series = (1 / 12.0) - (inverse * ((1 / 360.0) - (inverse * ((1 / 1260.0) - (inverse * ((1 / 1680.0) - (inverse / 1188)))))));
        return ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + (series / x) - Math.Log(product);
    }

    /// <summary>Q(a, x): the part of the gamma integral above x, 0 to 1.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="x">At least 0.</param>
    /// <remarks>
    /// The series 6.5.29 and the continued fraction 6.5.31 of Abramowitz and Stegun; the fraction by the method of Lentz (W. Press et
    /// al., Numerical Recipes, 2007, 6.2). The fraction keeps its digits far in the tail.
    /// </remarks>
    public static double Upper(double a, double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x == 0)
        {
            return 1;
        }

        var front = Math.Exp((a * Math.Log(x)) - x - Log(a));
        return x < a + 1 ? Math.Max(0, 1 - (front * Series(a, x))) : front * Fraction(a, x);
    }

    private static double Series(double a, double x)
    {
        var (term, sum) = (1 / a, 1 / a);
        for (var n = a + 1; Math.Abs(term) > sum * 1e-17; n++)
        {
            term *= x / n;
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        var b = x + 1 - a;
        var (c, d) = (1 / Tiny, 1 / b);
        var (value, change) = (d, 0.0);
        for (var i = 1; Math.Abs(change - 1) > 1e-16 && i < 100_000; i++)
        {
            var numerator = -i * (i - a);
            b += 2;
            d = (numerator * d) + b;
            d = 1 / (Math.Abs(d) < Tiny ? Tiny : d);
            c = b + (numerator / c);
            c = Math.Abs(c) < Tiny ? Tiny : c;
            change = d * c;
            value *= change;
        }

        return value;
    }
}
