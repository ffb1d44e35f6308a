using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Zhice.V1;

namespace Zhice.Client;

/// <summary>
/// StreamEvents with many events on their way at once: sending waits only while the window is full, and the
/// acknowledgements come in the order sent.
/// </summary>
/// <remarks>Thread-safe: events of several senders go out one after another. Not repeated when it breaks.</remarks>
public sealed class EventStream : IAsyncDisposable
{
    /// <summary>How many events may be unacknowledged, if nothing else is said.</summary>
    public const int DefaultWindow = 256;

    /// <summary>How many the server lets wait at the most.</summary>
    public const int MaxWindow = 1024;

    private readonly AsyncDuplexStreamingCall<StreamEventsRequest, StreamEventsResponse> _call;
    private readonly CancellationTokenSource _ended;
    private readonly SemaphoreSlim _room;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = new();
    private readonly Task _reading;
    private Exception? _fault;
    private bool _isDisposed;

    internal EventStream(EventService.EventServiceClient events, int window, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, MaxWindow);
        _room = new(window, window);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _call = events.StreamEvents(cancellationToken: cancellation);
        _reading = ReadAsync();
    }

    /// <summary>Sends an event as soon as there is room for it.</summary>
    /// <exception cref="RpcException">The stream is broken.</exception>
    public async ValueTask<EventReceipt> SendAsync(Event sent)
    {
        ArgumentNullException.ThrowIfNull(sent);
        try
        {
            await _room.WaitAsync(_ended.Token).ConfigureAwait(false);
            await _turn.WaitAsync(_ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_fault is not null)
        {
            throw _fault;
        }

        try
        {
            var pending = new Pending(sent.EventId);
            lock (_gate)
            {
                if (_fault is not null)
                {
                    throw _fault;
                }

                _pending.Enqueue(pending);
            }

            await _call.RequestStream.WriteAsync(new StreamEventsRequest { Event = sent }).ConfigureAwait(false);
            return new(sent.EventId, pending.Acknowledgement.Task);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException && _fault is null)
        {
            // A write fails because the call ended; the reader knows why.
            await _reading.ConfigureAwait(false);
            throw _fault ?? e;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says that no more events come, and waits until all are acknowledged.</summary>
    /// <exception cref="RpcException">The stream broke before.</exception>
    public async Task CompleteAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_fault is null)
            {
                await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // As in SendAsync.
        }
        finally
        {
            _turn.Release();
        }

        await _reading.ConfigureAwait(false);
        if (_fault is RpcException { StatusCode: not StatusCode.OK } fault)
        {
            throw fault;
        }
    }

    /// <summary>Ends the stream at once; what is not acknowledged may or may not be recorded.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _call.Dispose();
        await _reading.ConfigureAwait(false);
        _ended.Dispose();
        _room.Dispose();
        _turn.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ended the stream is handed to all who wait on it.")]
    private async Task ReadAsync()
    {
        Exception end;
        try
        {
            await foreach (var response in _call.ResponseStream.ReadAllAsync().ConfigureAwait(false))
            {
                Acknowledge(response.Result);
            }

            end = new RpcException(new Status(StatusCode.OK, "The stream has ended."));
        }
        catch (Exception e)
        {
            end = e;
        }

        Pending[] lost;
        lock (_gate)
        {
            lost = [.. _pending];
            _pending.Clear();
            _fault = lost.Length > 0 && end is RpcException { StatusCode: StatusCode.OK }
                ? new RpcException(
                    new Status(StatusCode.Unavailable, $"The server ended the stream with {lost.Length} events unacknowledged."))
                : end;
        }

        foreach (var pending in lost)
        {
            pending.Acknowledgement.TrySetException(_fault);
            _ = pending.Acknowledgement.Task.Exception; // Observed: not every sender waits for its acknowledgement.
        }

        await _ended.CancelAsync().ConfigureAwait(false);
    }

    private void Acknowledge(EventResult result)
    {
        Pending? pending;
        lock (_gate)
        {
            if (!_pending.TryPeek(out pending) || pending.EventId != result.EventId)
            {
                throw new RpcException(new Status(
                    StatusCode.Internal, $"The server acknowledged event '{result.EventId}' when '{pending?.EventId}' was next."));
            }

            _pending.Dequeue();
        }

        _room.Release();
        pending.Acknowledgement.TrySetResult(result);
    }

    private sealed record Pending(string EventId)
    {
        public TaskCompletionSource<EventResult> Acknowledgement { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
