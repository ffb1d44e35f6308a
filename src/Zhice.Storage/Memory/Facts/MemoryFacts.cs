using System.Text;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Erasures;
using Zhice.Storage.Facts;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Facts;

/// <summary>Facts in memory. What commits record is recorded under the store's gate.</summary>
internal sealed class MemoryFacts(Lock gate, TimeProvider clock, ErasedIds erased)
{
    private readonly Dictionary<long, FactGroup> _groups = [];
    private readonly Dictionary<(long GroupId, FactKind Kind, int Code, int Day), (long Count, long AmountFen)> _totals = [];
    private readonly HashSet<Guid> _batches = [];
    private readonly List<(long Number, long KeptAtMs, Fact Fact)> _facts = [];
    private long _number;

    /// <summary>Stores the names of a group.</summary>
    public void Name(long id, FactGroup? group)
    {
        if (group is not null)
        {
            _groups.TryAdd(id, group);
        }
    }

    /// <summary>Records a fact, and adds it to its total.</summary>
    public void Record(StateKey customer, in Fact fact)
    {
        Name(fact.GroupId, fact.Group);
        _facts.Add(
            (
                ++_number, clock.GetUtcNow().ToUnixTimeMilliseconds(),
                fact with { CustomerId = Encoding.UTF8.GetString(customer.Key), Group = null }));
        var key = (fact.GroupId, fact.Kind, fact.Code, fact.Day);
        var (count, amount) = _totals.GetValueOrDefault(key);
        _totals[key] = (count + 1, amount + fact.AmountFen);
    }

    /// <summary>A customer's facts, under the store's gate.</summary>
    public IEnumerable<Fact> ListOf(string customerId) =>
        _facts.Select(static each => each.Fact).Where(fact => fact.CustomerId == customerId);

    /// <summary>Removes a customer's facts, under the store's gate.</summary>
    public int Remove(string customerId) => _facts.RemoveAll(each => each.Fact.CustomerId == customerId);

    /// <summary>Forgets facts that were recorded before an instant, under the store's gate.</summary>
    public void ForgetBefore(long atMs) => _facts.RemoveAll(each => each.KeptAtMs < atMs);

    /// <summary>The store of these facts, and of the contacts that wait.</summary>
    /// <param name="waiting">The groups of the contacts that wait.</param>
    public IFactStore With(Func<IEnumerable<long>> waiting) => new Store(this, waiting);

    private sealed class Store(MemoryFacts facts, Func<IEnumerable<long>> groupsWaiting) : IFactStore
    {
        public Task AppendAsync(Guid batchId, IReadOnlyList<Fact> batch)
        {
            lock (facts.Gate)
            {
                foreach (var fact in facts._batches.Add(batchId) ? batch : [])
                {
                    var customer = CustomerKey.Create(fact.CustomerId);
                    if (!facts.Erased.Has(customer.Key))
                    {
                        facts.Record(customer, fact);
                    }
                }
            }

            return Task.CompletedTask;
        }

        public Task<FactTotals> SumAsync(FactFilter filter)
        {
            lock (facts.Gate)
            {
                var totals = facts._totals
                    .Where(total =>
                        facts.IsMeant(total.Key.GroupId, filter) && total.Key.Day >= filter.FromDay && total.Key.Day <= filter.ToDay)
                    .Select(total =>
                        new FactTotal(
                            facts._groups[total.Key.GroupId], total.Key.Kind, total.Key.Code, total.Key.Day, total.Value.Count,
                            total.Value.AmountFen));
                var waiting = groupsWaiting().Where(id => id != 0 && facts.IsMeant(id, filter)).CountBy(static id => id)
                    .Select(each => new FactTotal(facts._groups[each.Key], FactKind.Waiting, 0, 0, each.Value, 0));
                return Task.FromResult(new FactTotals(facts.Clock.GetUtcNow().ToUnixTimeMilliseconds(), [.. totals, .. waiting]));
            }
        }

        public async Task<IReadOnlyList<OutcomeSums>> SumOutcomesAsync(FactFilter filter, int outcome) =>
            [.. (await ListAmountsAsync(filter, outcome)).Select(static amounts => amounts.ToSums())];

        public Task<IReadOnlyList<OutcomeAmounts>> ListAmountsAsync(FactFilter filter, int outcome)
        {
            lock (facts.Gate)
            {
                return Task.FromResult<IReadOnlyList<OutcomeAmounts>>(
                [
                    .. facts._facts.Select(static each => each.Fact)
                        .Where(fact => fact.Kind is FactKind.Converted or FactKind.ConvertedAgain or FactKind.HeldOutConverted or FactKind.HeldOutConvertedAgain
                            && fact.Code == outcome && facts.IsMeant(fact.GroupId, filter) && fact.Day >= filter.FromDay
                            && fact.Day <= filter.ToDay)
                        .GroupBy(static fact =>
                            (fact.GroupId, IsHeldOut: fact.Kind is FactKind.HeldOutConverted or FactKind.HeldOutConvertedAgain))
                        .Select(group =>
                            (
                                group.Key,
                                Fen: group.GroupBy(static fact => fact.About)
                                    .CountBy(static contact => contact.Sum(static fact => (double)fact.AmountFen))
                                    .ToList()))
                        .Select(group => new OutcomeAmounts(
                            facts._groups[group.Key.GroupId], group.Key.IsHeldOut, [.. group.Fen.Select(static each => each.Key)],
                            [.. group.Fen.Select(static each => (long)each.Value)])),
                ]);
            }
        }

