using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Contacts;

namespace Zhice.Contracts.Customers;

/// <summary>The history of consent, as the store has it. Stateless: any key.</summary>
[Alias("zhice.consent-records")]
public interface IConsentRecordsGrain : IGrainWithStringKey
{
    /// <summary>The words of a customer, the latest first by when they were said.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="before">Behind which word; null: from the first.</param>
    /// <param name="limit">How many at the most.</param>
    [AlwaysInterleave, Alias("List")]
    ValueTask<ImmutableArray<PlacedWord>> List(string customerId, PlacedAt? before, int limit);
}

/// <summary>The place of a word in the history.</summary>
/// <param name="AtMs">When it was said, unix milliseconds.</param>
/// <param name="Number">Its number in the store.</param>
[GenerateSerializer, Immutable, Alias("zhice.placed-at")]
public readonly record struct PlacedAt([property: Id(0)] long AtMs, [property: Id(1)] long Number);

/// <summary>A word with its place.</summary>
[GenerateSerializer, Immutable, Alias("zhice.placed-word")]
public sealed record PlacedWord([property: Id(0)] PlacedAt Place, [property: Id(1)] ConsentStatement Word);
