using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Zhice.Storage.Erasures;

/// <summary>The hash by which an erased customer is known.</summary>
public static class IdHash
{
    /// <summary>sha256(salt || id): PostgreSQL computes the same.</summary>
    /// <param name="salt">The store's salt.</param>
    /// <param name="customerId">The customer's id, as UTF-8.</param>
    public static ImmutableArray<byte> Compute(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> customerId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(customerId);
        return [.. hash.GetHashAndReset()];
    }
}
