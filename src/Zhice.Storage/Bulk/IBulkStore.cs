using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Bulk;

/// <summary>What a back end does for bulk data, beside what it does for single states.</summary>
internal interface IBulkStore
{
    /// <summary>How many states one transaction of bulk data should hold, so that live writes need not wait long.</summary>
    int BulkBatch { get; }

    /// <summary>Reads many states, null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<StoredState?[]> ReadManyAsync(IReadOnlyList<StateKey> keys);

    /// <summary>Replaces the bytes of states that have the expected versions still; their versions stay.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are replaced.</exception>
    Task<int> ReplacePayloadsAsync(IReadOnlyList<StateWrite> states);

    /// <summary>Writes as <see cref="IStateStore.WriteAsync"/> does.</summary>
    Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch);

    /// <summary>
    /// Adds states that are likely new, the fastest way, in one transaction; false, and nothing is kept, when one of them
    /// is there already, or when this back end has no faster way than to write. Their effects are kept with them.
    /// </summary>
    /// <param name="batch">New states, each key once, in the order of keys.</param>
    Task<bool> TryInsertAsync(IReadOnlyList<StateWrite> batch);

    /// <summary>The states of a kind in some buckets as they are at one instant, in any order.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    IAsyncEnumerable<StoredRow> ReadBucketsAsync(
        string grainType, string stateName, IReadOnlyList<int> buckets, CancellationToken cancellation);

    /// <summary>The versions of the states of a kind in one bucket, in the order of keys.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<List<(byte[] Key, long Version)>> ReadVersionsAsync(string grainType, string stateName, int bucket);

    /// <summary>The next states of a kind behind a place, in the order of buckets and keys, as they are at one instant.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<List<StoredRow>> ReadSliceAsync(string grainType, string stateName, BulkPlace after, int limit, CancellationToken cancellation);

    /// <summary>All states of a kind as they are at one instant, bucket by bucket.</summary>
    IAsyncEnumerable<StoredRow> ReadAllAsync(string grainType, string stateName, CancellationToken cancellation);
}

/// <summary>A place in the order of buckets and keys.</summary>
/// <param name="Bucket">The bucket; -1 before all.</param>
/// <param name="Key">The key.</param>
public readonly record struct BulkPlace(int Bucket, byte[] Key)
{
    /// <summary>Before the first.</summary>
    public static BulkPlace Start { get; } = new(-1, []);
}

/// <summary>A state with its grain's key.</summary>
internal readonly record struct StoredRow(byte[] Key, StoredState State);
