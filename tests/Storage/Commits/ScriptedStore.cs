using System.Collections.Concurrent;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Commits;

/// <summary>A store in memory that can be held up, fails as it is told, and remembers the batches it was given.</summary>
internal sealed class ScriptedStore : IStateStore
{
    private readonly Dictionary<StateKey, (StoredState State, Guid WriteId)> _states = [];
    private readonly SemaphoreSlim _entered = new(0);
    private volatile TaskCompletionSource _gate = new();
    private int _underWay;

    public ScriptedStore() => _gate.SetResult();

    /// <summary>Every batch that was tried.</summary>
    public ConcurrentQueue<StateWrite[]> Batches { get; } = [];

    /// <summary>The most batches that were under way at once.</summary>
    public int MaxAtOnce { get; private set; }

    /// <summary>What goes wrong before anything is kept.</summary>
    public Func<IReadOnlyList<StateWrite>, Exception?> Before { get; set; } = static _ => null;

    /// <summary>What goes wrong after all is kept.</summary>
    public Func<IReadOnlyList<StateWrite>, Exception?> After { get; set; } = static _ => null;

    /// <summary>Holds up batches from now on.</summary>
    public void Hold() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    /// <summary>Waits until a batch has come in.</summary>
    public Task EnteredAsync() => _entered.WaitAsync();

    public ValueTask<StoredState?> ReadAsync(StateKey key)
    {
        lock (_states)
        {
            return ValueTask.FromResult<StoredState?>(_states.TryGetValue(key, out var found) ? found.State : null);
        }
    }

    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        Batches.Enqueue([.. batch]);
        lock (_states)
        {
            MaxAtOnce = Math.Max(MaxAtOnce, ++_underWay);
        }

        _entered.Release();
        await _gate.Task;
        lock (_states)
        {
            _underWay--;
            if (Before(batch) is { } before)
            {
                throw before;
            }

            WriteOutcome[] outcomes = [.. batch.Select(Apply)];
            return After(batch) is { } after ? throw after : outcomes;
        }
    }

    public ValueTask<long> CountAsync(string grainType) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private WriteOutcome Apply(StateWrite write)
    {
        var version = _states.TryGetValue(write.Key, out var found) ? found.State.Version : 0;
        if (version != write.ExpectedVersion)
        {
            return found.WriteId == write.WriteId ? WriteOutcome.Written(version) : WriteOutcome.Stale(version);
        }

        _states[write.Key] = (new StoredState(version + 1, write.Payload!), write.WriteId);
        return WriteOutcome.Written(version + 1);
    }
}
