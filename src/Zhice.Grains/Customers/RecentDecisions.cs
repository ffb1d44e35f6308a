using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <summary>The last 8 decisions for a customer, to be explained and to be learned from. Any thread may add one.</summary>
/// <remarks>
/// Hot path: each is written as bytes over the one that it replaces, so that what is remembered of millions of customers has few objects,
/// and a new decision none. It locks itself, as nobody else knows it: an object to lock would take 24 bytes of each customer.
/// </remarks>
internal sealed class RecentDecisions
{
    private const int Capacity = 8;

    private Recent[] _decisions = [];
    private int _next;

    public void Add(in LentDecision decision, ImmutableArray<ContextTag> context)
    {
        lock (this)
        {
            if (_next == _decisions.Length && _next < Capacity)
            {
                Array.Resize(ref _decisions, Math.Clamp(_next * 2, 1, Capacity));
            }

            ref var recent = ref _decisions[_next % Capacity];
            PackedDecision.Write(decision, ref recent.Bytes);
            (recent.Id, recent.Context) = (decision.Id, context);
            _next = _next + 1 < Capacity * 2 ? _next + 1 : Capacity;
        }
    }

    /// <summary>A decision that is remembered, and the facts of its moment; null when it is not, or no longer.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="customerId">The customer.</param>
    public (Decision Decision, ImmutableArray<ContextTag> Context)? Find(DecisionId id, string customerId)
    {
        lock (this)
        {
            foreach (ref readonly var recent in _decisions.AsSpan())
            {
                if (recent.Bytes is not null && recent.Id == id)
                {
                    return (PackedDecision.Read(recent.Bytes, id, customerId), recent.Context);
                }
            }
        }

        return null;
    }

    private struct Recent
    {
        public DecisionId Id;
        public byte[]? Bytes;
        public ImmutableArray<ContextTag> Context;
    }
}
