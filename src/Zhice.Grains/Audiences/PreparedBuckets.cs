using System.Collections.Concurrent;
using Zhice.Contracts.Catalogs;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Buckets that were read here and still live elsewhere: when one moves here it has only to compare its versions with the
/// store's, so that its move takes milliseconds.
/// </summary>
internal sealed class PreparedBuckets(CustomerStates customers, BucketReading reading, ICatalogs catalogs, TimeProvider clock)
{
    // One that has not come by then was moved elsewhere.
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<int, (LocalBucket Bucket, long At)> _buckets = new();

    /// <summary>Reads a bucket that is about to move here.</summary>
    /// <exception cref="Domain.Faults.StoreUnavailableException">The store is away.</exception>
    public async Task PrepareAsync(int number)
    {
        foreach (var (other, kept) in _buckets)
        {
            if (clock.GetElapsedTime(kept.At) > KeptFor)
            {
                _buckets.TryRemove(other, out _);
            }
        }

        await catalogs.WaitUntilKnownAsync(CancellationToken.None);
        var bucket = new LocalBucket(number, customers, reading, clock);
        await bucket.LoadAsync(catalogs.Current);
        _buckets[number] = (bucket, clock.GetTimestamp());
    }

    /// <summary>Hands over a bucket that has moved here; null when it was not read before.</summary>
    public LocalBucket? Take(int number) => _buckets.TryRemove(number, out var kept) ? kept.Bucket : null;
}
