using Orleans;

namespace Zhice.Domain.Measurement.Sequences;

/// <summary>What an arm must show to be promoted without a person.</summary>
/// <param name="OutcomeId">The outcome of which more is better.</param>
/// <param name="Confidence">How sure the winner must be, 0.8 to below 1.</param>
/// <param name="Expected">At how many customers of two arms together the decision is expected.</param>
[GenerateSerializer, Immutable, Alias("zhice.winner-promotion")]
public sealed record WinnerPromotion(
    [property: Id(0)] string OutcomeId, [property: Id(1)] double Confidence, [property: Id(2)] long Expected)
{
    /// <summary>The confidence where none is said.</summary>
    public const double DefaultConfidence = 0.95;

    /// <summary>The least confidence.</summary>
    public const double MinConfidence = 0.8;

    /// <summary>The number of customers where none is said.</summary>
    public const long DefaultExpected = 10_000;
}
