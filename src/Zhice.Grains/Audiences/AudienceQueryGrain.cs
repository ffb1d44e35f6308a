using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Audiences;

/// <summary>Asks all buckets: those of this silo directly, those of others by one call to each silo.</summary>
[GrainType("audience-query"), StatelessWorker, Reentrant]
internal sealed class AudienceQueryGrain(
    BucketFeed feed, BucketLoads loads, ClusterFlush flush, AudienceCounting counting, TimeProvider clock)
    : Grain, IAudienceQueryGrain
{
    // Below the time after which a caller gives a call up; what was loaded until then stays.
    private static readonly TimeSpan MaxLoad = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);

    private static readonly ImmutableArray<int> AllBuckets = [.. Enumerable.Range(0, CustomerBucket.Count)];

    public async ValueTask<AudienceCounts> Count(ImmutableArray<AudienceQuestion> questions) => await AskAsync(
        buckets => counting.CountAsync(questions, buckets),
        (silo, buckets) => silo.Count(questions, buckets).AsTask(),
        AudienceSums.Sum,
        static counts => counts.Missing,
        static counts => counts with { Missing = [] });

    public async ValueTask<AudienceBreakdown> Breakdown(AudienceQuestion question, string tagId) => await AskAsync(
        buckets => counting.BreakdownAsync(question, tagId, buckets),
        (silo, buckets) => silo.Breakdown(question, tagId, buckets).AsTask(),
        AudienceSums.Sum,
        static breakdown => breakdown.Missing,
        static breakdown => breakdown with { Missing = [] });

    public async ValueTask<ImmutableArray<AudienceMember>> Preview(AudienceQuestion question, int limit)
    {
        await Count([question]);
        var buckets = AllBuckets.ToArray();
        Random.Shared.Shuffle(buckets);
        var found = ImmutableArray<AudienceMember>.Empty;
        foreach (var group in buckets.GroupBy(feed.FindOwner).Where(static group => group.Key is not null))
        {
            ImmutableArray<int> some = [.. group];
            found = found.AddRange(group.Key == feed.Here
                ? await counting.PreviewAsync(question, limit, some)
                : await GrainFactory.GetGrain<IAudienceSiloGrain>(group.Key!).Preview(question, limit, some));
        }

        var members = found.ToArray();
        Random.Shared.Shuffle(members);
        return [.. members.Take(limit)];
    }

    // Until every bucket has answered once: those that live nowhere are loaded, and asked then.
    private async Task<T> AskAsync<T>(
        Func<ImmutableArray<int>, Task<T>> here, Func<IAudienceSiloGrain, ImmutableArray<int>, Task<T>> there, Func<T, T, T> sum,
        Func<T, ImmutableArray<int>> missing, Func<T, T> whole)
        where T : class
    {
        await flush.FlushAsync();
        T? answer = null;
        var pause = ShortestPause;
        var begun = clock.GetTimestamp();
        var left = AllBuckets;
        while (true)
        {
            // Once: a bucket whose owner becomes known meanwhile was not asked.
            var owned = left.ToLookup(feed.FindOwner);
            var asked = owned.Where(static group => group.Key is not null).ToList();
            var parts = await Task.WhenAll(asked.Select(group => group.Key == feed.Here
                ? here([.. group])
                : there(GrainFactory.GetGrain<IAudienceSiloGrain>(group.Key!), [.. group])));
            answer = parts.Aggregate(answer, (sofar, part) => sofar is null ? part : sum(sofar, part));
            left = [.. owned[null], .. parts.SelectMany(part => missing(part))];
            answer = answer is null ? null : whole(answer);
            if (left.IsEmpty)
            {
                break;
            }

            if (clock.GetElapsedTime(begun) > MaxLoad)
            {
                throw new IndexNotReadyException($"The index is being read, or compared with the store: {AllBuckets.Length - left.Length} of {AllBuckets.Length} buckets are there.");
            }

            await Task.WhenAll(left.Select(loads.LoadAsync));
            await Task.Delay(pause, clock);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, MaxPause.Ticks));
        }

        return answer!;
    }
}
