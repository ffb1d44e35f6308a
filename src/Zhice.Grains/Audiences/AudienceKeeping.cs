using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Keeps the indexes of this silo fresh and exact: ten times a second it tells what was committed and takes in what time
/// has changed; when silos come or go, and every minute, each bucket compares its versions with the store's.
/// </summary>
internal sealed class AudienceKeeping(
    LocalBuckets local, BucketFeed feed, SilosOfAudiences silos, ICatalogs catalogs, TimeProvider clock, ILogger<AudienceKeeping> log) : BackgroundService
{
    private const int AtOnce = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Doubted = TimeSpan.FromMinutes(1);

    private HashSet<string> _known = [];
    private long _doubtedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _doubtedAt = clock.GetTimestamp();
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await feed.FlushAsync();
                    await LookAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    GrainsLog.AudiencesNotKept(log, fault);
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
        var active = silos.Active.ToHashSet();
        var buckets = local.All.Where(static bucket => bucket.IsLoaded).ToList();
        if (!active.SetEquals(_known) || clock.GetElapsedTime(_doubtedAt) >= Doubted)
        {
            feed.ForgetDead();
            foreach (var silo in active.Except(_known))
            {
                await silos.TellAsync(silo, grain => grain.Feed(feed.Here, [.. buckets.Select(static bucket => bucket.Number)]));
            }

            // What a silo that has gone did not tell, and what one that came did before it was told to tell.
            buckets.ForEach(static bucket => bucket.IsDoubtful = true);
            (_known, _doubtedAt) = (active, clock.GetTimestamp());
        }

        var catalog = catalogs.Current;
        buckets.ForEach(bucket => bucket.TryFollow(catalog));
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(buckets, options, async (bucket, _) =>
        {
            if (bucket.IsDoubtful)
            {
                await bucket.ReconcileAsync();
            }

            await bucket.RefreshAsync(nowMs);
        });
    }
}
