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
    LocalBuckets local, BucketFeed feed, SilosOfAudiences silos, CustomerStates customers, BucketReading reading, AudiencePlans plans, ICatalogs catalogs, TimeProvider clock) : Grain, IBucketGrain
{
    private LocalBucket? _bucket;
    private Task? _loading;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_bucket is not null)
        {
            local.Remove(_bucket);
        }

        return Task.CompletedTask;
    }

    public async ValueTask<string> Load(string? believed)
    {
        var before = _loading;
        if (before is null or { IsFaulted: true } || (before.IsCompleted && feed.OwnerOf(Number) != feed.Here))
        {
            _loading = LoadAsync();
        }
        else if (before.IsCompleted && believed != feed.Here)
        {
            await _bucket!.ReconcileAsync();

            // And once more, as the asker tells of its commits only when it has the answer.
            _bucket.IsDoubtful = true;
        }

        if (before is { IsFaulted: true })
        {
            // Why the last one failed; the next is under way.
            await before;
        }

        return feed.Here;
    }

    public async ValueTask<MemberPage> Members(AudienceQuestion question, string after, int limit)
    {
        await Load(feed.Here);
        await _loading!;
        await feed.FlushAsync();
        await _bucket!.RefreshAsync(question.NowMs);
        var match = await plans.OfAsync(question, Number);
        _bucket.TryAsk(index => PageOf(index, match, question.NowMs, after, limit), out var page);
        return page;
    }

    private async Task LoadAsync()
    {
        _bucket = new(Number, customers, reading, clock);
        local.Add(_bucket);

        // First the feeds, then the read: what is committed in between comes twice, never not at all.
        await silos.TellAllAsync(silo => silo.Feed(feed.Here, [Number]));
        await catalogs.WaitUntilKnownAsync(CancellationToken.None);
        await _bucket.LoadAsync(catalogs.Current);
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
