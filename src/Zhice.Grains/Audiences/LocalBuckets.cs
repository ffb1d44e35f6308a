using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>The buckets whose indexes live on this silo.</summary>
internal sealed class LocalBuckets
{
    private readonly LocalBucket?[] _buckets = new LocalBucket?[IBucketGrain.Count];

    /// <summary>All of them.</summary>
    public IEnumerable<LocalBucket> All => _buckets.OfType<LocalBucket>();

    /// <summary>A bucket; null when it lives elsewhere, or nowhere.</summary>
    public LocalBucket? Find(int bucket) => Volatile.Read(ref _buckets[bucket]);

    /// <summary>Lets a bucket live here.</summary>
    public void Add(LocalBucket bucket) => Volatile.Write(ref _buckets[bucket.Number], bucket);

    /// <summary>Lets a bucket go.</summary>
    public void Remove(LocalBucket bucket) => Interlocked.CompareExchange(ref _buckets[bucket.Number], null, bucket);

    /// <summary>The store has what the index may lack.</summary>
    public void Doubt(int bucket)
    {
        if (Find(bucket) is { } here)
        {
            here.IsDoubtful = true;
        }
    }
}
