namespace Zhice.Domain.Measurement;

/// <summary>The count, mean and variance of values, gathered one by one; the values are not kept.</summary>
/// <remarks>
/// B. P. Welford, Technometrics 4, 1962; two of them are put together as T. Chan, G. Golub, R. LeVeque, The American
/// Statistician 37, 1983. Mean and sum of squares keep their digits where the values are far from 0.
/// </remarks>
public readonly record struct Moments
{
    private readonly double _squares;

    private Moments(long count, double mean, double squares) => (Count, Mean, _squares) = (count, mean, squares);

    /// <summary>How many values.</summary>
    public long Count { get; }

    /// <summary>Their mean; 0 when there are none.</summary>
    public double Mean { get; }

    /// <summary>Their variance as an estimate of the population's, divided by count - 1; 0 for fewer than 2.</summary>
    public double Variance => Count < 2 ? 0 : _squares / (Count - 1);

    /// <summary>The variance of the mean; 0 for fewer than 2.</summary>
    public double MeanVariance => Count < 2 ? 0 : Variance / Count;

    /// <summary>These and one value more.</summary>
    /// <param name="value">The value; finite.</param>
    public Moments With(double value) => With(value, 1);

    /// <summary>These and a value as often as it is said.</summary>
    /// <param name="value">The value; finite.</param>
    /// <param name="times">How often, at least 0.</param>
    public Moments With(double value, long times) => times == 0 ? this : And(new(times, value, 0));

    /// <summary>These and others together.</summary>
    public Moments And(in Moments other)
    {
        if (other.Count == 0 || Count == 0)
        {
            return Count == 0 ? other : this;
        }

        var count = Count + other.Count;
        var (off, share) = (other.Mean - Mean, other.Count / (double)count);
        return new(count, Mean + (off * share), _squares + other._squares + (off * off * Count * share));
    }

    /// <summary>The moments that a count, a sum and a sum of squares have.</summary>
    /// <param name="count">How many values, at least 0.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="squares">The sum of their squares.</param>
    public static Moments FromSums(long count, double sum, double squares)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? default : new(count, sum / count, Math.Max(0, squares - (sum * sum / count)));
    }

    /// <summary>The moments of a value that is 0 or 1 for each customer.</summary>
    public static Moments From(Proportion proportion) =>
        new(proportion.Trials, proportion.Rate, proportion.Variance * proportion.Trials);
}
