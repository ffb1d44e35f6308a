using System.Collections.Immutable;
using Zhice.Contracts.Deliveries;
using Zhice.Grains.Bulk;

namespace Zhice.Grains.Deliveries;

/// <summary>The other silos' way to the subscriptions of this one.</summary>
[GrainType("deliverysilo"), SiloOfKeyPlacement]
internal sealed class DeliverySiloGrain(DeliverySignals signals) : Grain, IDeliverySiloGrain
{
    public Task Wake(ImmutableArray<string> channelIds)
    {
        foreach (var channel in channelIds)
        {
            signals.Signal(channel);
        }

        return Task.CompletedTask;
    }
}
