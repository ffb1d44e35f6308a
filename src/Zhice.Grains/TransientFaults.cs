using Zhice.Domain.Faults;

namespace Zhice.Grains;

/// <summary>Tells faults that pass by themselves from those of one grain's own.</summary>
internal static class TransientFaults
{
    /// <summary>Whether the store or a silo is away, has too much to do, or another was faster: the same call helps, some time.</summary>
    public static bool IsTransient(this Exception fault) =>
        fault is StoreUnavailableException or StoreOverloadedException or TimeoutException or OrleansException
            or OperationCanceledException;
}
