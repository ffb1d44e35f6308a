using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>
/// Looks after the bulk operations, from every silo: those that have not ended go on after a restart, and those that
/// ended long ago are forgotten. It needs no reminder, and so works the same on every store.
/// </summary>
internal sealed class BulkWatch(IGrainFactory grains, TimeProvider clock, ILogger<BulkWatch> log) : BackgroundService
{
    private const int MostKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            do
            {
                try
                {
                    await LookAsync();
                }
                catch (Exception fault)
                {
                    GrainsLog.BulkWatchFailed(log, fault);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync()
    {
        var list = grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key);
        var entries = await list.All();
        foreach (var entry in entries.Where(entry => entry.EndedAtMs == 0))
        {
            await grains.GetGrain<IBulkOperationGrain>(entry.OperationId).Wake();
        }

        var oldest = (clock.GetUtcNow() - Kept).ToUnixTimeMilliseconds();
        var forgotten = entries.Where((entry, at) => entry.EndedAtMs != 0 && (entry.EndedAtMs < oldest || at >= MostKept)).ToImmutableArray();
        foreach (var entry in forgotten)
        {
            await grains.GetGrain<IBulkOperationGrain>(entry.OperationId).Forget();
        }

        if (forgotten.Length > 0)
        {
            await list.Remove([.. forgotten.Select(entry => entry.OperationId)]);
        }
    }
}
