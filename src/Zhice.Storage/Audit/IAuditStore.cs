using Zhice.Domain.Audit;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Audit;

/// <summary>The audit trail: a chain of entries that are only added, and the checkpoints of it.</summary>
/// <remarks>Its tables refuse changes and deletions; the role of the application needs no right to them.</remarks>
public interface IAuditStore
{
    /// <summary>Links entries to the end of the chain, all in one transaction, in their order. Ends once they are durable.</summary>
    /// <param name="entries">The entries; their texts are cleaned by <see cref="AuditText"/>.</param>
    /// <returns>The end of the chain.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; nothing was kept, or it is not known whether it was.</exception>
    Task<AuditHead> AppendAsync(IReadOnlyList<AuditEntry> entries);

    /// <summary>The end of the chain.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<AuditHead> FindHeadAsync();

    /// <summary>Entries in the order of the chain, as the store has them: what was edited there comes as it is.</summary>
    /// <param name="after">Behind which entry; 0: from the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<AuditLink>> ReadAsync(long after, int limit);

    /// <summary>Entries that match a filter, the newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="below">Before which entry.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<AuditLink>> ListAsync(AuditFilter filter, long below, int limit);

    /// <summary>Keeps a checkpoint, unless another silo was faster.</summary>
    /// <param name="checkpoint">Its number and text.</param>
    /// <returns>False when there is one with its number.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<bool> TryKeepAsync(KeptCheckpoint checkpoint);

    /// <summary>Checkpoints, the newest first.</summary>
    /// <param name="below">Before which number.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<KeptCheckpoint>> ListCheckpointsAsync(long below, int limit);
}

/// <summary>A checkpoint as the store has it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Text">Its text, as <see cref="AuditCheckpointText"/> writes it.</param>
public readonly record struct KeptCheckpoint(long Number, string Text);
