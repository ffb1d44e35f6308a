using System.IO.Hashing;

namespace Zhice.Domain.Primitives;

/// <summary>
/// The buckets that share out the customers, by the hash of the customer's id. Their number and the hash are stored, so both stay
/// for the life of a store.
/// </summary>
public static class CustomerBucket
{
    /// <summary>How many buckets there are; they are numbered from 0.</summary>
    public const int Count = 1024;

    /// <summary>The hash of a customer's id.</summary>
    /// <param name="customerId">The id, as bytes of UTF-8.</param>
    public static ulong Hash(ReadOnlySpan<byte> customerId) => XxHash3.HashToUInt64(customerId);

    /// <summary>The bucket of a customer's id.</summary>
    /// <param name="customerId">The id, as bytes of UTF-8.</param>
    public static int ForId(ReadOnlySpan<byte> customerId) => ForHash(Hash(customerId));

    /// <summary>The bucket of a hash that <see cref="Hash"/> gave.</summary>
    public static int ForHash(ulong hash) => (int)(hash % Count);
}
