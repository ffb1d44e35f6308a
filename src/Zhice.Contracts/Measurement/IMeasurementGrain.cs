using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Contracts.Measurement;

/// <summary>Reads the totals of facts. Any of them answers for all silos.</summary>
[Alias("zhice.measurement")]
public interface IMeasurementGrain : IGrainWithStringKey
{
    /// <summary>The key of all of them.</summary>
    const string Key = "measurement";

    /// <summary>Totals as of one instant.</summary>
    [Alias("sum")]
    Task<MeasuredTotals> Sum(TotalsQuery query);

    /// <summary>What the amounts of an outcome add up to, by contact.</summary>
    /// <param name="query">Of which contacts.</param>
    /// <param name="outcome">The number of the outcome.</param>
    [Alias("sum-outcomes")]
    Task<ImmutableArray<OutcomeSums>> SumOutcomes(TotalsQuery query, int outcome);

    /// <summary>The amounts of an outcome, by contact, and how many contacts have each; as many as there are outcomes.</summary>
    /// <param name="query">Of which contacts.</param>
    /// <param name="outcome">The number of the outcome.</param>
    [Alias("list-amounts")]
    Task<ImmutableArray<OutcomeAmounts>> ListAmounts(TotalsQuery query, int outcome);

    /// <summary>What the offers of the customers of each arm add up to, customer by customer, by the facts that are kept.</summary>
    /// <param name="armPrefix">Of the arms whose names begin so.</param>
    /// <param name="fromDay">From this day of the bank on, days since 1970-01-01.</param>
    /// <param name="toDay">To this day, which is included.</param>
    /// <param name="outcome">The number of the outcome.</param>
    [Alias("sum-customers")]
    Task<ImmutableArray<CustomerSums>> SumCustomers(string armPrefix, int fromDay, int toDay, int outcome);

    /// <summary>A page of the facts that were recorded on a day (UTC).</summary>
    /// <param name="recordedOn">The day.</param>
    /// <param name="after">The number of the last of the page before; 0 for the first page.</param>
    /// <param name="limit">How many, at most.</param>
    [Alias("list-facts")]
    Task<FactsPage> ListFacts(DateOnly recordedOn, long after, int limit);
}

/// <summary>Which totals are meant.</summary>
/// <param name="CampaignId">Of this campaign; empty for any.</param>
/// <param name="JourneyId">Of this journey; empty for any.</param>
/// <param name="FromDay">From this day of the bank on, days since 1970-01-01.</param>
/// <param name="ToDay">To this day, which is included.</param>
[GenerateSerializer, Immutable, Alias("zhice.totals-query")]
public sealed record TotalsQuery(
    [property: Id(0)] string CampaignId, [property: Id(1)] string JourneyId, [property: Id(2)] int FromDay = 0,
    [property: Id(3)] int ToDay = int.MaxValue);

/// <summary>Totals, and when they were taken.</summary>
/// <param name="AsOfMs">The instant by the store's clock, unix milliseconds.</param>
/// <param name="Totals">The totals.</param>
/// <param name="KeptFromDay">
/// From this day of the bank on all facts of the totals are kept, but those of erased customers; days since 1970-01-01. Earlier ones may have
/// been dropped for their age.
/// </param>
[GenerateSerializer, Immutable, Alias("zhice.measured-totals")]
public sealed record MeasuredTotals([property: Id(0)] long AsOfMs, [property: Id(1)] ImmutableArray<FactTotal> Totals, [property: Id(2)] int KeptFromDay = 0);

/// <summary>A page of facts.</summary>
/// <param name="Facts">The facts, with the names of their groups and their customers; none behind the last.</param>
/// <param name="Last">The number of the last.</param>
[GenerateSerializer, Immutable, Alias("zhice.facts-page")]
public sealed record FactsPage([property: Id(0)] ImmutableArray<Fact> Facts, [property: Id(1)] long Last);