        public Task<IReadOnlyList<CustomerSums>> SumCustomersAsync(string armPrefix, DayRange days, int outcome)
        {
            lock (facts.Gate)
            {
                var offered = facts._facts.Select(static each => each.Fact)
                    .Where(fact => fact.Kind is FactKind.Shown or FactKind.Seen or FactKind.Converted && days.Has(fact.Day)
                        && facts._groups[fact.GroupId].Arm.StartsWith(armPrefix, StringComparison.Ordinal))
                    .GroupBy(fact => (facts._groups[fact.GroupId].Arm, fact.CustomerId, facts._groups[fact.GroupId].Placement))
                    .Select(group => (
                        group.Key,
                        Shown: Math.Max(
                            group.Count(static fact => fact.Kind == FactKind.Shown), group.Count(static fact => fact.Kind == FactKind.Seen)),
                        Converted: group.Count(fact => fact.Kind == FactKind.Converted && fact.Code == outcome)));
                var customers = offered.GroupBy(static each => (each.Key.Arm, each.Key.CustomerId))
                    .Select(static group => (
                        group.Key.Arm, N: group.Sum(static each => each.Shown), Y: group.Sum(static each => Math.Min(each.Shown, each.Converted))))
                    .Where(static customer => customer.N > 0);
                return Task.FromResult<IReadOnlyList<CustomerSums>>(
                [
                    .. customers.GroupBy(static customer => customer.Arm).Select(static arm => new CustomerSums(
                        arm.Key, arm.Count(), arm.Sum(static each => each.N), arm.Sum(static each => each.Y),
                        arm.Sum(static each => (double)each.N * each.N), arm.Sum(static each => (double)each.N * each.Y),
                        arm.Sum(static each => (double)each.Y * each.Y))),
                ]);
            }
        }

        public Task<IReadOnlyList<NumberedFact>> ListAsync(DateOnly recordedOn, long after, int limit)
        {
            lock (facts.Gate)
            {
                return Task.FromResult<IReadOnlyList<NumberedFact>>(
                [
                    .. facts._facts
                        .Where(each =>
                            each.Number > after
                                && DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(each.KeptAtMs).UtcDateTime) == recordedOn)
                        .Take(limit)
                        .Select(each => new NumberedFact(each.Number, each.Fact with { Group = facts._groups[each.Fact.GroupId] })),
                ]);
            }
        }

        public async Task<IReadOnlyList<NumberedBehavior>> ListBehaviorAsync(BehaviorFilter filter, long after, int limit) =>
        [
            .. (await ListAsync(filter.RecordedOn, after, int.MaxValue))
                .Where(each => each.Fact.Kind == FactKind.Behaved && filter.Days.Has(each.Fact.Day)
                    && (filter.EventTypes.IsEmpty || filter.EventTypes.Contains(each.Fact.Group!.EventType)))
                .Take(limit)
                .Select(static each => new NumberedBehavior(
                    each.Number,
                    new(each.Fact.CustomerId, each.Fact.Group!.EventType, each.Fact.Group.Channel, each.Fact.AtMs, each.Fact.Day)
                    {
                        Properties = each.Fact.About,
                    })),
        ];

        public async IAsyncEnumerable<IReadOnlyList<CustomerFact>> ReadCustomersAsync(CustomerFactFilter filter)
        {
            yield return
            [
                .. (await ListAsync(filter.RecordedOn, 0, int.MaxValue)).Select(static each => each.Fact)
                    .Where(fact => filter.Kinds.Contains(fact.Kind) && (filter.GroupIds.IsEmpty || filter.GroupIds.Contains(fact.GroupId))
                        && (fact.Kind != FactKind.Behaved || filter.EventType.Length == 0 || fact.Group!.EventType == filter.EventType)
                        && (fact.Kind != FactKind.Outcome || filter.Outcomes.Contains(fact.Code)))
                    .Select(static fact => new CustomerFact(fact.CustomerId, fact.Kind, fact.Code, fact.GroupId, fact.AtMs, fact.AmountFen)),
            ];
        }
    }

    private Lock Gate => gate;

    private TimeProvider Clock => clock;

    private ErasedIds Erased => erased;

    private bool IsMeant(long id, FactFilter filter) =>
        _groups.TryGetValue(id, out var group)
        && (filter.Campaign.Length == 0 ? !group.Campaign.Contains(':', StringComparison.Ordinal) : group.Campaign == filter.Campaign)
        && (filter.Journey.Length == 0 || group.Journey == filter.Journey);
}
