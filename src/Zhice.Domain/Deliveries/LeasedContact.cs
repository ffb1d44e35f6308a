using Orleans;

namespace Zhice.Domain.Deliveries;

/// <summary>A contact that is leased to a consumer of its channel.</summary>
/// <param name="Message">The bytes of <c>zhice.v1.OutboundContact</c>, without the attempt.</param>
/// <param name="Attempt">Which attempt it is, from 1.</param>
/// <param name="LeaseId">The lease, to be given back with the settlement.</param>
/// <param name="LeaseEndsAtMs">When the lease ends, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.taken-contact")]
public sealed record LeasedContact(
    [property: Id(0)] byte[] Message, [property: Id(1)] int Attempt, [property: Id(2)] string LeaseId,
    [property: Id(3)] long LeaseEndsAtMs);
