using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

/// <summary>A write and the caller who waits for it.</summary>
/// <param name="write">The write.</param>
/// <param name="answering">Is called before the caller is answered.</param>
internal sealed class PendingWrite(StateWrite write, Action answering)
{
    // Callers continue elsewhere: one that computes long must not hold up the flusher.
    private readonly TaskCompletionSource<WriteOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StateWrite Write => write;

    public Task<WriteOutcome> Outcome => _outcome.Task;

    public int Bytes => Write.Payload?.Length ?? 0;

    public void Succeed(WriteOutcome outcome)
    {
        if (!Outcome.IsCompleted)
        {
            answering();
            _outcome.SetResult(outcome);
        }
    }

    public void Fail(Exception fault)
    {
        if (!Outcome.IsCompleted)
        {
            answering();
            _outcome.SetException(fault);
        }
    }
}
