using Zhice.Domain.Faults;

namespace Zhice.Grains;

/// <summary>Tells faults that pass by themselves from those of one grain's own.</summary>
internal static class PassingFaults
{
    /// <summary>Whether the store or a silo is away, has too much to do, or another was faster: the same call helps, some time.</summary>
    public static bool Passes(this Exception fault) =>
        fault is StoreUnavailableException or StoreOverloadedException or TimeoutException or OrleansException or OperationCanceledException;
}
