using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Erasures;

/// <summary>Erases one customer, whose id is its key.</summary>
[Alias("zhice.erasure")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>
    /// Erases the customer. The request is in the store before anything is removed, and goes on after a crash. A request that was made
    /// before is answered with what it came to.
    /// </summary>
    /// <param name="requestId">The caller's id of the request, 1 to 64 bytes.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <param name="reason">Why, for people.</param>
    [Alias("Erase")]
    ValueTask<ErasureRecord> Erase(string requestId, string actor, string reason);

    /// <summary>Lets the customer be kept again.</summary>
    /// <returns>False when the customer was not erased.</returns>
    [Alias("Lift")]
    ValueTask<bool> Lift();
}

/// <summary>The erasures of the store. Stateless: any key.</summary>
[Alias("zhice.erasures")]
public interface IErasuresGrain : IGrainWithStringKey
{
    /// <summary>Requests, the latest first.</summary>
    /// <param name="before">Before which number; null: from the latest.</param>
    /// <param name="limit">How many at most.</param>
    [AlwaysInterleave, Alias("List")]
    ValueTask<ImmutableArray<ErasureRecord>> List(long? before, int limit);

    /// <summary>All tombstones.</summary>
    [AlwaysInterleave, Alias("Tombstones")]
    ValueTask<TombstoneSet> Tombstones();

    /// <summary>Adds tombstones, and erases again whom a backup brought back.</summary>
    /// <param name="tombstones">The tombstones that another copy of the store has; none: those that are here are applied.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <returns>How many customers were erased again; null when the tombstones are of another store.</returns>
    [Alias("Apply"), ResponseTimeout("01:00:00")]
    Task<int?> Apply(TombstoneSet tombstones, string actor);
}

/// <summary>A request to erase a customer.</summary>
/// <param name="Number">Its number: later requests have higher ones.</param>
/// <param name="IdHash">The hash of the customer's id, 64 hexadecimal digits.</param>
/// <param name="RequestId">The caller's id of it.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="BegunAtMs">When it began, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.erasure-record")]
public sealed record ErasureRecord(
    [property: Id(0)] long Number,
    [property: Id(1)] string IdHash,
    [property: Id(2)] string RequestId,
    [property: Id(3)] string Actor,
    [property: Id(4)] string Reason,
    [property: Id(5)] long BegunAtMs)
{
    /// <summary>When it ended, unix milliseconds; null: it is under way.</summary>
    [Id(6)]
    public long? EndedAtMs { get; init; }

    /// <summary>What was removed, once it has ended.</summary>
    [Id(7)]
    public ImmutableArray<PlaceCount> Removed { get; init; } = [];

    /// <summary>What stays, and why.</summary>
    [Id(8)]
    public ImmutableArray<KeptPlace> Kept { get; init; } = [];
}

/// <summary>How much was removed from a place.</summary>
/// <param name="Place">The place: a table, a kind of grain, or "file:" and a name.</param>
/// <param name="Rows">How many rows, or entries.</param>
[GenerateSerializer, Immutable, Alias("zhice.place-count")]
public sealed record PlaceCount([property: Id(0)] string Place, [property: Id(1)] long Rows);

/// <summary>What stays of a customer who was erased.</summary>
/// <param name="Place">The place.</param>
/// <param name="Why">Why it stays, and for how long.</param>
[GenerateSerializer, Immutable, Alias("zhice.kept-place")]
public sealed record KeptPlace([property: Id(0)] string Place, [property: Id(1)] string Why);

/// <summary>Which customers were erased, by hashes.</summary>
/// <param name="Salt">What the hashes are made with, 32 bytes; empty: there are none.</param>
/// <param name="IdHashes">The hashes, 64 hexadecimal digits each.</param>
[GenerateSerializer, Immutable, Alias("zhice.tombstones")]
public sealed record TombstoneSet([property: Id(0)] byte[] Salt, [property: Id(1)] ImmutableArray<string> IdHashes);
