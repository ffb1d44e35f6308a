using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Customers;
using Zhice.Storage.Backends;
using Zhice.Storage.Journeys;

namespace Zhice.Grains.Journeys;

/// <summary>
/// Fires the timers of journeys. Each silo looks after a part of the buckets, several times a second; a timer that fires
/// twice, as silos come and go, does nothing the second time, and one that fails is found again.
/// </summary>
/// <remarks>Budget: 2,000 timers a second on two cores together with the store; a million that wait cost one look into an index.</remarks>
internal sealed class JourneyTimers : BackgroundService
{
    private const int Page = 1_000;
    private const int AtOnce = 128;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CountingEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MaxRest = TimeSpan.FromMinutes(5);

    private readonly IGrainFactory _grains;
    private readonly ILocalSiloDetails _here;
    private readonly ISiloStatusOracle _oracle;
    private readonly TimeProvider _clock;
    private readonly ILogger<JourneyTimers> _log;
    private readonly IStores? _stores;
    private readonly Counter<long> _fired;
    private readonly Backoffs<(string CustomerId, string Step)> _failed;
    private readonly ConcurrentDictionary<(string CustomerId, string Step), bool> _firing = new();
    private readonly SemaphoreSlim _free = new(AtOnce);
    private long _overdue;
    private long _counted;

    public JourneyTimers(
        IGrainFactory grains, ILocalSiloDetails here, ISiloStatusOracle oracle, TimeProvider clock, ILogger<JourneyTimers> log,
        IMeterFactory meters,
        IStores? stores = null)
    {
        (_grains, _here, _oracle, _clock, _log, _stores) = (grains, here, oracle, clock, log, stores);
        _failed = new(clock, Pause, MaxRest);
        var meter = meters.Create("Zhice.Journeys");
        _fired = meter.CreateCounter<long>("zhice.journeys.timers_fired", "{timer}", "Timers of journeys that were fired here.");
        meter.CreateObservableGauge(
            "zhice.journeys.timers_overdue", () => Volatile.Read(ref _overdue), "{timer}",
            "Timers of the whole cluster that are due for more than a minute.");
    }

    public override void Dispose()
    {
        base.Dispose();
        _free.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_stores is null)
        {
            return;
        }

        _counted = _clock.GetTimestamp();
        using var timer = new PeriodicTimer(Pause, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await FireDueAsync(_stores, stoppingToken);
                    await CountOverdueAsync(_stores);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    GrainsLog.TimersNotFired(_log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private long NowMs => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task FireDueAsync(IStores stores, CancellationToken stopping)
    {
        var silos = _oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().ToList();
        var part = silos.IndexOf(_here.SiloAddress);
        if (part < 0)
        {
            return;
        }

        DueTimer? last = null;
        while (true)
        {
            var due = await stores.Journeys.ListDueAsync(part, silos.Count, last, NowMs, Page);
            foreach (var timer in due)
            {
                // Nobody waits for one that is slow to answer: it is passed over until it has.
                if (!_failed.IsResting(GetKey(timer)) && _firing.TryAdd(GetKey(timer), true))
                {
                    await WaitForPlaceAsync(timer, stopping);
                    _ = FireAsync(timer);
                }
            }

            if (due.Count < Page)
            {
                return;
            }

            // A million that were due at once take minutes: that is when it matters.
            last = due[^1];
            await CountOverdueAsync(stores);
        }
    }

    private async Task CountOverdueAsync(IStores stores)
    {
        if (_clock.GetElapsedTime(_counted) >= CountingEvery)
        {
            _counted = _clock.GetTimestamp();
            Volatile.Write(ref _overdue, await stores.Journeys.CountOverdueAsync(NowMs - (long)Stuck.TotalMilliseconds));
        }
    }

    // One that stays due, for whatever reason, is let rest, so that its customer is not called four times a second for ever.
    private async Task FireAsync(DueTimer timer)
    {
        var key = GetKey(timer);
        try
        {
            if (timer.Step.StartsWith('j') && ushort.TryParse(timer.Step.AsSpan(1), CultureInfo.InvariantCulture, out var journey)
                && await _grains.Customer(timer.CustomerId).FireTimer(journey, timer.Generation))
            {
                _failed.Succeed(key);
                _fired.Add(1);
            }
            else
            {
                _failed.Fail(key);
            }
        }
        catch (Exception fault) when (fault.IsTransient())
        {
            // Of a whole silo or store, as a rule: found again at the next look.
            GrainsLog.TimerNotFired(_log, timer.CustomerId, fault);
        }
        catch (Exception fault)
        {
            if (_failed.Fail(key))
            {
                GrainsLog.TimerFailed(_log, timer.CustomerId, fault);
            }
        }
        finally
        {
            _firing.TryRemove(key, out _);
            _free.Release();
        }
    }

    private async Task WaitForPlaceAsync(DueTimer timer, CancellationToken stopping)
    {
        try
        {
            await _free.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            _firing.TryRemove(GetKey(timer), out _);
            throw;
        }
    }

    private static (string CustomerId, string Step) GetKey(DueTimer timer) => (timer.CustomerId, timer.Step);
}
