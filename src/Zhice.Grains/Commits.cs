using System.Data.Common;
using System.Runtime.ExceptionServices;
using Zhice.Domain.Faults;

namespace Zhice.Grains;

/// <summary>Makes a changed copy durable.</summary>
internal static class Commits
{
    /// <summary>
    /// Writes the next state. Afterwards the grain may take it as its own; when this throws, nothing of it is left in
    /// memory, and unless the store refused it before anything was done, the activation goes: the outcome may be
    /// unknown, and the next activation reads what the store has.
    /// </summary>
    /// <exception cref="StoreOverloadedException">Refused: the store has too much to do.</exception>
    /// <exception cref="StoreUnavailableException">The store is away, or the outcome could not be settled.</exception>
    /// <exception cref="Orleans.Storage.InconsistentStateException">Another activation was faster.</exception>
    public static async Task CommitAsync<T>(this IPersistentState<T> stored, T next, IGrainContext grain)
    {
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception fault)
        {
            stored.State = before;
            // The runtime wraps what a store throws, but for a stale version.
            var cause = fault is OrleansException { InnerException: { } inner } ? inner : fault;
            cause = cause is DbException ? new StoreUnavailableException("The database did not take the write.", cause) : cause;
            if (cause is not StoreOverloadedException)
            {
                grain.Deactivate(new(DeactivationReasonCode.ApplicationError, cause, "A write failed."));
            }

            ExceptionDispatchInfo.Throw(cause);
        }
    }
}
