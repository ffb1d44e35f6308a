using Zhice.Storage.States;

namespace Zhice.Storage.Reads;

/// <summary>A read and the caller who waits for it.</summary>
internal sealed class PendingRead(StateKey key)
{
    // Callers continue elsewhere: one that computes long must not hold up the reader.
    private readonly TaskCompletionSource<StoredState?> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StateKey Key { get; } = key;

    public Task<StoredState?> Found => _found.Task;

    public void Succeed(StoredState? found) => _found.TrySetResult(found);

    public void Fail(Exception fault) => _found.TrySetException(fault);
}
