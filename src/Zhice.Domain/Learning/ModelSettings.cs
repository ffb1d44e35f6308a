using Orleans;

namespace Zhice.Domain.Learning;

/// <summary>How a model learns.</summary>
/// <param name="PriorVariance">
/// How far a weight is thought to lie from 0 before anything is known of it, squared. Above 0, at most 10; default 0.1.
/// </param>
/// <param name="Drift">
/// What each lesson adds to the variance of the weights that it met, so that the old is forgotten. 0 (nothing is) to
/// 0.01; default 5e-7, with which a weight that is met at an acceptance rate of a tenth never comes to rest on more
/// than its last some thousands of lessons.
/// </param>
[GenerateSerializer, Immutable, Alias("zhice.model-settings")]
public readonly record struct ModelSettings([property: Id(0)] float PriorVariance, [property: Id(1)] float Drift)
{
    /// <summary>The largest <see cref="PriorVariance"/>.</summary>
    public const float MaxPriorVariance = 10;

    /// <summary>The largest <see cref="Drift"/>.</summary>
    public const float MaxDrift = 0.01f;

    /// <summary>What did best on real campaigns, see docs/decisions/0015.</summary>
    public static ModelSettings Default { get; } = new(0.1f, 5e-7f);

    /// <summary>Whether both are in their range.</summary>
    public bool AreValid => PriorVariance is > 0 and <= MaxPriorVariance && Drift is >= 0 and <= MaxDrift;
}
