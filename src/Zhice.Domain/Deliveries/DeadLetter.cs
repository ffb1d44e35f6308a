using Orleans;

namespace Zhice.Domain.Deliveries;

/// <summary>A contact that was given up.</summary>
/// <param name="Message">The bytes of <c>zhice.v1.OutboundContact</c>.</param>
/// <param name="ContactId">The contact.</param>
/// <param name="Attempts">How often it was leased.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="DiedAtMs">When, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.dead-contact")]
public sealed record DeadLetter(
    [property: Id(0)] byte[] Message, [property: Id(1)] string ContactId, [property: Id(2)] int Attempts, [property: Id(3)] string Reason,
    [property: Id(4)] long DiedAtMs);
