using System.Collections.Immutable;
using System.Runtime.CompilerServices;
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
    /// <summary>How many cache lines an instance takes.</summary>
    public const int Lines = 2;

    private const int Capacity = 8;

    // A decision on 40 candidates takes some 700 bytes.
    private const int LinesOfDecision = 12;

    private Ring _packed;

    // The facts of the moment of each, once a decision had any.
    private ImmutableArray<ContextTag>[]? _contexts;
    private int _next;

    public void Add(in LentDecision decision, ImmutableArray<ContextTag> context)
    {
        lock (this)
        {
            PackedDecision.Write(decision, ref _packed[_next]);
            if (_contexts is not null || !context.IsDefaultOrEmpty)
            {
                (_contexts ??= new ImmutableArray<ContextTag>[Capacity])[_next] = context;
            }

            _next = (_next + 1) % Capacity;
        }
    }

    /// <summary>Lets the processor fetch where the next decision is written.</summary>
    public void Expect() => CacheLines.Fetch(_packed[_next], LinesOfDecision);

    /// <summary>A decision that is remembered, and the facts of its moment; null when it is not, or no longer.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="customerId">The customer.</param>
    public (Decision Decision, ImmutableArray<ContextTag> Context)? Find(DecisionId id, string customerId)
    {
        lock (this)
        {
            for (var i = 0; i < Capacity; i++)
            {
                if (_packed[i] is { } bytes && PackedDecision.ReadId(bytes) == id)
                {
                    var context = _contexts is null || _contexts[i].IsDefault ? [] : _contexts[i];
                    return (PackedDecision.Read(bytes, customerId), context);
                }
            }
        }

        return null;
    }

    [InlineArray(Capacity)]
    private struct Ring
    {
        private byte[]? _first;
    }
}
