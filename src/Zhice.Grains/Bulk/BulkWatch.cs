using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Bulk;
using Zhice.Contracts.Bulk;
using Zhice.V1;

namespace Zhice.Grains.Bulk;

/// <summary>
/// Looks after the bulk operations, from every silo: those that have not ended go on after a restart, and those that
/// ended long ago are forgotten. It needs no reminder, and so works the same on every store.
/// </summary>
internal sealed class BulkWatch(IGrainFactory grains, BulkFolder folder, TimeProvider clock, ILogger<BulkWatch> log) : BackgroundService
{
    private const int MostKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeptPart = TimeSpan.FromDays(1);

    // An entry is noted before its operation is kept; one without an operation after so long never began.
    private static readonly TimeSpan LongestBegin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private DateTimeOffset _sweptAt;

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
                    if (clock.GetUtcNow() - _sweptAt >= SweepPause)
                    {
                        await SweepAsync();
                        _sweptAt = clock.GetUtcNow();
                    }
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
        var now = clock.GetUtcNow();
        var latest = (now - LongestBegin).ToUnixTimeMilliseconds();
        var oldest = (now - Kept).ToUnixTimeMilliseconds();
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var (at, entry) in entries.Index())
        {
            try
            {
                var operation = grains.GetGrain<IBulkOperationGrain>(entry.OperationId);
                if (entry.EndedAtMs == 0)
                {
                    await operation.Wake();
                    if (entry.CreatedAtMs >= latest || await operation.Find() is not null)
                    {
                        continue;
                    }
                }
                else if (entry.EndedAtMs < oldest || at >= MostKept)
                {
                    await operation.Forget();
                }
                else
                {
                    continue;
                }

                removed.Add(entry.OperationId);
            }
            catch (Exception fault)
            {
                // One that cannot be looked after holds up no other.
                GrainsLog.BulkWatchFailed(log, fault);
            }
        }

        if (removed.Count > 0)
        {
            await list.Remove(removed.ToImmutable());
        }
    }

    // Each silo its own folder; a file that an operation has yet to read stays.
    private async Task SweepAsync()
    {
        var kept = new HashSet<string>();
        foreach (var entry in await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).All())
        {
            if (entry.EndedAtMs == 0 && await grains.GetGrain<IBulkOperationGrain>(entry.OperationId).Find() is { Kind: BulkKind.Import } record)
            {
                kept.Add(BulkFileNames.UploadOf(ImportRequest.Parser.ParseFrom(record.Request).Sha256));
            }
        }

        folder.Sweep(clock.GetUtcNow() - Kept, clock.GetUtcNow() - KeptPart, kept);
    }
}
