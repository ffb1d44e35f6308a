using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;

namespace Zhice.Grains.Campaigns;

/// <summary>
/// Looks after the campaigns, from every silo: what is due begins, and what runs goes on after a crash. It needs no
/// reminder, and so works the same on every store.
/// </summary>
internal sealed class CampaignWatch(IGrainFactory grains, TimeProvider clock, ILogger<CampaignWatch> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    foreach (var entry in await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All())
                    {
                        if (entry.State is CampaignState.Scheduled or CampaignState.Running or CampaignState.Paused)
                        {
                            await grains.GetGrain<ICampaignGrain>(entry.CampaignId).Wake();
                        }
                    }
                }
                catch (Exception fault)
                {
                    GrainsLog.CampaignWatchFailed(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}
