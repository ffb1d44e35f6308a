using Zhice.Contracts.Cluster;
using Zhice.Grains.Spreading;

namespace Zhice.Grains.Cluster;

/// <summary>The way to a silo's meter of calls.</summary>
[GrainType("call-rates"), SiloAddressPlacement]
internal sealed class CallRatesGrain(CallRateMeter meter) : Grain, ICallRatesGrain
{
    public ValueTask<CallRates> Read() => ValueTask.FromResult(meter.Read());
}
