using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Zhice.Grains.Spreading;

/// <summary>
/// Places a grain on the silo whose address is its key. Silos of every release find it by the name of its class, which the grain manifest
/// carries: the class keeps its name.
/// </summary>
[Serializable, GenerateSerializer, Alias("zhice.silo-of-key-placement")]
internal sealed class SiloOfKeyPlacement : PlacementStrategy;

/// <summary>Marks a grain whose key is the address of its silo.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SiloAddressPlacementAttribute() : PlacementAttribute(new SiloOfKeyPlacement());

/// <summary>Finds the silo; a call to one that has gone fails at once.</summary>
internal sealed class SiloAddressDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"The silo {silo} has gone.");
    }
}
