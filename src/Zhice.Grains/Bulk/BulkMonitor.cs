using System.Collections.Concurrent;
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
internal sealed class BulkMonitor(IGrainFactory grains, BulkFolder folder, TimeProvider clock, ILogger<BulkMonitor> log) : BackgroundService
{
    private const int MaxKept = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeptPart = TimeSpan.FromDays(1);

    // An entry is noted before its operation is kept; one without an operation after so long never began.
    private static readonly TimeSpan MaxBegin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<string> _removed = new();
    private readonly Dictionary<string, Task> _looking = new(StringComparer.Ordinal);
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

    // Nobody waits for those that are slow to answer; none is called twice at a time.
    private async Task LookAsync()
    {
        var entries = await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).All();
        var oldest = (clock.GetUtcNow() - Kept).ToUnixTimeMilliseconds();
        foreach (var (at, entry) in entries.Index())
        {
            var isOver = entry.EndedAtMs > 0 && (entry.EndedAtMs < oldest || at >= MaxKept);
            if ((entry.EndedAtMs == 0 || isOver) && _looking.GetValueOrDefault(entry.OperationId) is null or { IsCompleted: true })
            {
                _looking[entry.OperationId] = LookAfterAsync(entry, isOver);
            }
        }

        if (!_removed.IsEmpty)
        {
            // What is lost here by a fault is looked after again.
            await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).Remove([.. TakeRemoved()]);
        }

        foreach (var done in _looking.Where(static each => each.Value.IsCompleted).Select(static each => each.Key).ToArray())
        {
            _looking.Remove(done);
        }
    }

    private IEnumerable<string> TakeRemoved()
    {
        while (_removed.TryDequeue(out var operationId))
        {
            yield return operationId;
        }
    }

    // It never throws.
    private async Task LookAfterAsync(BulkEntry entry, bool isOver)
    {
        try
        {
            var operation = grains.GetGrain<IBulkOperationGrain>(entry.OperationId);
            if (isOver)
            {
                await operation.Forget();
            }
            else
            {
                await operation.Wake();
                if (entry.CreatedAtMs >= (clock.GetUtcNow() - MaxBegin).ToUnixTimeMilliseconds() || await operation.Find() is not null)
                {
                    return;
                }
            }

            _removed.Enqueue(entry.OperationId);
        }
        catch (Exception fault)
        {
            GrainsLog.BulkWatchFailed(log, fault);
        }
    }

    // Each silo its own folder; a file that an operation has yet to read stays.
    private async Task SweepAsync()
    {
        var kept = new HashSet<string>();
        foreach (var entry in await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).All())
        {
            if (entry.EndedAtMs == 0
                && await grains.GetGrain<IBulkOperationGrain>(entry.OperationId).Find() is { Kind: BulkKind.Import } record)
            {
                kept.Add(BulkFileNames.ForUpload(ImportRequest.Parser.ParseFrom(record.Request).Sha256));
            }
        }

        folder.Sweep(clock.GetUtcNow() - Kept, clock.GetUtcNow() - KeptPart, kept);
    }
}
