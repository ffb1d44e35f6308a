using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;

namespace Zhice.Grains.Campaigns;

/// <summary>
/// Looks after the campaigns, from every silo: what is due begins, what runs goes on after a crash, and what a run leaves is
/// removed though the silo died that was about to. It needs no reminder, and so works the same on every store. A campaign that
/// cannot be woken, or does not answer, holds up no other, and is tried less and less often.
/// </summary>
internal sealed class CampaignMonitor(IGrainFactory grains, TimeProvider clock, ILogger<CampaignMonitor> log) : BackgroundService
{
    // Of those that an older silo noted it is not known whether they left something: each is woken once, a few at a time.
    private const int MaxUnknown = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxRest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Task> _waking = new(StringComparer.Ordinal);
    private readonly Backoffs<string> _failed = new(clock, Pause, MaxRest);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    Wake(await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All());
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

    // Nobody waits for those that are slow to answer; none is called twice at a time.
    private void Wake(IEnumerable<CampaignEntry> entries)
    {
        var unknown = 0;
        foreach (var entry in entries)
        {
            var isOn = entry.State is CampaignState.Scheduled or CampaignState.Running or CampaignState.Paused || entry.HasLeftover is true;
            if ((isOn || (entry.HasLeftover is null && unknown++ < MaxUnknown))
                && !_failed.IsResting(entry.CampaignId)
                && _waking.GetValueOrDefault(entry.CampaignId) is null or { IsCompleted: true })
            {
                _waking[entry.CampaignId] = WakeAsync(entry.CampaignId);
            }
        }

        foreach (var done in _waking.Where(static each => each.Value.IsCompleted).Select(static each => each.Key).ToArray())
        {
            _waking.Remove(done);
        }
    }

    // It never throws.
    private async Task WakeAsync(string campaignId)
    {
        try
        {
            await grains.GetGrain<ICampaignGrain>(campaignId).Wake();
            _failed.Succeed(campaignId);
        }
        catch (Exception fault)
        {
            if (_failed.Fail(campaignId))
            {
                GrainsLog.CampaignNotWoken(log, campaignId, fault);
            }
        }
    }
}
