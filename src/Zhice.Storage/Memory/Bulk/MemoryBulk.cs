using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.Memory.States;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Bulk;

/// <summary>Bulk data in memory: what is read is what was there at one instant, since the bytes of a state never change.</summary>
internal sealed class MemoryBulk(Lock gate, MemoryStates states, Func<IReadOnlyList<StateWrite>, Task<WriteOutcome[]>> write) : IBulkStore
{
    /// <summary>A millisecond or less.</summary>
    public int BulkBatch => 250;

    public Task<StoredState?[]> ReadManyAsync(IReadOnlyList<StateKey> keys)
    {
        lock (gate)
        {
            return Task.FromResult<StoredState?[]>([.. keys.Select(key => states.Find(key)?.Stored)]);
        }
    }

    public Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch) => write(batch);

    public Task<int> ReplacePayloadsAsync(IReadOnlyList<StateWrite> replaced)
    {
        lock (gate)
        {
            return Task.FromResult(replaced.Count(write =>
            {
                var state = states.Find(write.Key);
                var isThere = state?.Version == write.ExpectedVersion;
                if (isThere)
                {
                    state!.Payload = write.Payload!;
                }

                return isThere;
            }));
        }
    }

    public Task<bool> TryInsertAsync(IReadOnlyList<StateWrite> batch) => Task.FromResult(false);

    public IAsyncEnumerable<StoredRow> ReadBucketsAsync(
        string grainType, string stateName, IReadOnlyList<int> buckets, CancellationToken cancellation) =>
        Rows(grainType, stateName, buckets).SelectMany(static bucket => bucket).ToAsyncEnumerable();

    public Task<List<StoredRow>> ReadSliceAsync(
        string grainType, string stateName, BulkPlace after, int limit, CancellationToken cancellation)
    {
        var found = new List<StoredRow>();
        for (var bucket = Math.Max(0, after.Bucket); bucket < CustomerBucket.Count && found.Count < limit; bucket++)
        {
            var rows = Rows(grainType, stateName, [bucket])[0]
                .Where(row => bucket > after.Bucket || ByBytes.Compare(row.Key, after.Key) > 0);
            found.AddRange(rows.OrderBy(static row => row.Key, ByBytes).Take(limit - found.Count));
        }

        return Task.FromResult(found);
    }

    public IAsyncEnumerable<StoredRow> ReadAllAsync(string grainType, string stateName, CancellationToken cancellation) =>
        Rows(grainType, stateName, [.. Enumerable.Range(0, CustomerBucket.Count)])
            .SelectMany(static bucket => bucket.OrderBy(static row => row.Key, ByBytes)).ToAsyncEnumerable();

    public Task<List<(byte[] Key, long Version)>> ReadVersionsAsync(string grainType, string stateName, int bucket) =>
        Task.FromResult(
            Rows(grainType, stateName, [bucket])[0]
                .OrderBy(static row => row.Key, ByBytes)
                .Select(static row => (row.Key, row.State.Version))
                .ToList());

    private static readonly Comparer<byte[]> ByBytes = Comparer<byte[]>.Create(static (one, other) =>
        one.AsSpan().SequenceCompareTo(other));

    private StoredRow[][] Rows(string grainType, string stateName, IReadOnlyList<int> buckets)
    {
        lock (gate)
        {
            return [.. buckets.Select(bucket =>
                states.InBucket(bucket, grainType, stateName)
                    .Select(static state => new StoredRow(state.Key.Key, state.Value.Stored))
                    .ToArray())];
        }
    }
}
