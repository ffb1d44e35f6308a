using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Audiences;
using Zhice.Storage.Bulk;

namespace Zhice.Grains.Audiences;

/// <summary>One of the buckets: sees to it that its index lives on one silo, and that all silos know which.</summary>
[GrainType("bucket"), KeepAlive]
internal sealed class BucketGrain(
    LocalBuckets local, BucketFeed feed, SilosOfAudiences silos, CustomerStates customers, AudiencePlans plans, ICatalogs catalogs, TimeProvider clock) : Grain, IBucketGrain
{
    private static readonly SemaphoreSlim Loads = new(Math.Max(2, Environment.ProcessorCount));

    private LocalBucket? _bucket;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_bucket is not null)
        {
            local.Remove(_bucket);
        }

        return Task.CompletedTask;
    }

    public async ValueTask<int> Load()
    {
        if (_bucket is not { IsLoaded: true } || feed.OwnerOf(Number) != feed.Here)
        {
            _bucket = new(Number, customers, clock);
            local.Add(_bucket);

            // First the feeds, then the read: what is committed in between comes twice, never not at all.
            await silos.TellAllAsync(silo => silo.Feed(feed.Here, [Number]));
            await Loads.WaitAsync();
            try
            {
                // Off the grain's own scheduler: states are unpacked by the thousand.
                await Task.Run(() => _bucket.LoadAsync(catalogs.Current));
            }
            finally
            {
                Loads.Release();
            }
        }

        return _bucket.RowCount;
    }

    public async ValueTask<MemberPage> Members(AudienceQuestion question, string after, int limit)
    {
        await Load();
        await feed.FlushAsync();
        await _bucket!.RefreshAsync(question.NowMs);
        var match = await plans.OfAsync(question, Number);
        _bucket.TryAsk(index => PageOf(index, match, question.NowMs, after, limit), out var page);
        return page;
    }

    private int Number => (int)this.GetPrimaryKeyLong();

    private static MemberPage PageOf(BucketIndex index, AudienceMatch match, long nowMs, string after, int limit)
    {
        var behind = Encoding.UTF8.GetBytes(after);
        var rows = new List<int>();
        index.NowMs = nowMs;
        foreach (var row in match.RowsOf(index))
        {
            if (behind.Length == 0 || index.KeyOf(row).SequenceCompareTo(behind) > 0)
            {
                rows.Add(row);
            }
        }

        rows.Sort((one, other) => index.KeyOf(one).SequenceCompareTo(index.KeyOf(other)));
        var isLast = rows.Count <= limit;
        ImmutableArray<string> ids = [.. rows.Take(limit).Select(index.IdOf)];
        return new(ids, ids.IsEmpty ? after : ids[^1], isLast);
    }
}
