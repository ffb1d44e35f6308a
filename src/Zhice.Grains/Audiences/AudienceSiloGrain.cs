using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Primitives;
using Zhice.Grains.Spreading;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>The other silos' way to this one's buckets.</summary>
[GrainType("audience-silo"), SiloAddressPlacement]
internal sealed class AudienceSiloGrain(LocalBuckets local, PreparedBuckets prepared, BucketFeed feed, AudienceCounting counting)
    : Grain, IAudienceSiloGrain
{
    public ValueTask Feed(string silo, ImmutableArray<int> buckets)
    {
        feed.Feed(silo, buckets.AsSpan());
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<int>> Take(ImmutableArray<CustomerDelta> deltas)
    {
        var strays = ImmutableArray.CreateBuilder<int>();
        foreach (var delta in deltas)
        {
            var number = CustomerBucket.ForId(delta.Key);
            if (local.Find(number) is { } bucket)
            {
                bucket.Take(delta.Key, delta.State, delta.Version);
            }
            else
            {
                strays.Add(number);
            }
        }

        return ValueTask.FromResult(strays.ToImmutable());
    }

    public ValueTask Doubt(ImmutableArray<int> buckets)
    {
        foreach (var bucket in buckets)
        {
            local.Doubt(bucket);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask Prepare(int bucket) => await prepared.PrepareAsync(bucket);

    public async ValueTask Flush() => await feed.FlushAsync();

    public async ValueTask<AudienceCounts> Count(ImmutableArray<AudienceQuestion> questions, ImmutableArray<int> buckets) =>
        await counting.CountAsync(questions, buckets);

    public async ValueTask<AudienceBreakdown> Breakdown(AudienceQuestion question, string tagId, ImmutableArray<int> buckets) =>
        await counting.BreakdownAsync(question, tagId, buckets);

    public async ValueTask<ImmutableArray<AudienceMember>> Preview(AudienceQuestion question, int limit, ImmutableArray<int> buckets) =>
        await counting.PreviewAsync(question, limit, buckets);
}
