using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Zhice.Grains.Spreading;

/// <summary>Places a grain on the silo that has its bucket, as <see cref="BucketAllocation"/> divides them.</summary>
[Serializable, GenerateSerializer, Alias("zhice.bucket-placement")]
internal sealed class BucketPlacement : PlacementStrategy;

/// <summary>
/// Marks a grain that lives with its bucket. One that stays in memory for long tells <see cref="SpreadGrains"/> when it
/// becomes active, so that it moves when silos join.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class BucketPlacementAttribute() : PlacementAttribute(new BucketPlacement());

/// <summary>Finds the silo; a hint of where to goes first.</summary>
internal sealed class BucketDirector : IPlacementDirector
{
    private volatile Divided? _divided;

    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) is { } hint
            ? hint
            : FindOwner(BucketAllocation.GetBucket(target.GrainIdentity), silos));
    }

    /// <summary>The silo, of some, that has a bucket.</summary>
    public SiloAddress FindOwner(int bucket, IReadOnlyCollection<SiloAddress> silos)
    {
        if (_divided is not { } divided || !divided.Set.SetEquals(silos))
        {
            var all = silos.Order().ToArray();
            _divided = divided = new([.. all], all, BucketAllocation.Divide([.. all.Select(static silo => silo.Endpoint.ToString())]));
        }

        return divided.Silos[divided.Owners[bucket]];
    }

    private sealed record Divided(HashSet<SiloAddress> Set, SiloAddress[] Silos, int[] Owners);
}
