using System.IO.Hashing;
using System.Text;
using Zhice.Bench.Customers;
using Zhice.Domain.Audiences;
using Zhice.Domain.Primitives;

namespace Zhice.Bench.Audiences;

/// <summary>What the indexes of all buckets take of memory.</summary>
internal static class IndexMemory
{
    private const int Models = 1_024;

    /// <summary>Bytes of a customer: as the heap has grown, and as the indexes count themselves.</summary>
    public static (double Heap, double Arrays) Measure(int customers)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var models = Enumerable.Range(0, Models).Select(seed => ModelCustomer.Create(seed, nowMs)).ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // As many a bucket as a million customers would be: fewer buckets for fewer customers.
        var indexes = Enumerable.Range(0, (int)Math.Max(1, (long)CustomerBucket.Count * customers / 1_000_000))
            .Select(static _ => new BucketIndex(SixtyTags.Catalog))
            .ToArray();
        for (var number = 0; number < customers; number++)
        {
            var key = Encoding.UTF8.GetBytes(ModelCustomer.IdOf(number));
            indexes[XxHash3.HashToUInt64(key) % (ulong)indexes.Length].Take(key, models[number % Models], 41, nowMs);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        var arrays = indexes.Sum(static index => index.Bytes);
        GC.KeepAlive(models);
        return ((double)(after - before) / customers, (double)arrays / customers);
    }
}
