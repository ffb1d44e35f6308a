using Orleans;
using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement;

/// <summary>What was measured, and how sure it is.</summary>
/// <param name="Value">The measured value.</param>
/// <param name="StandardError">The standard deviation of the value over repetitions; at least 0.</param>
/// <param name="Interval">The confidence interval.</param>
/// <param name="PValue">
/// Two-sided, 0 to 1: how likely a value at least as far from 0 is, if the true value is 0. Some intervals come from another
/// formula than the p-value, so at the border the two may disagree.
/// </param>
[GenerateSerializer, Immutable, Alias("zhice.estimate")]
public readonly record struct Estimate(
    [property: Id(0)] double Value, [property: Id(1)] double StandardError, [property: Id(2)] Interval Interval,
    [property: Id(3)] double PValue)
{
    /// <summary>Whether the interval is apart from 0.</summary>
    public bool IsClear => !Interval.Contains(0);

    /// <summary>An estimate whose error is normally distributed (A. Wald, 1943).</summary>
    /// <param name="value">The measured value.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="confidence">How sure the interval is.</param>
    public static Estimate Normal(double value, double error, Confidence confidence) => new(
        value,
        error,
        Interval.Around(value, confidence.Z * error),
        error > 0 ? NormalDistribution.TwoSided(value / error) : value == 0 ? 1 : 0);
}
