using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Measurement;

/// <summary>How often an interval holds the true value, if the measurement were repeated.</summary>
public sealed record Confidence
{
    /// <summary>A level.</summary>
    /// <param name="level">Above 0.5 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public Confidence(double level)
    {
        if (!(level is > 0.5 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "A confidence level is above 0.5 and below 1, such as 0.95.");
        }

        Level = level;
        Z = NormalDistribution.Quantile(1 - (Alpha / 2));
    }

    /// <summary>95 %.</summary>
    public static Confidence Default { get; } = new(0.95);

    /// <summary>The level, such as 0.95.</summary>
    public double Level { get; }

    /// <summary>How often the interval may miss: 1 - level.</summary>
    public double Alpha => 1 - Level;

    /// <summary>How many standard errors the interval of a normal estimate reaches to each side: 1.96 for 95 %.</summary>
    public double Z { get; }
}
