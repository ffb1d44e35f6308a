using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Storage.Decisions;

namespace Zhice.Storage.Memory.Decisions;

/// <summary>Decisions in memory, by day.</summary>
internal sealed class MemoryDecisions(Lock gate) : IDecisionStore
{
    private readonly SortedDictionary<DateOnly, Dictionary<(string Id, string CustomerId), byte[]>> _days = [];

    public Task AppendAsync(IReadOnlyList<DecisionRow> decisions)
    {
        lock (gate)
        {
            foreach (var decision in decisions)
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
