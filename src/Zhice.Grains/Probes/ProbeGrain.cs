using Orleans.Placement;
using Zhice.Contracts.Probes;

namespace Zhice.Grains.Probes;

/// <inheritdoc cref="IProbeGrain"/>
[GrainType("probe"), PreferLocalPlacement]
internal sealed class ProbeGrain : Grain, IProbeGrain
{
    public ValueTask Answer()
    {
        DeactivateOnIdle();
        return ValueTask.CompletedTask;
    }
}
