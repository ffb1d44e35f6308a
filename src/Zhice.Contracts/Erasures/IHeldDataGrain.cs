using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Erasures;

/// <summary>Collects what is held of a customer, from the same data places as an erasure. Stateless: any key.</summary>
[Alias("zhice.held-data")]
public interface IHeldDataGrain : IGrainWithStringKey
{
    /// <summary>All that is held of a customer, a part for each data place, also for those that have nothing.</summary>
    [AlwaysInterleave, Alias("Collect"), ResponseTimeout("00:10:00")]
    Task<ImmutableArray<HeldPart>> Collect(string customerId);
}

/// <summary>What a data place has of a customer.</summary>
/// <param name="Place">The data place; of the state, "state." and a part of it.</param>
/// <param name="Entries">The entries as JSON objects.</param>
[GenerateSerializer, Immutable, Alias("zhice.held-part")]
public sealed record HeldPart([property: Id(0)] string Place, [property: Id(1)] ImmutableArray<string> Entries);
