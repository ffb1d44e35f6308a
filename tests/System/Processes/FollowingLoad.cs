using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;

namespace Zhice.SystemTests.Processes;

/// <summary>Calls that go to the silos that say they are ready, without any repeat: what a balancer's callers see.</summary>
internal sealed class FollowingLoad : IDisposable
{
    private const int Callers = 16;
    private const int Customers = 200;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<RpcException> _faults = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly HttpClient _http = new();
    private readonly ConcurrentDictionary<string, int> _acknowledged;
    private readonly Task _running;
    private volatile SiloProcess[] _ready;
    private int _answered;
    private long _slowest;

    public FollowingLoad(ClusterProcesses cluster, ConcurrentDictionary<string, int> acknowledged)
    {
        (_acknowledged, _ready) = (acknowledged, [.. cluster.Silos]);
        _running = Task.WhenAll([LookAsync(cluster), .. Enumerable.Range(0, Callers).Select(CallAsync)]);
    }

    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref _slowest));

    /// <summary>Waits until so many more calls were answered.</summary>
    public Task UntilAnsweredAsync(int count)
    {
        var until = Volatile.Read(ref _answered) + count;
        return ClusterProcesses.UntilAsync(() => Task.FromResult(Volatile.Read(ref _answered) >= until), TimeSpan.FromMinutes(1));
    }

    /// <summary>Ends the calls.</summary>
    /// <returns>Those that failed.</returns>
    public async Task<IReadOnlyCollection<RpcException>> EndAsync()
    {
        await _ending.CancelAsync();
        await _running;
        return _faults;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        _http.Dispose();
    }

    private async Task LookAsync(ClusterProcesses cluster)
    {
        while (!_ending.IsCancellationRequested)
        {
            var ready = await Task.WhenAll(cluster.Silos.Select(IsReadyAsync));
            _ready = [.. cluster.Silos.Where((_, silo) => ready[silo])];
            await Task.Delay(BetweenLooks);
        }
    }

    private async Task<bool> IsReadyAsync(SiloProcess silo)
    {
        try
        {
            using var answer = await _http.GetAsync($"{silo.HttpAddress}/healthz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task CallAsync(int caller)
    {
        for (var i = 0; !_ending.IsCancellationRequested; i++)
        {
            // As a balancer does: one customer goes to one silo for as long as the same ones are ready.
            var number = ((i * Callers) + caller) % Customers;
            var (customer, ready) = ($"c{number}", _ready);
            var watch = Stopwatch.StartNew();
            try
            {
                await ready[number % ready.Length].Events.RecordEventsAsync(new RecordEventsRequest
                {
                    Events = { new Event { EventId = $"{caller}-{i}", CustomerId = customer, EventTypeId = "login" } },
                });
                _acknowledged.AddOrUpdate(customer, 1, (_, count) => count + 1);
                Interlocked.Increment(ref _answered);
                InterlockedMax(watch.Elapsed.Ticks);
            }
            catch (RpcException fault)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    private void InterlockedMax(long ticks)
    {
        for (var seen = Volatile.Read(ref _slowest); ticks > seen; seen = Volatile.Read(ref _slowest))
        {
            Interlocked.CompareExchange(ref _slowest, ticks, seen);
        }
    }
}
