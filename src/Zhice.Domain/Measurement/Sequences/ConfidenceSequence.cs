namespace Zhice.Domain.Measurement.Sequences;

/// <summary>An estimate of an experiment that may be watched all the time.</summary>
/// <param name="Value">The measured value.</param>
/// <param name="Interval">
/// The interval of this look. All intervals of all looks hold the true value together, with the confidence; so an experiment may
/// be stopped as soon as one is apart from 0.
/// </param>
/// <param name="PValue">Below alpha exactly when the interval is apart from 0, 0 to 1. The smallest of all looks counts.</param>
public readonly record struct SequenceLook(double Value, Interval Interval, double PValue)
{
    /// <summary>Whether the interval is apart from 0.</summary>
    public bool IsClear => !Interval.Contains(0);
}

/// <summary>
/// Intervals of a mean, or of a lift, that hold at all times together: the asymptotic confidence sequence of I. Waudby-Smith,
/// D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, Time-uniform central limit theory and asymptotic confidence sequences, Annals of
/// Statistics 52, 2024 (arXiv 2103.06476), equation 9.
/// </summary>
/// <remarks>
/// At n customers it reaches σ √(2 (n ρ² + 1) / (n² ρ²) · ln(√(n ρ² + 1) / α)) to each side. ρ decides when it is narrowest, not
/// whether it holds. It is asymptotic: before some dozen successes an arm it should not be trusted.
/// </remarks>
public sealed record ConfidenceSequence
{
    private readonly double _rhoSquare;

    /// <summary>A sequence.</summary>
    /// <param name="confidence">How sure all intervals together are.</param>
    /// <param name="expected">
    /// At how many customers, of both arms together, it is narrowest; at least 1. It is set before the experiment: the number that
    /// is expected when the decision is made.
    /// </param>
    /// <remarks>ρ = √((-2 ln α + ln(-2 ln α + 1)) / expected), equation 10 of the paper.</remarks>
    public ConfidenceSequence(Confidence confidence, long expected)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expected, 1);
        Confidence = confidence;
        _rhoSquare = Rho2(confidence.Alpha, expected);
    }

    /// <summary>How sure all intervals together are.</summary>
    public Confidence Confidence { get; }

    /// <summary>The sequence's parameter; above 0.</summary>
    public double Rho => Math.Sqrt(_rhoSquare);

    /// <summary>How far the interval reaches to each side.</summary>
    /// <param name="error">The standard error of the estimate at this look.</param>
    /// <param name="count">How many customers it rests on, of both arms together.</param>
    public double HalfWidth(double error, double count) => error * Math.Sqrt(Squares(count * _rhoSquare, Confidence.Alpha));

    /// <summary>
    /// A look at an estimate whose standard error falls with the root of the customers: a lift, absolute, relative or adjusted.
    /// </summary>
    /// <param name="value">The measured value.</param>
    /// <param name="error">Its standard error at this look; 0 while nothing varies, and then nothing can be said.</param>
    /// <param name="count">How many customers it rests on, of both arms together.</param>
    public SequenceLook Look(double value, double error, long count)
    {
        if (!(error > 0) || count < 2)
        {
            return new(value, Interval.Everything, 1);
        }

        // The alpha at which the interval would end at 0.
        var (z, time) = (value / error, count * _rhoSquare);
        var p = Math.Sqrt(time + 1) * Math.Exp(-z * z * time / (2 * (time + 1)));
        return new(value, Interval.Around(value, HalfWidth(error, count)), Math.Min(1, p));
    }

    /// <summary>A look at an estimate.</summary>
    /// <param name="estimate">The estimate of this look.</param>
    /// <param name="count">How many customers it rests on, of both arms together.</param>
    public SequenceLook Look(Estimate estimate, long count) => Look(estimate.Value, estimate.StandardError, count);

    internal static double Rho2(double alpha, double expected) =>
        ((-2 * Math.Log(alpha)) + Math.Log((-2 * Math.Log(alpha)) + 1)) / expected;

    // How many squared standard errors the boundary is away, at a time of n ρ².
    internal static double Squares(double time, double alpha) => 2 * (time + 1) / time * Math.Log(Math.Sqrt(time + 1) / alpha);
}
