using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Customers;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Customers;

/// <summary>The history of consent, as the store has it.</summary>
[GrainType("consentrecords"), StatelessWorker]
internal sealed class ConsentRecordsGrain(IStores stores) : Grain, IConsentRecordsGrain
{
    public async ValueTask<ImmutableArray<PlacedWord>> List(string customerId, PlacedAt? before, int limit) =>
    [
        .. (await stores.Consents.ListAsync(customerId, before is { } place ? new(place.AtMs, place.Number) : null, limit))
            .Select(static kept => new PlacedWord(new(kept.Place.AtMs, kept.Place.Number), kept.Word)),
    ];
}
