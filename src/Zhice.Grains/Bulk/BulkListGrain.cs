using System.Collections.Immutable;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>Keeps the list of bulk operations. It calls no other grain, for those call it.</summary>
[GrainType("bulklist")]
internal sealed class BulkListGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<BulkListState> stored) : Grain, IBulkListGrain
{
    public async ValueTask Note(BulkEntry entry)
    {
        var entries = stored.State.Entries.RemoveAll(known => known.OperationId == entry.OperationId).Add(entry);
        await Commit(entries);
    }

    public ValueTask<ImmutableArray<BulkEntry>> All() => ValueTask.FromResult(
        stored.State.Entries.OrderByDescending(entry => entry.CreatedAtMs)
            .ThenBy(entry => entry.OperationId, StringComparer.Ordinal)
            .ToImmutableArray());

    public async ValueTask Remove(ImmutableArray<string> operationIds) =>
        await Commit(stored.State.Entries.RemoveAll(entry => operationIds.Contains(entry.OperationId)));

    private Task Commit(ImmutableArray<BulkEntry> entries) => stored.CommitAsync(new BulkListState { Entries = entries }, GrainContext);
}

/// <summary>What is kept of the list.</summary>
[GenerateSerializer, Alias("zhice.bulk-list-state")]
internal sealed class BulkListState
{
    [Id(0)]
    public ImmutableArray<BulkEntry> Entries { get; init; } = [];
}
