using Orleans;

namespace Zhice.Domain.Campaigns;

/// <summary>What one customer was judged to be in a run, or on one occasion of a trigger.</summary>
/// <param name="CustomerId">Who.</param>
/// <param name="Kind">What became of the customer, and why.</param>
/// <param name="AtMs">When it was judged, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.campaign-evaluation")]
public readonly record struct CampaignEvaluation(
    [property: Id(0)] string CustomerId, [property: Id(1)] ContactResult Kind, [property: Id(2)] long AtMs);
