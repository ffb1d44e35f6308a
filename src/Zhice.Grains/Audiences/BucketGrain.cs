using System.Collections.Immutable;
using System.Text;
using Orleans.Concurrency;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Audiences;
using Zhice.Domain.Faults;
using Zhice.Grains.Spreading;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>One of the buckets: sees to it that its index lives on one silo, and that all silos know which.</summary>
[GrainType("bucket"), KeepAlive, BucketPlacement, Reentrant]
internal sealed class BucketGrain(
    BucketServices shared, SpreadGrains spread, IGrainFactory grains, CustomerStates customers, BucketReading reading, ICatalogs catalogs,
    TimeProvider clock)
    : SpreadGrain(spread), IBucketGrain
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan MaxDoubt = TimeSpan.FromSeconds(20);

    private LocalBucket? _bucket;
    private Task? _loading;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (shared.Prepared.Take(Number) is { } prepared)
        {
            _bucket = prepared;
            _loading = TakeOverAsync(prepared);
        }

        return base.OnActivateAsync(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_bucket is not null)
        {
            shared.Local.Remove(_bucket);
        }

        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public async ValueTask<string> Load(string? believed)
    {
        var before = _loading;
        if (before is null or { IsFaulted: true } || (before.IsCompleted && shared.Feed.FindOwner(Number) != shared.Feed.Here))
        {
            _loading = LoadAsync();
        }
        else if (before.IsCompleted && believed != shared.Feed.Here)
        {
            _bucket!.Doubt();
        }

        if (before is { IsFaulted: true })
        {
            // Why the last one failed; the next is under way.
            await before;
        }

        return shared.Feed.Here;
    }

    public async ValueTask Reread()
    {
        if (_loading is { } loading)
        {
            await loading;
            await _bucket!.LoadAsync(catalogs.Current);
        }
    }

    // Outside of the grain's turns: it reads what does not change any more.
    public override Task PrepareToMoveAsync(SiloAddress to) => _loading is { IsCompletedSuccessfully: true }
        ? grains.GetGrain<IAudienceSiloGrain>(to.ToParsableString()).Prepare(Number).AsTask()
        : Task.CompletedTask;

    public async ValueTask<MemberPage> Members(AudienceQuestion question, string after, int limit)
    {
        // What was acknowledged before the first page is on one of them.
        await BeReadyAsync(question.NowMs, isFirst: after.Length == 0);
        var match = await shared.Plans.OfAsync(question, Number);
        _bucket!.TryAsk(index => CreatePage(index, match, question.NowMs, after, limit), out var page);
        return page with { Unreadable = _bucket.Unreadable };
    }

    public async ValueTask<ImmutableArray<CustomerValue>> Values(BucketValuesQuestion question)
    {
        await BeReadyAsync(question.NowMs, isFirst: false);
        var match = question.Condition.Length == 0 ? null : await shared.Plans.OfAsync(new(question.Condition, question.NowMs), Number);
        var tag = question.TagId.Length == 0 ? null : catalogs.Current.TagsById.GetValueOrDefault(question.TagId);
        _bucket!.TryAsk(index => BucketValues.Find(index, match, tag, question), out var values);
        return values;
    }

    private async Task BeReadyAsync(long nowMs, bool isFirst)
    {
        await Load(shared.Feed.Here);
        await _loading!;
        if (isFirst)
        {
            await shared.Flush.FlushAsync();
        }

        await shared.Seen.LookAsync();
        await SettleAsync();
        await _bucket!.RefreshAsync(nowMs);
    }

    private async Task LoadAsync()
    {
        _bucket = new(Number, customers, reading, clock);
        shared.Local.Add(_bucket);

        // First the feeds, then the read: what is committed in between comes twice, never not at all.
        await NotifyAllAsync();
        await catalogs.WaitUntilKnownAsync(CancellationToken.None);
        await _bucket.LoadAsync(catalogs.Current);
    }

    // The same: what was committed before a silo was told is in the comparison.
    private async Task TakeOverAsync(LocalBucket bucket)
    {
        bucket.Doubt();
        shared.Local.Add(bucket);
        await NotifyAllAsync();
        bucket.Doubt();
        await shared.Local.SettleAsync(bucket);
    }

    private Task NotifyAllAsync()
    {
        shared.Feed.Feed(shared.Feed.Here, [Number]);
        return shared.Silos.NotifyAllAsync(silo => silo.Feed(shared.Feed.Here, [Number]));
    }

    private async Task SettleAsync()
    {
        try
        {
            await shared.Local.SettleAsync(_bucket!).WaitAsync(MaxDoubt, clock);
        }
        catch (TimeoutException)
        {
            throw new IndexNotReadyException($"The index of bucket {Number} is being compared with the store.");
        }
    }

    private int Number => (int)this.GetPrimaryKeyLong();

    private static MemberPage CreatePage(BucketIndex index, AudienceMatch match, long nowMs, string after, int limit)
    {
        var behind = Encoding.UTF8.GetBytes(after);
        var rows = new List<int>();
        index.NowMs = nowMs;
        foreach (var row in match.GetRows(index))
        {
            if (behind.Length == 0 || index.GetKey(row).SequenceCompareTo(behind) > 0)
            {
                rows.Add(row);
            }
        }

        rows.Sort((one, other) => index.GetKey(one).SequenceCompareTo(index.GetKey(other)));
        var isLast = rows.Count <= limit;
        ImmutableArray<string> ids = [.. rows.Take(limit).Select(index.GetId)];
        return new(ids, ids.IsEmpty ? after : ids[^1], isLast);
    }
}
