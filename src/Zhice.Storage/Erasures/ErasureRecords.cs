using System.Collections.Immutable;

namespace Zhice.Storage.Erasures;

/// <summary>A request to erase a customer.</summary>
/// <param name="RequestId">The caller's id of it: with the customer it names the request.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="BegunAtMs">When it began, unix milliseconds.</param>
public sealed record ErasureRequest(string RequestId, string Actor, string Reason, long BegunAtMs)
{
    /// <summary>The hash of the customer's id: sha256(salt || id), 32 bytes.</summary>
    public ImmutableArray<byte> IdHash { get; init; } = [];

    /// <summary>Its number in the store: later requests have higher ones.</summary>
    public long Number { get; init; }

    /// <summary>When it ended, unix milliseconds; null: it is under way.</summary>
    public long? EndedAtMs { get; init; }

    /// <summary>The customer, while it is under way; null afterwards.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The certificate, once it has ended; else empty.</summary>
    public ImmutableArray<byte> Certificate { get; init; } = [];
}

/// <summary>What is kept as proof, in a form that names nobody.</summary>
/// <param name="ConsentDays">For how many days after the erasure each consent statement is; 0: not at all.</param>
/// <param name="ContactDays">For how many days after the erasure the number of contacts on each day is; 0: not at all.</param>
public sealed record EvidenceRules(int ConsentDays, int ContactDays)
{
    /// <summary>Nothing is kept.</summary>
    public static EvidenceRules None { get; } = new(0, 0);
}

/// <summary>How much a request removed from a place.</summary>
/// <param name="Place">The place, see <see cref="CustomerPlaces"/>.</param>
/// <param name="Rows">How many rows, or entries.</param>
public sealed record ErasedRows(string Place, long Rows);

/// <summary>Which customers were erased, by the hashes of their ids.</summary>
/// <param name="Salt">What the hashes are made with: 32 bytes of this store.</param>
/// <param name="IdHashes">The hashes, each of 32 bytes.</param>
public sealed record Tombstones(ImmutableArray<byte> Salt, ImmutableArray<ImmutableArray<byte>> IdHashes);
