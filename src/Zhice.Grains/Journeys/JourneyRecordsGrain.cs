using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Journeys;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Journeys;

/// <summary>Counts and timers of journeys, as the store has them.</summary>
[GrainType("journeyrecords"), StatelessWorker]
internal sealed class JourneyRecordsGrain(IStores stores) : Grain, IJourneyRecordsGrain
{
    public async ValueTask<ImmutableArray<JourneyCount>> ListCounts(ushort journey) =>
        [.. await stores.Journeys.ListCountsAsync(journey)];

    public async ValueTask<long> CountOverdue(long beforeMs) => await stores.Journeys.CountOverdueAsync(beforeMs);
}
