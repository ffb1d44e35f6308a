using Zhice.Domain.Primitives;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.States;

/// <summary>The states of a memory store by bucket. Used under the store's gate.</summary>
internal sealed class MemoryStates
{
    private readonly Dictionary<StateKey, MemoryState>[] _buckets =
        [.. Enumerable.Range(0, CustomerBucket.Count).Select(static _ => new Dictionary<StateKey, MemoryState>())];
    private readonly Dictionary<(string GrainType, string StateName), long> _counts = [];
    private long _highestCleared;

    public MemoryState? Find(StateKey key) => _buckets[key.Bucket].GetValueOrDefault(key);

    /// <summary>The states of a kind in a bucket, in any order.</summary>
    public IEnumerable<KeyValuePair<StateKey, MemoryState>> InBucket(int bucket, string grainType, string stateName) =>
        _buckets[bucket].Where(state => state.Key.GrainType == grainType && state.Key.StateName == stateName);

    /// <summary>How many grains of a type have state. Those of one state are counted already, those of more one by one.</summary>
    public long Count(string grainType)
    {
        var kinds = _counts.Where(kind => kind.Key.GrainType == grainType && kind.Value > 0).ToList();
        return kinds.Count <= 1
            ? kinds.Sum(static kind => kind.Value)
            : _buckets.Sum(bucket =>
                bucket.Keys.Where(key => key.GrainType == grainType)
                    .Select(static key => new StateKey(key.GrainType, "", key.Key))
                    .Distinct()
                    .LongCount());
    }

    /// <summary>The keys of the grains of a type, in any order.</summary>
    public IEnumerable<byte[]> ListKeys(string grainType) =>
        _buckets.SelectMany(static bucket => bucket.Keys).Where(key => key.GrainType == grainType).Select(static key => key.Key);

    /// <summary>The version that a state has once it is kept.</summary>
    public long NextVersion(StateKey key) => (Find(key)?.Version ?? _highestCleared) + 1;

    /// <summary>Keeps a state, new or in place of what is there.</summary>
    /// <returns>Its version.</returns>
    public long Put(StateKey key, byte[] payload, Guid writeId)
    {
        if (Find(key) is not { } state)
        {
            state = new MemoryState { Key = key, Version = _highestCleared };
            _buckets[key.Bucket].Add(key, state);
            _counts[Kind(key)] = _counts.GetValueOrDefault(Kind(key)) + 1;
        }

        state.Version++;
        (state.Payload, state.WriteId) = (payload, writeId);
        return state.Version;
    }

    public void Clear(StateKey key)
    {
        if (_buckets[key.Bucket].Remove(key, out var state))
        {
            _highestCleared = Math.Max(_highestCleared, state.Version);
            _counts[Kind(key)]--;
        }
    }

    private static (string GrainType, string StateName) Kind(StateKey key) => (key.GrainType, key.StateName);
}

/// <summary>A state in memory.</summary>
internal sealed class MemoryState
{
    /// <summary>The key under which it is kept, for all that refers to it.</summary>
    public required StateKey Key { get; init; }

    public long Version { get; set; }

    public Guid WriteId { get; set; }

    public byte[] Payload { get; set; } = [];

    public StoredState Stored => new(Version, Payload);
}
