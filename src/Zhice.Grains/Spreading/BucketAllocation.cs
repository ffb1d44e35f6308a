using System.IO.Hashing;
using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Spreading;

/// <summary>
/// Divides the buckets among silos: each pair of bucket and silo has a score, the highest are given out first, and a silo
/// that has its share gets no more (https://en.wikipedia.org/wiki/Rendezvous_hashing, with bounded loads). Whoever knows
/// the same silos divides in the same way, the shares differ by one bucket at the most, and a silo that joins or leaves
/// moves few buckets beside its own.
/// </summary>
internal static class BucketAllocation
{
    /// <summary>For each bucket the place of its silo in the list.</summary>
    /// <param name="silos">What tells the silos apart, also after a restart: their endpoints.</param>
    public static int[] Divide(IReadOnlyList<string> silos)
    {
        var (names, pairs) =
            (silos.Select(Encoding.UTF8.GetBytes).ToArray(), new (ulong Score, int Bucket, int Silo)[CustomerBucket.Count * silos.Count]);
        for (var at = 0; at < pairs.Length; at++)
        {
            var (bucket, silo) = (at / names.Length, at % names.Length);
            pairs[at] = (XxHash3.HashToUInt64(names[silo], bucket), bucket, silo);
        }

        Array.Sort(pairs, static (one, other) => other.Score.CompareTo(one.Score));
        var (owners, shares) = (new int[CustomerBucket.Count], new int[names.Length]);
        Array.Fill(owners, -1);

        // Some have one more than the others: as many as it takes, the first that need it.
        var (least, more) = (CustomerBucket.Count / names.Length, CustomerBucket.Count % names.Length);
        foreach (var (_, bucket, silo) in pairs)
        {
            if (owners[bucket] < 0 && (shares[silo] < least || (shares[silo] == least && more > 0)))
            {
                more -= shares[silo] == least ? 1 : 0;
                owners[bucket] = silo;
                shares[silo]++;
            }
        }

        return owners;
    }

    /// <summary>
    /// The bucket with which a grain lives: its number, when its key is one or ends with "/" and one; else by the hash of its key.
    /// </summary>
    public static int GetBucket(GrainId grain)
    {
        if (grain.TryGetIntegerKey(out var number, out var rest) && rest is null && number is >= 0 and < CustomerBucket.Count)
        {
            return (int)number;
        }

        var key = grain.Key.AsSpan();
        var end = key[(key.LastIndexOf((byte)'/') + 1)..];
        return end.Length < key.Length && System.Buffers.Text.Utf8Parser.TryParse(end, out int bucket, out var read) && read == end.Length
            && bucket is >= 0 and < CustomerBucket.Count
            ? bucket
            : CustomerBucket.ForId(key);
    }
}
