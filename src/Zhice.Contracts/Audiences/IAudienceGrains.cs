using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Customers;

namespace Zhice.Contracts.Audiences;

/// <summary>Asks all buckets at once. Stateless: any key.</summary>
[Alias("zhice.audience-query")]
public interface IAudienceQueryGrain : IGrainWithIntegerKey
{
    /// <summary>How many customers each question holds for, and each two of them together.</summary>
    [Alias("Count")]
    ValueTask<AudienceCounts> Count(ImmutableArray<AudienceQuestion> questions);

    /// <summary>How many of the customers have each value of a tag.</summary>
    [Alias("Breakdown")]
    ValueTask<AudienceBreakdown> Breakdown(AudienceQuestion question, string tagId);

    /// <summary>Some of the customers, spread over the buckets.</summary>
    [Alias("Preview")]
    ValueTask<ImmutableArray<AudienceMember>> Preview(AudienceQuestion question, int limit);
}

/// <summary>The buckets that live on a silo, keyed by its address: what the other silos tell and ask them.</summary>
[Alias("zhice.audience-silo")]
public interface IAudienceSiloGrain : IGrainWithStringKey
{
    /// <summary>From now on, tell that silo of every commit to customers of these buckets.</summary>
    [AlwaysInterleave, Alias("Feed")]
    ValueTask Feed(string silo, ImmutableArray<int> buckets);

    /// <summary>Customers that were committed.</summary>
    /// <returns>The buckets of those that do not live here: they were not taken.</returns>
    [AlwaysInterleave, Alias("Take")]
    ValueTask<ImmutableArray<int>> Take(ImmutableArray<CustomerDelta> deltas);

    /// <summary>The store may have what the indexes of these buckets lack: they compare before they answer.</summary>
    [AlwaysInterleave, Alias("Doubt")]
    ValueTask Doubt(ImmutableArray<int> buckets);

    /// <summary>Reads a bucket that is about to move here.</summary>
    [AlwaysInterleave, Alias("Prepare")]
    ValueTask Prepare(int bucket);

    /// <summary>Tells what was committed before this call.</summary>
    [AlwaysInterleave, Alias("Flush")]
    ValueTask Flush();

    /// <summary>Counts over some of its buckets.</summary>
    [AlwaysInterleave, Alias("Count")]
    ValueTask<AudienceCounts> Count(ImmutableArray<AudienceQuestion> questions, ImmutableArray<int> buckets);

    /// <summary>Counts the values of a tag over some of its buckets.</summary>
    [AlwaysInterleave, Alias("Breakdown")]
    ValueTask<AudienceBreakdown> Breakdown(AudienceQuestion question, string tagId, ImmutableArray<int> buckets);

    /// <summary>Some customers of some of its buckets.</summary>
    [AlwaysInterleave, Alias("Preview")]
    ValueTask<ImmutableArray<AudienceMember>> Preview(AudienceQuestion question, int limit, ImmutableArray<int> buckets);
}

/// <summary>A customer's state as it was committed.</summary>
[GenerateSerializer, Immutable, Alias("zhice.customer-delta")]
public readonly record struct CustomerDelta(
    [property: Id(0)] byte[] Key, [property: Id(1)] CustomerState State, [property: Id(2)] long Version);

/// <summary>Counts of questions.</summary>
/// <param name="Both">
/// For n questions n × n numbers: at i × n + j the customers for whom both i and j hold; at i × n + i those of i alone.
/// </param>
/// <param name="All">For whom all hold.</param>
/// <param name="Customers">How many customers there are.</param>
/// <param name="Missing">Buckets that were asked and are not here.</param>
/// <param name="AsOfMs">As of when: what was acknowledged before counts.</param>
[GenerateSerializer, Immutable, Alias("zhice.audience-counts")]
public sealed record AudienceCounts(
    [property: Id(0)] ImmutableArray<long> Both,
    [property: Id(1)] long All,
    [property: Id(2)] long Customers,
    [property: Id(3)] ImmutableArray<int> Missing,
    [property: Id(4)] long AsOfMs)
{
    /// <summary>How many customers more there are whose states cannot be read; the log names them.</summary>
    [Id(5)]
    public long Unreadable { get; init; }
}

/// <summary>How many customers have each value of a tag.</summary>
/// <param name="Numbers">For numbers, times, enums and bools: customers by the value's bits.</param>
/// <param name="Texts">For texts: customers by the text.</param>
/// <param name="Without">How many lack the tag.</param>
/// <param name="Missing">Buckets that were asked and are not here.</param>
[GenerateSerializer, Immutable, Alias("zhice.audience-breakdown")]
public sealed record AudienceBreakdown(
    [property: Id(0)] ImmutableDictionary<long, long> Numbers,
    [property: Id(1)] ImmutableDictionary<string, long> Texts,
    [property: Id(2)] long Without,
    [property: Id(3)] ImmutableArray<int> Missing);

/// <summary>A customer with tags as texts, sensitive ones masked.</summary>
[GenerateSerializer, Immutable, Alias("zhice.audience-member")]
public sealed record AudienceMember(
    [property: Id(0)] string CustomerId, [property: Id(1)] ImmutableArray<KeyValuePair<string, string>> Tags);
