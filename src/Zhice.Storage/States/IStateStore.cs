using Zhice.Domain.Faults;

namespace Zhice.Storage.States;

/// <summary>Keeps grain states. What it must do is in the tests' StateStoreContract, the same for each.</summary>
internal interface IStateStore : IAsyncDisposable
{
    /// <summary>Reads a state; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    /// <exception cref="StoreOverloadedException">Too many reads wait for it already.</exception>
    ValueTask<StoredState?> ReadAsync(StateKey key);

    /// <summary>
    /// Writes a batch in one transaction and answers for each write in turn, once all are durable. A stale write is left
    /// out and the others are kept.
    /// <para>
    /// Writing is idempotent by write id: a write that is found to be kept already counts as written. So a batch whose
    /// outcome is not known is settled by writing it again. A clear that finds no state counts as written too.
    /// </para>
    /// <para>
    /// A new state gets a version above all that were ever cleared, so that no version of a key comes twice.
    /// </para>
    /// <para>
    /// The effects of a write are kept with its state, and only with it: a stale write has none, and one that was kept
    /// already has had them. A write of the right version that counts a contact which another write has counted is left out
    /// as a stale one is; so is one that takes units of a lease which has not as many left.
    /// </para>
    /// </summary>
    /// <param name="batch">Each key at most once, in the order of keys.</param>
    /// <exception cref="StoreUnavailableException">The store is away; nothing was kept.</exception>
    /// <exception cref="OutcomeUnknownException">Perhaps it was kept: write it again.</exception>
    /// <remarks>
    /// Any other exception is the fault of one of the writes, of which nothing was kept: write the others again. A back end may
    /// have kept some of them, and knows them by their write ids.
    /// </remarks>
    Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch);

    /// <summary>How many grains of a type have state.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    ValueTask<long> CountAsync(string grainType);
}
