using System.Collections.Immutable;
using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement.SampleRatios;

/// <summary>Whether the arms of a running experiment have as many customers as they should; it may be looked at all the time.</summary>
/// <remarks>
/// M. Lindon, A. Malek, Anytime-Valid Inference for Multinomial Count Data, NeurIPS 2022 (arXiv 2011.03567): the Bayes factor of a
/// Dirichlet prior around the expected shares against these shares is a martingale while the experiment is sound, so it ever
/// reaches 1 / α with a probability of at most α. The p-value is the smallest reciprocal of all looks.
/// </remarks>
public sealed record SampleRatioWatch
{
    /// <summary>
    /// How close the prior is to the expected shares: as if so many customers had been seen. 10,000 suits deviations of about
    /// half a percentage point, which broken assignments show.
    /// </summary>
    public const double DefaultConcentration = 10_000;

    private readonly ImmutableArray<double> _shares;
    private readonly double _concentration;

    /// <summary>A watch before the first look.</summary>
    /// <param name="shares">What each arm should have, above 0; only their proportions count. At least 2 arms.</param>
    /// <param name="concentration">See <see cref="DefaultConcentration"/>; above 0.</param>
    public SampleRatioWatch(ReadOnlySpan<double> shares, double concentration = DefaultConcentration)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(concentration);
        _shares = [.. ExpectedShares.From(shares, shares.Length)];
        _concentration = concentration;
    }

    /// <summary>The smallest of all looks so far, 0 to 1; 1 before the first.</summary>
    public double PValue { get; private init; } = 1;

    /// <summary>Whether the arms are out of ratio. Once it is, it stays so: later customers do not repair earlier ones.</summary>
    /// <param name="below">The p-value below which they are.</param>
    public bool IsAlarm(double below = SampleRatio.AlarmBelow) => PValue < below;

    /// <summary>The watch after a look.</summary>
    /// <param name="counts">All customers of each arm until now, not those since the last look.</param>
    public SampleRatioWatch Look(ReadOnlySpan<long> counts) =>
        this with { PValue = Math.Min(PValue, Math.Exp(Math.Min(0, -LogBayesFactor(counts)))) };

    /// <summary>The logarithm of the Bayes factor against the expected shares.</summary>
    internal double LogBayesFactor(ReadOnlySpan<long> counts)
    {
        if (counts.Length != _shares.Length)
        {
            throw new ArgumentException($"There are {counts.Length} counts for {_shares.Length} arms.", nameof(counts));
        }

        var (factor, customers) = (0.0, 0L);
        for (var i = 0; i < counts.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[i], nameof(counts));
            var prior = _concentration * _shares[i];
            factor += GammaFunction.Log(prior + counts[i]) - GammaFunction.Log(prior) - (counts[i] * Math.Log(_shares[i]));
            customers += counts[i];
        }

        return factor - GammaFunction.Log(_concentration + customers) + GammaFunction.Log(_concentration);
    }
}
