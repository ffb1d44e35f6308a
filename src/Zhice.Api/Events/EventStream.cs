using System.Threading.Channels;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.V1;

namespace Zhice.Api.Events;

/// <summary>
/// One stream of events: reads ahead of its acknowledgements by at most 1,024 events, and no further while many of all
/// streams are being recorded; writes them customer by customer, and acknowledges in the order in which they came.
/// </summary>
internal sealed class EventStream(
    EventIntake intake, EventWriter writer, EventConcurrencyLimit room, SilentStreams.Entry silence, ApiOptions options) : IDisposable
{
    public const int MaxUnacknowledged = 1024;

    private readonly SemaphoreSlim _room = new(MaxUnacknowledged);
    private readonly EventConcurrencyLimit.Share _share = new();
    private readonly Channel<PendingEvent> _inOrder =
        System.Threading.Channels.Channel.CreateUnbounded<PendingEvent>(new() { SingleReader = true, SingleWriter = true });

    /// <summary>Ends with the stream: all acknowledged, or with the fault of the first event that could not be recorded.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<StreamEventsRequest> requests, IServerStreamWriter<StreamEventsResponse> responses,
        CancellationToken hostStopping, CancellationToken call)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call);
        var lanes = writer.OpenLanes(stop.Token);
        var reading = ReadAsync(requests, lanes, hostStopping, stop.Token);
        try
        {
            await AcknowledgeAsync(responses, stop.Token);
            await reading;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lanes.DrainAsync();
        }
    }

    public void Dispose()
    {
        _room.Dispose();
        silence.Dispose();
    }

    private async Task ReadAsync(
        IAsyncStreamReader<StreamEventsRequest> requests, CustomerLanes lanes, CancellationToken hostStopping, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, hostStopping, silence.Ended);
        Action<Task> leave = _ => room.Leave(_share);
        try
        {
            while (true)
            {
                await _room.WaitAsync(end.Token);
                silence.BeginSilence();
                if (!await requests.MoveNext(end.Token))
                {
                    return;
                }

                silence.EndSilence();
                var customerEvent = requests.Current.Event ?? new Event();
                var pending = Accept(customerEvent);
                if (!pending.Result.IsCompleted)
                {
                    // Its place is given back as soon as it is recorded: a stream that does not read its acknowledgements keeps none.
                    await room.EnterAsync(_share, end.Token);
                    _ = pending.Result.ContinueWith(
                        leave, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                    lanes.Enqueue(customerEvent.CustomerId, pending);
                }

                _inOrder.Writer.TryWrite(pending);
            }
        }
        catch (OperationCanceledException) when (hostStopping.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw ApiError.Fail(
                ErrorReasons.SiloUnavailable,
                "This silo is being stopped. What it acknowledged is recorded; send the rest again with the same ids.");
        }
        catch (Exception fault) when (silence.Ended.IsCancellationRequested && fault is OperationCanceledException or RpcException or IOException && !stop.IsCancellationRequested)
        {
            throw ApiError.Fail(
                ErrorReasons.TooManyCalls,
                "All places of event streams are taken, and this one said nothing for the longest: another has its place. What it acknowledged is recorded; open it again when there is something to say.",
                ("call_class", "stream"),
                ("limit", options.MaxConcurrentStreams.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        finally
        {
            // Whatever ends the reading: what was read before is still acknowledged.
            _inOrder.Writer.Complete();
        }
    }

    private PendingEvent Accept(Event customerEvent)
    {
        var check = new RequestCheck();
        if (customerEvent.EventId.Length > EventReader.MaxEventIdBytes)
        {
            customerEvent.EventId = customerEvent.EventId[..(EventReader.MaxEventIdBytes + 1)]; // Refused below: no need to hold megabytes.
        }

        var read = intake.Read(customerEvent, check);
        var pending = new PendingEvent(customerEvent.EventId, read);
        if (read is null)
        {
            pending.Complete(EventResults.Refused(customerEvent.EventId, check.ToStatus()));
        }

        return pending;
    }

    private async Task AcknowledgeAsync(IServerStreamWriter<StreamEventsResponse> responses, CancellationToken stop)
    {
        var together = new WriteOptions(WriteFlags.BufferHint);
        await foreach (var pending in _inOrder.Reader.ReadAllAsync(stop))
        {
            var result = await pending.Result.WaitAsync(stop);

            // Sent at once, unless the next can go with it.
            var hasNext = _inOrder.Reader.TryPeek(out var next) && next.Result.IsCompletedSuccessfully;
            responses.WriteOptions = hasNext ? together : WriteOptions.Default;
            await responses.WriteAsync(new StreamEventsResponse { Result = result }, stop);
            _room.Release();
        }
    }
}
