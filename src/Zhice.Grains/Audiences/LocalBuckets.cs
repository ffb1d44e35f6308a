using Zhice.Domain.Primitives;

namespace Zhice.Grains.Audiences;

/// <summary>The buckets whose indexes live on this silo.</summary>
internal sealed class LocalBuckets : IDisposable
{
    // Comparisons share the store with commits.
    private const int SettledAtOnce = 4;

    private readonly LocalBucket?[] _buckets = new LocalBucket?[CustomerBucket.Count];
    private readonly SemaphoreSlim _settling = new(SettledAtOnce);

    public void Dispose() => _settling.Dispose();

    /// <summary>All of them.</summary>
    public IEnumerable<LocalBucket> All => _buckets.OfType<LocalBucket>();

    /// <summary>A bucket; null when it lives elsewhere, or nowhere.</summary>
    public LocalBucket? Find(int bucket) => Volatile.Read(ref _buckets[bucket]);

    /// <summary>Lets a bucket live here.</summary>
    public void Add(LocalBucket bucket) => Volatile.Write(ref _buckets[bucket.Number], bucket);

    /// <summary>Lets a bucket go.</summary>
    public void Remove(LocalBucket bucket) => Interlocked.CompareExchange(ref _buckets[bucket.Number], null, bucket);

    /// <summary>The store has what the index may lack.</summary>
    public void Doubt(int bucket) => Find(bucket)?.Doubt();

    /// <summary>Settles a bucket that is in doubt, a few of them at once.</summary>
    /// <exception cref="Domain.Faults.StoreUnavailableException">The store is away; it stays in doubt.</exception>
    public async Task SettleAsync(LocalBucket bucket)
    {
        if (!bucket.IsDoubtful)
        {
            return;
        }

        await _settling.WaitAsync().ConfigureAwait(false);
        try
        {
            await bucket.SettleAsync().ConfigureAwait(false);
        }
        finally
        {
            _settling.Release();
        }
    }
}
