using Orleans;

namespace Zhice.Domain.Simulations;

/// <summary>The customers of one value, or one bin, of a tag.</summary>
/// <param name="Bounds">Which.</param>
/// <param name="Customers">How many of them were sampled, at least <see cref="FairnessSlices.MinCustomers"/>.</param>
/// <param name="MeanPropensity">The mean of the model's probabilities, 0 to 1.</param>
/// <param name="OfferedShare">The share of customers whom a decision would offer the action now, 0 to 1.</param>
/// <param name="OfferedRatio"><paramref name="OfferedShare"/> by that of the largest slice; null: that is 0.</param>
/// <param name="Contacts">How many of their last contacts were about the action.</param>
/// <param name="AcceptedShare">The share of these that were accepted, 0 to 1; null: there are fewer
/// than <see cref="FairnessSlices.MinCustomers"/>.</param>
[GenerateSerializer, Immutable, Alias("zhice.fairness-slice")]
public sealed record FairnessSlice(
    [property: Id(0)] FairnessBounds Bounds,
    [property: Id(1)] long Customers,
    [property: Id(2)] double MeanPropensity,
    [property: Id(3)] double OfferedShare,
    [property: Id(4)] double? OfferedRatio,
    [property: Id(5)] long Contacts,
    [property: Id(6)] double? AcceptedShare)
{
    /// <summary>
    /// Whether it, or the largest slice beside it, is offered the action less than four fifths as often as the other (29 CFR 1607.4 D).
    /// </summary>
    public bool IsUneven => OfferedRatio is < FairnessSlices.MinRatio or > 1 / FairnessSlices.MinRatio;
}

/// <summary>The values of a slice.</summary>
/// <param name="IsMissing">The customers who lack the tag; the rest is null then.</param>
/// <param name="From">The value of a bool or an enum, or the lower bound of a bin, which belongs to it; null for a bin: none.</param>
/// <param name="To">The upper bound of a bin, which does not belong to it; null: none, or it is one value.</param>
[GenerateSerializer, Immutable, Alias("zhice.fairness-bounds")]
public readonly record struct FairnessBounds([property: Id(0)] bool IsMissing, [property: Id(1)] long? From, [property: Id(2)] long? To);
