using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Customers;

/// <summary>
/// The last 8 decisions for a customer, to be explained and to be learned from, and whether all of them were asked for through one other
/// silo. Any thread may add one.
/// </summary>
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

    // The silo that the last were asked for through, by its hash, and how many in a row were; 0: this one.
    private int _elsewhere;
    private byte _fromElsewhere;
    private byte _next;

    /// <summary>Whether all were asked for through one other silo.</summary>
    public bool IsFollowed
    {
        get
        {
            lock (this)
            {
                return _fromElsewhere >= Capacity;
            }
        }
    }

    /// <summary>Adds one.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="context">The facts of its moment.</param>
    /// <param name="elsewhere">Another silo that it was asked for through, by its hash; 0: this one.</param>
    /// <returns>Whether all of the last 8 were asked for through that other silo.</returns>
    public bool Add(in LentDecision decision, ImmutableArray<ContextTag> context, int elsewhere = 0)
    {
        lock (this)
        {
            PackedDecision.Write(decision, ref _packed[_next]);
            if (_contexts is not null || !context.IsDefaultOrEmpty)
            {
                (_contexts ??= new ImmutableArray<ContextTag>[Capacity])[_next] = context;
            }

            _next = (byte)((_next + 1) % Capacity);
            _fromElsewhere = elsewhere == 0 ? (byte)0
                : elsewhere == _elsewhere ? (byte)Math.Min(_fromElsewhere + 1, Capacity)
                : (byte)1;
            _elsewhere = elsewhere;
            return _fromElsewhere == Capacity;
        }
    }

    /// <summary>Lets the processor fetch where the next decision is written.</summary>
    public void Expect() => CacheLines.Fetch(_packed[_next], LinesOfDecision);

    /// <summary>A decision that is remembered, and the facts of its moment; null when it is not, or no longer.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="customerId">The customer.</param>
    public RememberedDecision? Find(DecisionId id, string customerId)
    {
        lock (this)
        {
            for (var i = 0; i < Capacity; i++)
            {
                if (_packed[i] is { } bytes && PackedDecision.ReadId(bytes) == id)
                {
                    return new(PackedDecision.Read(bytes, customerId), ContextOf(i));
                }
            }
        }

        return null;
    }

    /// <summary>All that are remembered, the oldest first.</summary>
    /// <param name="customerId">The customer.</param>
    public RememberedDecision[] List(string customerId)
    {
        lock (this)
        {
            var all = new List<RememberedDecision>(Capacity);
            for (var i = 0; i < Capacity; i++)
            {
                var at = (_next + i) % Capacity;
                if (_packed[at] is { } bytes)
                {
                    all.Add(new(PackedDecision.Read(bytes, customerId), ContextOf(at)));
                }
            }

            return [.. all];
        }
    }

    private ImmutableArray<ContextTag> ContextOf(int at) => _contexts is null || _contexts[at].IsDefault ? [] : _contexts[at];

    [InlineArray(Capacity)]
    private struct Ring
    {
        private byte[]? _first;
    }
}

/// <summary>A decision that is remembered.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Context">The facts of its moment.</param>
[GenerateSerializer, Immutable, Alias("zhice.remembered-decision")]
internal sealed record RememberedDecision(
    [property: Id(0)] Decision Decision, [property: Id(1)] ImmutableArray<ContextTag> Context);
