using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Keeps the indexes of this silo fresh and exact: ten times a second it tells what was committed, and settles the buckets
/// that are in doubt and takes in what time has changed. Beside that it puts some buckets in doubt each minute, each one
/// once in four hours, in case the store was changed in a way that nobody told.
/// </summary>
internal sealed class AudienceMaintenance(
    LocalBuckets local, BucketFeed feed, SiloChanges seen, ICatalogs catalogs, TimeProvider clock, ILogger<AudienceMaintenance> log)
    : BackgroundService
{
    private const int AtOnce = 2;

    /// <summary>Into how many parts the buckets fall, of which one is compared each minute.</summary>
    internal const int CheckedIn = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckPause = TimeSpan.FromMinutes(1);

    private int _part;
    private long _checkedAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _checkedAt = clock.GetTimestamp();
        return Task.WhenAll(RepeatAsync(_ => feed.FlushAsync(), stoppingToken), RepeatAsync(LookAsync, stoppingToken));
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    await work(stopping);
                }
                catch (Exception fault) when (!stopping.IsCancellationRequested)
                {
                    GrainsLog.AudiencesNotKept(log, fault);
                    await Task.Delay(PauseAfterFault, clock, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        await seen.LookAsync();
        var buckets = local.All.Where(static bucket => bucket.IsLoaded).ToList();
        if (clock.GetElapsedTime(_checkedAt) >= CheckPause)
        {
            (_part, _checkedAt) = ((_part + 1) % CheckedIn, clock.GetTimestamp());
            buckets.FindAll(bucket => bucket.Number % CheckedIn == _part).ForEach(static bucket => bucket.Doubt());
        }

        var catalog = catalogs.Current;
        buckets.ForEach(bucket => bucket.TryFollow(catalog));
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        Exception? failed = null;
        await Parallel.ForEachAsync(buckets, options, async (bucket, _) =>
        {
            try
            {
                await local.SettleAsync(bucket);
                await bucket.RefreshAsync(nowMs);
            }
            catch (Exception fault)
            {
                // It stays in doubt, and holds up no other.
                failed = fault;
            }
        });
        if (failed is not null)
        {
            GrainsLog.AudiencesNotKept(log, failed);
            await Task.Delay(PauseAfterFault, clock, stopping);
        }
    }
}
