using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Audit;
using Zhice.Domain.Faults;

namespace Zhice.Contracts.Audit;

/// <summary>The audit trail of the cluster. Stateless: any silo records, and the store puts all entries in one order.</summary>
[Alias("zhice.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The key by which it is asked for.</summary>
    const string Key = "audit";

    /// <summary>Records an entry; ends once it is durable.</summary>
    /// <param name="entry">Its canonical bytes, by <see cref="AuditEntryCodec"/>.</param>
    /// <exception cref="StoreUnavailableException">The store is away: it is not recorded, or it is not known whether it is.</exception>
    /// <exception cref="StoreOverloadedException">Too many entries wait already.</exception>
    [AlwaysInterleave, Alias("Record")]
    Task Record(byte[] entry);

    /// <summary>The end of the chain.</summary>
    [AlwaysInterleave, Alias("GetEnd")]
    ValueTask<AuditEnd> GetEnd();

    /// <summary>Entries in the order of the chain.</summary>
    /// <param name="after">Behind which; 0: from the first.</param>
    /// <param name="limit">How many at most.</param>
    [AlwaysInterleave, Alias("Read")]
    ValueTask<ImmutableArray<AuditLine>> Read(long after, int limit);

    /// <summary>Entries that match, the newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="below">Before which.</param>
    /// <param name="limit">How many at most.</param>
    [AlwaysInterleave, Alias("List")]
    ValueTask<ImmutableArray<AuditLine>> List(AuditQuery query, long below, int limit);

    /// <summary>The text of a checkpoint; null when there is none.</summary>
    /// <param name="number">Its number; 0: the newest.</param>
    [AlwaysInterleave, Alias("FindCheckpoint")]
    ValueTask<string?> FindCheckpoint(long number);

    /// <summary>Makes a checkpoint of the chain as it is now, unless the newest is of the same entry.</summary>
    /// <returns>The text of the newest; null in an empty chain.</returns>
    [AlwaysInterleave, Alias("MakeCheckpoint")]
    ValueTask<string?> MakeCheckpoint();
}
