using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement.SampleRatios;

/// <summary>Whether the arms have as many customers as they should; a report that is read once.</summary>
/// <param name="Statistic">The chi-square statistic, at least 0.</param>
/// <param name="Freedom">Its degrees of freedom: the arms less one.</param>
/// <param name="PValue">How likely arms at least as far out of ratio are by chance, 0 to 1.</param>
public readonly record struct SampleRatio(double Statistic, int Freedom, double PValue)
{
    /// <summary>Below this p-value an experiment is not to be believed: its assignment or its records are broken.</summary>
    public const double AlarmBelow = 0.001;

    /// <summary>Whether the arms are out of ratio.</summary>
    /// <param name="below">The p-value below which they are.</param>
    public bool IsAlarm(double below = AlarmBelow) => PValue < below;

    /// <summary>Tests the counts; refused when nobody was counted.</summary>
    /// <param name="counts">The customers of each arm, at least 2 arms.</param>
    /// <param name="shares">What each arm should have, above 0; only their proportions count.</param>
    /// <remarks>K. Pearson, 1900; A. Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019.</remarks>
    public static Measured<SampleRatio> Of(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares)
    {
        var expected = ExpectedShares.From(shares, counts.Length);
        var customers = 0L;
        foreach (var count in counts)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(counts));
            customers += count;
        }

        if (customers == 0)
        {
            return Measured<SampleRatio>.Refuse("No customers were counted.");
        }

        var statistic = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var off = counts[i] - (customers * expected[i]);
            statistic += off * off / (customers * expected[i]);
        }

        return new SampleRatio(statistic, counts.Length - 1, ChiSquare.Above(statistic, counts.Length - 1));
    }
}
