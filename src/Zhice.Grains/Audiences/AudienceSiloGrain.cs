using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Grains.Bulk;
using Zhice.Storage.Bulk;

namespace Zhice.Grains.Audiences;

/// <summary>The other silos' way to this one's buckets.</summary>
[GrainType("audience-silo"), SiloOfKeyPlacement]
internal sealed class AudienceSiloGrain(LocalBuckets local, BucketFeed feed, AudienceCounting counting) : Grain, IAudienceSiloGrain
{
    public ValueTask Feed(string silo, ImmutableArray<int> buckets)
    {
        feed.Feed(silo, buckets.AsSpan());
        return ValueTask.CompletedTask;
    }

    public ValueTask Take(ImmutableArray<CustomerDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            local.Find(CustomerStates.BucketOf(delta.Key))?.Take(delta.Key, delta.State, delta.Version);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask Flush() => await feed.FlushAsync();

    public async ValueTask<AudienceCounts> Count(ImmutableArray<AudienceQuestion> questions, ImmutableArray<int> buckets) =>
        await counting.CountAsync(questions, buckets);

    public async ValueTask<AudienceBreakdown> Breakdown(AudienceQuestion question, string tagId, ImmutableArray<int> buckets) =>
        await counting.BreakdownAsync(question, tagId, buckets);

    public async ValueTask<ImmutableArray<AudienceMember>> Preview(AudienceQuestion question, int limit, ImmutableArray<int> buckets) =>
        await counting.PreviewAsync(question, limit, buckets);
}
