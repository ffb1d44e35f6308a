using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Backends;
using Zhice.Storage.Facts;

namespace Zhice.Grains.Measurement;

/// <inheritdoc cref="IMeasurementGrain"/>
[GrainType("measurement"), StatelessWorker]
internal sealed class MeasurementGrain(IStores stores, ZhiceGrainsOptions options) : Grain, IMeasurementGrain
{
    public async Task<MeasuredTotals> Sum(TotalsQuery query)
    {
        var (asOfMs, totals) = await stores.Facts.SumAsync(ToFilter(query));
        return new(asOfMs, totals, GetKeptFrom(asOfMs));
    }

    public async Task<ImmutableArray<OutcomeSums>> SumOutcomes(TotalsQuery query, int outcome) =>
        [.. await stores.Facts.SumOutcomesAsync(ToFilter(query), outcome)];

    public async Task<ImmutableArray<OutcomeAmounts>> ListAmounts(TotalsQuery query, int outcome) =>
        [.. await stores.Facts.ListAmountsAsync(ToFilter(query), outcome)];

    public async Task<ImmutableArray<CustomerSums>> SumCustomers(string armPrefix, int fromDay, int toDay, int outcome) =>
        [.. await stores.Facts.SumCustomersAsync(armPrefix, new(fromDay, toDay), outcome)];

    public async Task<FactsPage> ListFacts(DateOnly recordedOn, long after, int limit)
    {
        var page = await stores.Facts.ListAsync(recordedOn, after, limit);
        return new([.. page.Select(static each => each.Fact)], page.Count == 0 ? after : page[^1].Number);
    }

    // Facts go by the day (UTC) on which they were recorded, in some stores to the hour; a day of the bank begins up to a day earlier.
    private int GetKeptFrom(long asOfMs) => (int)(asOfMs / (long)TimeSpan.FromDays(1).TotalMilliseconds) - options.FactDays + 2;

    private static FactFilter ToFilter(TotalsQuery query) => new(query.CampaignId, query.JourneyId, query.FromDay, query.ToDay);
}
