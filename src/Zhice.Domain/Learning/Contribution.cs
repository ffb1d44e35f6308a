using Orleans;

namespace Zhice.Domain.Learning;

/// <summary>What a tag of the customer adds to the logit of the propensity.</summary>
/// <param name="Tag">The tag's number; 0: the placement, or what holds of everyone.</param>
/// <param name="Weight">Above 0: for acceptance; below: against it.</param>
[GenerateSerializer, Immutable, Alias("zhice.contribution")]
public readonly record struct Contribution([property: Id(0)] ushort Tag, [property: Id(1)] float Weight);
