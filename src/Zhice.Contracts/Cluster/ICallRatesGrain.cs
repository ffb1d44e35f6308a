using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Cluster;

/// <summary>
/// How many recommendations a silo answers, and how long they take; keyed by the silo's address. It counts only while somebody asks, so it
/// costs nothing at other times.
/// </summary>
[Alias("zhice.call-rates-of-silo")]
public interface ICallRatesGrain : IGrainWithStringKey
{
    /// <summary>What was counted over the last minute; the first time nothing.</summary>
    [AlwaysInterleave, Alias("Read")]
    ValueTask<CallRates> Read();
}

/// <summary>What a silo counted.</summary>
/// <param name="Seconds">Over how many seconds, at most 60; 0: it began to count now.</param>
/// <param name="Calls">All calls of the API.</param>
/// <param name="Decisions">Calls of Recommend.</param>
/// <param name="ByDuration">Calls of Recommend by their duration, in the classes of <see cref="CallDurations"/>.</param>
[GenerateSerializer, Immutable, Alias("zhice.call-rates")]
public sealed record CallRates(
    [property: Id(0)] double Seconds, [property: Id(1)] long Calls, [property: Id(2)] long Decisions,
    [property: Id(3)] ImmutableArray<long> ByDuration);
