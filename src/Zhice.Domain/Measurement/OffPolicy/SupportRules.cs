namespace Zhice.Domain.Measurement.OffPolicy;

/// <summary>How much a log must tell about a policy before its value is said.</summary>
public sealed record SupportRules
{
    /// <summary>The rules unless others are said.</summary>
    public static SupportRules Default { get; } = new();

    /// <summary>The fewest effective rounds.</summary>
    /// <value>At least 1; 100 by default.</value>
    public double MinEffectiveRounds { get; init; } = 100;

    /// <summary>The largest part of the policy's choices that the log cannot tell about.</summary>
    /// <value>0 to 1; 0.01 by default.</value>
    public double MaxUnsupported { get; init; } = 0.01;

    /// <summary>The largest part of all weights that one round may have.</summary>
    /// <value>Above 0, at most 1; 0.05 by default.</value>
    public double MaxShareOfOne { get; init; } = 0.05;
}
