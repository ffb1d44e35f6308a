using System.Collections.Concurrent;

namespace Zhice.Grains.Spreading;

/// <summary>A grain that lives with its bucket and moves with it; its class is marked <see cref="BucketPlacementAttribute"/>.</summary>
internal abstract class SpreadGrain(SpreadGrains spread) : Grain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        spread.Add(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        spread.Remove(this);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Makes the other silo ready to take over; what is asked meanwhile is answered here. It runs outside of the grain's turns.
    /// </summary>
    public virtual Task PrepareToMoveAsync(SiloAddress to) => Task.CompletedTask;
}

/// <summary>The grains of this silo that live with their buckets.</summary>
internal sealed class SpreadGrains
{
    private readonly ConcurrentDictionary<SpreadGrain, bool> _grains = new(ReferenceEqualityComparer.Instance);

    /// <summary>All of them.</summary>
    public ICollection<SpreadGrain> All => _grains.Keys;

    /// <summary>Takes note of one that has become active; until it is deactivated it is moved when its bucket is another silo's.</summary>
    public void Add(SpreadGrain grain) => _grains[grain] = true;

    /// <summary>Forgets one that goes.</summary>
    public void Remove(SpreadGrain grain) => _grains.TryRemove(grain, out _);
}
