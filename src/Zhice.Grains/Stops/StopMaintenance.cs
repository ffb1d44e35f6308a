using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Stops;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Stops;

/// <summary>
/// Lets contacts go that nothing keeps back any more, and voids those of recalled campaigns. Every silo looks; what one has
/// locked, the others pass over. What fails is done at the next look.
/// </summary>
internal sealed class StopMaintenance(IStores stores, ICatalogs catalogs, TimeProvider clock, ILogger<StopMaintenance> log)
    : BackgroundService
{
    private const int AtOnce = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<CampaignRecall> _swept = [];

    /// <summary>Does what is to be done now.</summary>
    public async Task KeepAsync()
    {
        var stops = catalogs.Current.Stops;
        foreach (var holder in await stores.Outbox.ListHoldersAsync())
        {
            if (holder != HandOver.QuietHours && !stops.Holds(holder))
            {
                await UntilDone(() => stores.Outbox.ReleaseAsync(holder, NowMs, AtOnce));
            }
        }

        foreach (var recall in stops.Recalls)
        {
            if (!_swept.Contains(recall))
            {
                await UntilDone(() => stores.Outbox.VoidCampaignAsync(recall.CampaignId, recall.BeforeMs, NowMs, AtOnce));
                _swept.Add(recall);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            await catalogs.WaitUntilKnownAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await KeepAsync();
                }
                catch (Exception fault)
                {
                    GrainsLog.StopsNotKept(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task UntilDone(Func<Task<int>> step)
    {
        while (await step() == AtOnce)
        {
        }
    }
}
