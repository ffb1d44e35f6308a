using Orleans.Runtime.Placement;

namespace Zhice.Grains.Customers;

/// <summary>
/// Moves customers to the silo that their callers reach. A customer stays where the first call arrived; when silos join or leave, the
/// balancer leads the calls of many customers to another silo, which would have to ask the first one for as long as they are active.
/// </summary>
internal sealed class CustomerFollowing(ISiloStatusOracle silos)
{
    // A move takes some 0.2 ms of the processor: what is over moves at one of the next calls.
    private const int MaxMoving = 64;

    private int _moving;

    /// <summary>This silo, by the hash of its address.</summary>
    public int Here { get; } = silos.SiloAddress.GetConsistentHashCode();

    /// <summary>Moves a customer once its turns are over; it stays when the silo has gone, or when many move.</summary>
    public void Move(IGrainContext customer, int silo)
    {
        if (Interlocked.Increment(ref _moving) > MaxMoving || Find(silo) is not { } to)
        {
            Interlocked.Decrement(ref _moving);
            return;
        }

        customer.Migrate(new() { [IPlacementDirector.PlacementHintKey] = to });
        customer.Deactivated.ContinueWith(
            _ => Interlocked.Decrement(ref _moving), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private SiloAddress? Find(int silo)
    {
        foreach (var address in silos.GetApproximateSiloStatuses(onlyActive: true).Keys)
        {
            if (address.GetConsistentHashCode() == silo)
            {
                return address;
            }
        }

        return null;
    }
}
