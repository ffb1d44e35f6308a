namespace Zhice.Domain.Measurement.Distributions;

/// <summary>The logarithm of the beta function, and the incomplete beta function.</summary>
public static class BetaFunction
{
    /// <summary>ln B(a, b).</summary>
    public static double Log(double a, double b) => GammaFunction.Log(a) + GammaFunction.Log(b) - GammaFunction.Log(a + b);

    /// <summary>I(a, b) at x: the part of the beta integral below x, 0 to 1.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">0 to 1.</param>
    /// <param name="rest">1 - x, given apart because the subtraction loses digits near 1.</param>
    /// <remarks>The continued fraction of DLMF 8.17.22 by the method of Lentz (W. Press et al., Numerical Recipes, 2007, 6.4).</remarks>
    public static double Lower(double a, double b, double x, double rest)
    {
        if (x <= 0 || rest <= 0)
        {
            return x <= 0 ? 0 : 1;
        }

        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(rest)) - Log(a, b));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, rest) / b);
    }

    private static double Fraction(double a, double b, double x)
    {
        const double Tiny = 1e-300;
        var (c, d) = (1.0, 1 / NotZero(1 - ((a + b) * x / (a + 1))));
        var (value, change) = (d, 0.0);
        for (var m = 1; Math.Abs(change - 1) > 1e-16 && m < 100_000; m++)
        {
            Step(m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))));
            Step(-(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1)));
        }

        return value;

        void Step(double numerator)
        {
            d = 1 / NotZero(1 + (numerator * d));
            c = NotZero(1 + (numerator / c));
            change = d * c;
            value *= change;
        }

        static double NotZero(double each) => Math.Abs(each) < Tiny ? Tiny : each;
    }
}
