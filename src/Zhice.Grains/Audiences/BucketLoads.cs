using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>Asks buckets that have not answered to load their indexes: each once, however many questions wait for it.</summary>
internal sealed class BucketLoads(IGrainFactory grains, BucketFeed feed)
{
    private readonly Dictionary<int, Task> _underWay = [];

    /// <summary>Asks a bucket, unless it is being asked.</summary>
    public Task LoadAsync(int bucket)
    {
        lock (_underWay)
        {
            if (!_underWay.TryGetValue(bucket, out var asking))
            {
                _underWay[bucket] = asking = AskAsync(bucket);
            }

            return asking;
        }
    }

    // The answer tells a silo where the bucket lives that had missed the news; what it had told elsewhere is in doubt there.
    private async Task AskAsync(int bucket)
    {
        // It ends after it is noted.
        await Task.Yield();
        try
        {
            var believed = feed.FindOwner(bucket);
            var owner = await grains.GetGrain<IBucketGrain>(bucket).Load(believed);
            feed.Feed(owner, [bucket]);
            if (believed is not null && believed != owner)
            {
                feed.Lose(bucket);
            }
        }
        finally
        {
            lock (_underWay)
            {
                _underWay.Remove(bucket);
            }
        }
    }
}
