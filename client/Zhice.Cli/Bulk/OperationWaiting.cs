using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Bulk;

/// <summary>Waits for an operation, under a progress bar if there may be one.</summary>
internal static class OperationWaiting
{
    // A silo that restarts is waited for; the operation goes on by itself.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until it is done. Ctrl-C ends the waiting alone.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C; how to watch or cancel it was said.</exception>
    public static async Task<Operation> UntilDoneAsync(Session session, Operation operation, string title)
    {
        if (operation.Done)
        {
            return operation;
        }

        try
        {
            // Of a whole of 1,000: how many rows there are is only an estimate, and moves.
            var about = operation.Metadata.Unpack<BulkMetadata>();
            return await session.Terminal.WatchAsync(title, async show =>
            {
                while (!operation.Done)
                {
                    operation = await NextAsync(session, operation.Name);
                    about = operation.Metadata.Unpack<BulkMetadata>();
                    show(about.Fraction, $"{about.Rows:N0} rows, {about.RowsPerSecond:N0}/s{(about.Phase == BulkPhase.WaitingForFile ? ", waits for its file" : "")}");
                }

                return operation;
            });
        }
        catch (Exception) when (session.Cancellation.IsCancellationRequested)
        {
            var id = OperationText.GetId(operation);
            session.Terminal.Error(
                $"The {title} goes on. Watch it: zhice operations get {id} --wait. Cancel it: zhice operations cancel {id}.");
            throw new OperationCanceledException();
        }
    }

    private static async Task<Operation> NextAsync(Session session, string name)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(Pause, session.Cancellation);
                return await session.Client.Operations.WaitOperationAsync(
                    new() { Name = name, Timeout = Duration.FromTimeSpan(Pause) }, cancellationToken: session.Cancellation);
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted
                && TimeProvider.System.GetElapsedTime(since) < MaxSilence)
            {
                // Asked again.
            }
        }
    }
}
