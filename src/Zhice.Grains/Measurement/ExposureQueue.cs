using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Customers;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Grains.Measurement;

/// <summary>
/// Lets customers record the experiments that their decisions exposed them to: beside the decisions, which stay reads. What does not find
/// room here, or fails, is due again at the customer's next decision, as the state does not have it.
/// </summary>
internal sealed class ExposureQueue(IGrainFactory grains, IMeterFactory meters) : BackgroundService
{
    private const int MaxWaiting = 50_000;
    private const int MaxAtOnce = 64;

    private readonly Channel<Exposing> _waiting = Channel.CreateBounded<Exposing>(new BoundedChannelOptions(MaxWaiting));
    private readonly Counter<long> _deferred = meters.Create("Zhice.Measurement").CreateCounter<long>(
        "zhice.measurement.exposures_deferred", "{exposure}", "Exposures that were left to the customer's next decision.");

    /// <summary>Adds an exposure; false when too many wait. It waits for nobody.</summary>
    public bool TryAdd(Exposing exposing)
    {
        var isAdded = _waiting.Writer.TryWrite(exposing);
        if (!isAdded)
        {
            _deferred.Add(1);
        }

        return isAdded;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meters.Create("Zhice.Measurement").CreateObservableGauge(
            "zhice.measurement.exposures_waiting", () => _waiting.Reader.Count, "{exposure}", "Exposures that wait to be recorded.");
        try
        {
            await Parallel.ForEachAsync(
                _waiting.Reader.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = stoppingToken },
                async (exposing, _) => await RecordAsync(exposing));
        }
        catch (OperationCanceledException)
        {
            // The silo stops: what waits is due at the next decisions.
        }
    }

    // It never throws.
    private async ValueTask RecordAsync(Exposing exposing)
    {
        try
        {
            await grains.GetGrain<ICustomerGrain>(exposing.CustomerId).Expose(exposing.PlacementId, exposing.AtMs);
        }
        catch (Exception)
        {
            // The store is away, or the customer's silo is older.
            _deferred.Add(1);
        }
    }
}

/// <summary>A decision that exposed a customer.</summary>
/// <param name="CustomerId">The customer.</param>
/// <param name="PlacementId">Where it was decided.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
internal readonly record struct Exposing(string CustomerId, string PlacementId, long AtMs);
