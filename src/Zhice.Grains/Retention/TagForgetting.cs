using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Retention;

/// <summary>
/// Removes values of tags that are past their retention or their time to live, of customers who do not change any more. Each silo looks at
/// the customers of its buckets, a few minutes after its start and every six hours, in the background; a look that takes long is broken
/// off, and the next one goes on from there.
/// </summary>
internal sealed class TagForgetting(TagForgettingServices services, CustomerStates customers, IMeterFactory meters, TimeProvider clock)
    : BackgroundService
{
    private const int BucketsAtOnce = 8;
    private const int CustomersAtOnce = 16;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);
    private static readonly TimeSpan PauseAfterBreak = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxLook = TimeSpan.FromMinutes(10);

    private readonly Counter<long> _removed = meters.Create("Zhice.Retention").CreateCounter<long>(
        "zhice.retention.tags_removed", "{value}", "Values of tags that were removed in the background, as they were past their retention.");

    // The bucket at which the next look begins.
    private int _next;

    /// <summary>Looks at the customers of some buckets, until all are seen or it takes too long.</summary>
    /// <param name="isOurs">Whether a bucket is this silo's.</param>
    /// <param name="stopping">Ends it.</param>
    /// <returns>How many values were removed, and whether all buckets were seen.</returns>
    internal async Task<(long Removed, bool IsDone)> LookAsync(Func<int, bool> isOurs, CancellationToken stopping)
    {
        var (begun, removed) = (clock.GetTimestamp(), 0L);
        while (_next < CustomerBucket.Count)
        {
            if (clock.GetElapsedTime(begun) > MaxLook)
            {
                return (removed, false);
            }

            int[] buckets = [.. Enumerable.Range(_next, Math.Min(BucketsAtOnce, CustomerBucket.Count - _next)).Where(isOurs)];
            removed += buckets.Length == 0 ? 0 : await ForgetAsync(buckets, stopping);
            _next += BucketsAtOnce;
        }

        _next = 0;
        return (removed, true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = First; ;)
            {
                await Task.Delay(pause, clock, stoppingToken);
                pause = await TryLookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task<TimeSpan> TryLookAsync(CancellationToken stopping)
    {
        try
        {
            var isOurs = services.FindOwnBuckets();
            var (removed, isDone) = await BackgroundWork.Run(() => LookAsync(isOurs, stopping), stopping);
            if (removed > 0)
            {
                GrainsLog.TagsForgotten(services.Log, removed);
            }

            return isDone ? Every : PauseAfterBreak;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            GrainsLog.TagsNotForgotten(services.Log, fault);
            return PauseAfterBreak;
        }
    }

    private async Task<long> ForgetAsync(int[] buckets, CancellationToken stopping)
    {
        var (past, removed) = (new List<string>(), 0L);
        var (catalog, nowMs) = (services.Catalogs.Current, clock.GetUtcNow().ToUnixTimeMilliseconds());
        await foreach (var (key, state, _) in customers.ReadBucketsAsync(buckets, stopping))
        {
            if (PastTags.Any(state, catalog, nowMs))
            {
                past.Add(Encoding.UTF8.GetString(key));
            }

            if (BackgroundWork.IsTurnOver)
            {
                await Task.Yield();
            }
        }

        foreach (var some in past.Chunk(CustomersAtOnce))
        {
            stopping.ThrowIfCancellationRequested();
            var counts = await Task.WhenAll(some.Select(id => services.Grains.Customer(id).ForgetPast().AsTask()));
            removed += counts.Sum();
            _removed.Add(counts.Sum());
        }

        return removed;
    }
}

/// <summary>What the look for old values needs of the silo.</summary>
internal sealed record TagForgettingServices(
    ICatalogs Catalogs, IGrainFactory Grains, Spreading.BucketDirector Director, ISiloStatusOracle Silos, ILogger<TagForgetting> Log)
{
    /// <summary>Tells of each bucket whether this silo has it, by the silos that are active now.</summary>
    public Func<int, bool> FindOwnBuckets()
    {
        HashSet<SiloAddress> active = [.. Silos.GetApproximateSiloStatuses(onlyActive: true).Keys];
        return bucket => active.Contains(Silos.SiloAddress) && Director.FindOwner(bucket, active).Equals(Silos.SiloAddress);
    }
}
