using System.Collections.Immutable;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Zhice.Api.Errors;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.V1;
using EventOutcome = Zhice.Domain.Customers.EventOutcome;

namespace Zhice.Api.Events;

/// <summary>An event of a stream that is to be acknowledged.</summary>
internal sealed class PendingEvent(string eventId, CustomerEvent? customerEvent)
{
    // Not kept until the acknowledgement is read: the stream's reader may never come for it.
    private CustomerEvent? _happened = customerEvent;

    private readonly TaskCompletionSource<EventResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string EventId => eventId;

    public CustomerEvent Event => _happened!;

    public Task<EventResult> Result => _result.Task;

    public void Complete(EventResult result)
    {
        _happened = null;
        _result.TrySetResult(result);
    }

    public void Fail(Exception fault)
    {
        _happened = null;
        _result.TrySetException(fault);
        _ = _result.Task.Exception; // Seen: of several failed events only the first ends the stream.
    }
}

/// <summary>
/// One lane for each customer who has events under way: their calls follow one another, those of different customers
/// run at the same time. Events that come while a customer's call is under way leave together in the next.
/// </summary>
internal sealed class CustomerLanes(IGrainFactory grains, ApiOptions options, TimeProvider time, ILogger log, CancellationToken stop)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private Exception? _fault;

    public void Enqueue(string customerId, PendingEvent pending)
    {
        lock (_lock)
        {
            if (_fault is not null)
            {
                pending.Fail(_fault);
                return;
            }

            if (_lanes.TryGetValue(customerId, out var lane))
            {
                lane.Waiting.Add(pending);
                return;
            }

            lane = new Lane { Waiting = [pending] };
            _lanes.Add(customerId, lane);
            lane.Run = Task.Run(() => RunAsync(customerId, lane), CancellationToken.None);
        }
    }

    /// <summary>Waits until nothing is under way; no event may be added any more.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_lanes.Values.Select(lane => lane.Run));
        }
    }

    // Never throws: what goes wrong is told to the events.
    private async Task RunAsync(string customerId, Lane lane)
    {
        while (Take(customerId, lane) is { } batch)
        {
            await WriteAsync(customerId, lane, batch);
        }
    }

    private async Task WriteAsync(string customerId, Lane lane, List<PendingEvent> batch)
    {
        try
        {
            var outcomes = await RecordAsync(customerId, [.. batch.Select(pending => pending.Event)]);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Complete(EventResults.Create(batch[i].EventId, outcomes[i]));
            }
        }
        catch (Exception fault) when (!FaultMap.IsTransient(fault) && !stop.IsCancellationRequested)
        {
            // It would fail each time: it is refused alone, and ends no stream at which other customers' events wait behind it.
            if (batch.Count == 1)
            {
                batch[0].Complete(EventResults.Refused(batch[0].EventId, FaultMap.ToStatus(fault, "StreamEvents", log)));
                return;
            }

            foreach (var pending in batch)
            {
                await WriteAsync(customerId, lane, [pending]);
            }
        }
        catch (Exception fault)
        {
            Abandon(lane, batch, fault);
        }
    }

    private List<PendingEvent>? Take(string customerId, Lane lane)
    {
        lock (_lock)
        {
            if (lane.Waiting.Count == 0)
            {
                _lanes.Remove(customerId);
                return null;
            }

            var batch = lane.Waiting;
            lane.Waiting = [];
            return batch;
        }
    }

    private async Task<ImmutableArray<EventOutcome>> RecordAsync(string customerId, ImmutableArray<CustomerEvent> events)
    {
        var pause = options.StreamRetryPause;
        for (var attempt = 1; ; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return await grains.Customer(customerId).Record(events);
            }
            catch (Exception fault) when (FaultMap.FindReason(fault) is { Code: StatusCode.ResourceExhausted } full)
            {
                // Too much is under way: a stream waits, and holds up who sends it, instead of ending.
                ApiLog.StreamWaits(log, full.Name);
                attempt = 0;
                pause = pause < MaxWait ? pause : MaxWait;
            }
            catch (Exception fault) when (attempt <= options.StreamRetries && FaultMap.IsTransient(fault))
            {
                ApiLog.StreamRetry(log, FaultMap.FindReason(fault)!.Name, attempt);
            }

            // Up to half as long again, so that streams do not all come back at once.
            await Task.Delay(pause * (1 + (Random.Shared.NextDouble() / 2)), time, stop);
            pause *= 2;
        }
    }

    // The stream will end at these events, and all that comes later is for naught: it is not begun. What came before
    // them goes on in the other lanes.
    private void Abandon(Lane lane, List<PendingEvent> batch, Exception fault)
    {
        lock (_lock)
        {
            batch.AddRange(lane.Waiting);
            lane.Waiting = [];
            _fault ??= fault;
        }

        foreach (var pending in batch)
        {
            pending.Fail(fault);
        }
    }

    private sealed class Lane
    {
        public required List<PendingEvent> Waiting { get; set; }

        public Task Run { get; set; } = Task.CompletedTask;
    }
}
