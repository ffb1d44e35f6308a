using Zhice.Domain.Faults;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Storage.Facts;

/// <summary>
/// Facts and their totals. Most facts are effects of commits; those that belong to no commit are appended here. Facts are forgotten after
/// a time (<see cref="Retention.RetentionOptions.FactDays"/>), totals never.
/// </summary>
public interface IFactStore
{
    /// <summary>Adds facts in one transaction; those of erased customers are left out.</summary>
    /// <param name="batchId">Names the batch: one that is appended again changes nothing.</param>
    /// <param name="facts">The facts, each with its customer and the names of its group.</param>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are added. Append the same batch again.</exception>
    Task AppendAsync(Guid batchId, IReadOnlyList<Fact> facts);

    /// <summary>Totals as of one instant, with the contacts that wait in the outbox as <see cref="FactKind.Waiting"/>.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<FactTotals> SumAsync(FactFilter filter);

    /// <summary>What the amounts of outcomes add up to, by contact: their spread is computed from it.</summary>
    /// <remarks>Only facts that are still kept count, so a filter that begins earlier has too few.</remarks>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<OutcomeSums>> SumOutcomesAsync(FactFilter filter, int outcome);

    /// <summary>The amounts of outcomes, by contact, and how many contacts have each.</summary>
    /// <remarks>As of <see cref="SumOutcomesAsync"/>; as many amounts as there are outcomes, so whoever asks knows how many these are.</remarks>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<OutcomeAmounts>> ListAmountsAsync(FactFilter filter, int outcome);

    /// <summary>What the offers of the customers of each arm add up to, customer by customer.</summary>
    /// <param name="armPrefix">Of the arms whose names begin so; at least one character.</param>
    /// <param name="days">Of these days of the bank.</param>
    /// <param name="outcome">The number of the outcome.</param>
    /// <remarks>Only facts that are still kept count. Of a placement an offer is counted when it is shown or when it is seen.</remarks>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<CustomerSums>> SumCustomersAsync(string armPrefix, DayRange days, int outcome);

    /// <summary>A page of the facts that were recorded on a day (UTC), in an order that stays.</summary>
    /// <param name="recordedOn">The day. Of a day that is over, facts are not added any more.</param>
    /// <param name="after">The number of the last of the page before; 0 for the first page.</param>
    /// <param name="limit">How many, at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<NumberedFact>> ListAsync(DateOnly recordedOn, long after, int limit);

    /// <summary>
    /// A page of the events of customers that were recorded on a day (UTC), in an order that stays. Of a day that is not over, events that
    /// are recorded meanwhile may be missing.
    /// </summary>
    /// <param name="filter">Which events.</param>
    /// <param name="after">The number of the last of the page before; 0 for the first page.</param>
    /// <param name="limit">How many, at most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<NumberedBehavior>> ListBehaviorAsync(BehaviorFilter filter, long after, int limit);

    /// <summary>
    /// The facts of customers that were recorded on a day (UTC), page by page, in any order. Of a day that is not over, facts that are recorded
    /// meanwhile may be missing.
    /// </summary>
    /// <param name="filter">Which facts.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    IAsyncEnumerable<IReadOnlyList<CustomerFact>> ReadCustomersAsync(CustomerFactFilter filter);
}
