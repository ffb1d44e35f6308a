using System.Diagnostics;
using Grpc.Core;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>
/// Customers that are nobody else's, spread over all silos, each asked to keep an event again and again. The grid serves again
/// after a fault once each of them was served after it, and none has failed since for a while.
/// </summary>
internal sealed class Probe : IAsyncDisposable
{
    private const int Customers = 30;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(2);

    private readonly SiloTargets _targets;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly Sight[] _seen = new Sight[Customers];
    private readonly Task _running;

    public Probe(SiloTargets targets)
    {
        _targets = targets;
        _running = Task.WhenAll(Enumerable.Range(0, Customers).Select(customer => Task.Run(() => AskAsync(customer))));
    }

    /// <summary>Waits until the grid serves again after a fault.</summary>
    /// <param name="fault">When the fault began, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="longest">How long to wait.</param>
    /// <returns>How long after the fault the last customer was served again.</returns>
    public async Task<TimeSpan> UntilServedAgainAsync(long fault, TimeSpan longest)
    {
        await Waiting.UntilAsync(() => IsServedSince(fault), longest, () => "the probe's customers are not all served again");
        lock (_lock)
        {
            // Before the fault, if nobody noticed it.
            return Stopwatch.GetElapsedTime(fault, Math.Max(fault, _seen.Max(sight => sight.ServedSince)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }

    // Served by a call that began after the fault, and no failure after that.
    private bool IsServedSince(long fault)
    {
        lock (_lock)
        {
            var last = _seen.Max(sight => sight.ServedSince);
            return Array.TrueForAll(_seen, sight => sight.IsServed && sight.LastBegun >= fault)
                && (last < fault || Stopwatch.GetElapsedTime(last) >= Steady);
        }
    }

    private async Task AskAsync(int customer)
    {
        for (var call = 0; !_ending.IsCancellationRequested; call++)
        {
            var begun = Stopwatch.GetTimestamp();
            var target = _targets.Pick(customer);
            var isServed = true;
            try
            {
                await _targets.Events[target].RecordEventsAsync(
                    new RecordEventsRequest
                    {
                        Events = { new Event { EventId = $"{call}", CustomerId = $"p{customer}", EventTypeId = "login" } },
                    },
                    deadline: DateTime.UtcNow + Deadline);
            }
            catch (RpcException fault)
            {
                _targets.Failed(target, fault);
                isServed = false;
            }

            lock (_lock)
            {
                var before = _seen[customer];
                var since = isServed && !before.IsServed ? Stopwatch.GetTimestamp() : before.ServedSince;
                _seen[customer] = new Sight(isServed, since, begun);
            }

            await Task.Delay(Between, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private readonly record struct Sight(bool IsServed, long ServedSince, long LastBegun);
}
