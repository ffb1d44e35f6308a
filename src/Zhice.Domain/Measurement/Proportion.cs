namespace Zhice.Domain.Measurement;

/// <summary>How many customers of an arm did something.</summary>
public readonly record struct Proportion
{
    /// <summary>Counts of an arm.</summary>
    /// <param name="successes">How many did it, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">How many customers the arm has, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Proportion(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        (Successes, Trials) = (successes, trials);
    }

    /// <summary>How many did it.</summary>
    public long Successes { get; }

    /// <summary>How many customers the arm has.</summary>
    public long Trials { get; }

    /// <summary>The share, 0 to 1.</summary>
    public double Rate => (double)Successes / Trials;

    /// <summary>The variance of one customer's outcome of 0 or 1.</summary>
    public double Variance => Rate * (1 - Rate);

    /// <summary>The interval of the true share.</summary>
    /// <remarks>E. B. Wilson, Probable Inference, JASA 22, 1927: it stays within 0 and 1, and holds for few successes too.</remarks>
    public Interval Wilson(Confidence confidence) => Wilson(Rate, Trials, confidence);

    /// <summary>The same of a share of weights.</summary>
    /// <param name="rate">The share, 0 to 1.</param>
    /// <param name="trials">How many customers it is worth; above 0.</param>
    /// <param name="confidence">How sure the interval is.</param>
    public static Interval Wilson(double rate, double trials, Confidence confidence)
    {
        var z2 = confidence.Z * confidence.Z;
        var centre = (rate + (z2 / (2 * trials))) / (1 + (z2 / trials));
        var half = confidence.Z / (1 + (z2 / trials)) * Math.Sqrt((rate * (1 - rate) / trials) + (z2 / (4 * trials * trials)));
        return new(rate <= 0 ? 0 : Math.Max(0, centre - half), rate >= 1 ? 1 : Math.Min(1, centre + half));
    }
}
