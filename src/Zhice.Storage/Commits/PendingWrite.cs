using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

/// <summary>A write and the caller who waits for it.</summary>
internal sealed class PendingWrite(StateWrite write)
{
    // Callers continue elsewhere: one that computes long must not hold up the flusher.
    private readonly TaskCompletionSource<WriteOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StateWrite Write { get; } = write;

    public Task<WriteOutcome> Outcome => _outcome.Task;

    public int Bytes => Write.Payload?.Length ?? 0;

    public void Succeed(WriteOutcome outcome) => _outcome.TrySetResult(outcome);

    public void Fail(Exception fault) => _outcome.TrySetException(fault);
}
