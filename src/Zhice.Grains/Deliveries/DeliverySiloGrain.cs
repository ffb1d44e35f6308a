using System.Collections.Immutable;
using Zhice.Contracts.Deliveries;
using Zhice.Grains.Spreading;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Deliveries;

/// <summary>The other silos' way to the subscriptions of this one.</summary>
[GrainType("deliverysilo"), SiloAddressPlacement]
internal sealed class DeliverySiloGrain(DeliverySignals signals, IStores stores) : Grain, IDeliverySiloGrain
{
    public Task Wake(ImmutableArray<string> channelIds)
    {
        foreach (var channel in channelIds)
        {
            signals.Signal(channel);
        }

        return Task.CompletedTask;
    }

    public Task Expect(ImmutableArray<string> channelIds, ImmutableArray<long> dueAtMs)
    {
        for (var i = 0; i < channelIds.Length; i++)
        {
            stores.Outbox.Expect(channelIds[i], dueAtMs[i]);
        }

        return Wake(channelIds);
    }
}
