using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;

namespace Zhice.Storage.Memory.Decisions;

/// <summary>Decisions in memory, by day.</summary>
internal sealed class MemoryDecisions(Lock gate, ErasedIds erased) : IDecisionStore
{
    private readonly SortedDictionary<DateOnly, Dictionary<(string Id, string CustomerId), byte[]>> _days = [];

    public Task AppendAsync(IReadOnlyList<DecisionRow> decisions)
    {
        lock (gate)
        {
            foreach (var decision in decisions.Where(decision => !erased.Has(decision.Key)))
            {
                if (!_days.TryGetValue(decision.Day, out var day))
                {
                    _days[decision.Day] = day = [];
                }

                day.TryAdd((decision.Id.ToString(), decision.CustomerId), decision.Record);
            }
        }

        return Task.CompletedTask;
    }

    public Task<byte[]?> FindAsync(DecisionId id, string customerId)
    {
        lock (gate)
        {
            return Task.FromResult(
                _days.GetValueOrDefault(new DecisionRow(id, customerId, []).Day)?.GetValueOrDefault((id.ToString(), customerId)));
        }
    }

    public Task<IReadOnlyList<DecisionRow>> ListAsync(DateTimeOffset from, DateTimeOffset to, int limit)
    {
        lock (gate)
        {
            var day = _days.GetValueOrDefault(DateOnly.FromDateTime(from.UtcDateTime)) ?? [];
            return Task.FromResult<IReadOnlyList<DecisionRow>>(
            [
                .. day.Select(static kept => new DecisionRow(ParseId(kept.Key.Id), kept.Key.CustomerId, kept.Value))
                    .Where(row => row.DecidedAt >= from && row.DecidedAt < to)
                    .OrderBy(static row => row.Id.DecidedAtMs).ThenBy(static row => row.Id.ToString(), StringComparer.Ordinal).Take(limit),
            ]);
        }
    }

    /// <summary>A customer's decisions, under the store's gate.</summary>
    public IEnumerable<(string Id, byte[] Record)> List(string customerId) => _days.Values.SelectMany(static day => day)
        .Where(decision => decision.Key.CustomerId == customerId).Select(static decision => (decision.Key.Id, decision.Value));

    /// <summary>Removes a customer's decisions, under the store's gate.</summary>
    public int Remove(string customerId)
    {
        var count = 0;
        foreach (var day in _days.Values)
        {
            foreach (var key in day.Keys.Where(key => key.CustomerId == customerId).ToList())
            {
                count += day.Remove(key) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>The customers of the decisions, under the store's gate.</summary>
    public IEnumerable<string> Customers => _days.Values.SelectMany(static day => day.Keys).Select(static key => key.CustomerId);

    private static DecisionId ParseId(string text) => DecisionId.TryParse(text, out var id) ? id : default;

    public Task ForgetBeforeAsync(DateOnly day)
    {
        lock (gate)
        {
            foreach (var old in _days.Keys.TakeWhile(kept => kept < day).ToList())
            {
                _days.Remove(old);
            }
        }

        return Task.CompletedTask;
    }
}
