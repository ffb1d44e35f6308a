using Zhice.Contracts.Cluster;
using Zhice.Grains.Spreading;

namespace Zhice.Grains.Cluster;

/// <summary>The way to a silo's meter of its store.</summary>
[GrainType("store-rates"), SiloAddressPlacement]
internal sealed class StoreRatesGrain(StoreMeter meter) : Grain, IStoreRatesGrain
{
    public ValueTask<StoreRates> Read() => ValueTask.FromResult(meter.Read());
}
