using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <summary>The last 8 decisions for a customer, to be explained and to be learned from. Any thread may add one.</summary>
/// <remarks>It locks itself, as nobody else knows it: an object to lock would take 24 bytes of each customer.</remarks>
internal sealed class RecentDecisions
{
    private const int Capacity = 8;

    private Recent[] _decisions = [];
    private int _next;

    public Decision Add(Decision decision, ImmutableArray<ContextTag> context)
    {
        lock (this)
        {
            if (_next == _decisions.Length && _next < Capacity)
            {
                Array.Resize(ref _decisions, Math.Clamp(_next * 2, 1, Capacity));
            }

            _decisions[_next % Capacity] = new(decision, context);
            _next = _next + 1 < Capacity * 2 ? _next + 1 : Capacity;
        }

        return decision;
    }

    public Recent? Find(DecisionId id)
    {
        lock (this)
        {
            foreach (var recent in _decisions)
            {
                if (recent.Decision?.Id == id)
                {
                    return recent;
                }
            }
        }

        return null;
    }

    /// <summary>A decision, and the facts of its moment.</summary>
    internal readonly record struct Recent(Decision Decision, ImmutableArray<ContextTag> Context);
}
