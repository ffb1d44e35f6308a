using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Enum = System.Enum;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>
/// Callers that record events at a rate, over all silos. What was not acknowledged is sent again with the same ids and the
/// same times, until it is.
/// </summary>
internal sealed class EventLoad : IAsyncDisposable
{
    private const int Callers = 32;
    private const int EventsOfCall = 50;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly SiloTargets _targets;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Task _running;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _callsPerSecond;
    private long _calls;

    public EventLoad(SiloTargets targets, string name, int customers, int eventsPerSecond, int seed)
    {
        (_targets, _callsPerSecond, Model) = (targets, eventsPerSecond / (double)EventsOfCall, new EventModel(name, customers));
        _running = Task.WhenAll(
            Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, new Random(seed + caller)))));
    }

    public EventModel Model { get; }

    public FaultTally Faults { get; } = new();

    /// <summary>Sends no new events, and waits until all that were sent are acknowledged.</summary>
    /// <exception cref="TimeoutException">Some were not within the time.</exception>
    public async Task DrainAsync(TimeSpan longest)
    {
        await _ending.CancelAsync();
        _givingUp.CancelAfter(longest);
        await _running;
        if (Model.Unknown > 0)
        {
            throw new TimeoutException($"{Model.Unknown} events were still not acknowledged after {longest}: {Faults}.");
        }
    }

    /// <summary>Waits until so many more were acknowledged.</summary>
    public Task UntilAcknowledgedAsync(int more, TimeSpan longest)
    {
        var until = Model.Acknowledged + more;
        return Waiting.UntilAsync(
            () => Model.Acknowledged >= until, longest, () => $"{until - Model.Acknowledged} events of {more} to go: {Faults}");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _givingUp.CancelAsync();
        await _running;
        _ending.Dispose();
        _givingUp.Dispose();
    }

    private async Task CallAsync(int caller, Random random)
    {
        for (var call = 0; await UntilDueAsync(); call++)
        {
            // A few calls go astray, as those of a caller without a balancer.
            var home = random.Next(_targets.Count);
            var sentTo = random.Next(20) == 0 ? random.Next(_targets.Count) : home;
            var request = new RecordEventsRequest();
            var customers = new int[EventsOfCall];
            for (var i = 0; i < EventsOfCall; i++)
            {
                customers[i] = (random.Next(Model.Customers / _targets.Count) * _targets.Count) + home;
                Model.Send(customers[i]);
                request.Events.Add(new Event
                {
                    EventId = $"{caller}-{call}-{i}", CustomerId = Model.IdOf(customers[i]), EventTypeId = "login",
                    EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
                });
            }

            await SendAsync(request, customers, sentTo);
        }
    }

    // Callers that were held up do not make up for it afterwards: what is asked of the silos stays the rate.
    private async Task<bool> UntilDueAsync()
    {
        var elapsed = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var due = Interlocked.Increment(ref _calls) / _callsPerSecond;
        if (due < elapsed - 1)
        {
            Interlocked.Exchange(ref _calls, (long)(elapsed * _callsPerSecond));
        }
        else if (due > elapsed)
        {
            await Task.Delay(TimeSpan.FromSeconds(due - elapsed), _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return !_ending.IsCancellationRequested;
    }

    private async Task SendAsync(RecordEventsRequest request, int[] customers, int home)
    {
        while (!_givingUp.IsCancellationRequested)
        {
            var target = _targets.Pick(home);
            TimeSpan pause;
            try
            {
                var answer = await _targets.Events[target].RecordEventsAsync(request, deadline: DateTime.UtcNow + Deadline);
                for (var i = 0; i < customers.Length; i++)
                {
                    if (answer.Results[i].Outcome is EventOutcome.Recorded or EventOutcome.Duplicate)
                    {
                        Model.Acknowledge(customers[i]);
                    }
                    else
                    {
                        Faults.Broken.Enqueue($"{request.Events[i]}: {Enum.GetName(answer.Results[i].Outcome)} {answer.Results[i].Error}");
                    }
                }

                return;
            }
            catch (RpcException fault)
            {
                pause = Faults.Note(fault);
                _targets.Failed(target, fault);
            }

            await Task.Delay(pause, _givingUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
