using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Cluster;

/// <summary>
/// How long a silo's commits take, and how much waits in its queues; keyed by the silo's address. It measures only while somebody asks, so
/// it costs nothing at other times.
/// </summary>
[Alias("zhice.store-rates-of-silo")]
public interface IStoreRatesGrain : IGrainWithStringKey
{
    /// <summary>What was measured over the last minute, and what waits now; the first time no durations.</summary>
    [AlwaysInterleave, Alias("Read")]
    ValueTask<StoreRates> Read();
}

/// <summary>What a silo measured of its store.</summary>
/// <param name="Seconds">Over how many seconds, at most 60; 0: it began to measure now.</param>
/// <param name="ByDuration">Commits by their duration, in the classes of <see cref="CallDurations"/>.</param>
/// <param name="Queues">What waits now.</param>
[GenerateSerializer, Immutable, Alias("zhice.store-rates")]
public sealed record StoreRates(
    [property: Id(0)] double Seconds, [property: Id(1)] ImmutableArray<long> ByDuration, [property: Id(2)] ImmutableArray<WaitingCount> Queues);

/// <summary>How much waits in a queue of a silo.</summary>
/// <param name="Queue">Which: "writes", "lessons", "facts", "exposures" or "threads".</param>
/// <param name="Waiting">How much.</param>
[GenerateSerializer, Immutable, Alias("zhice.waiting-count")]
public readonly record struct WaitingCount([property: Id(0)] string Queue, [property: Id(1)] long Waiting);
