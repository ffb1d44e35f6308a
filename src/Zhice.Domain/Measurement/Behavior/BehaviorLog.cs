using System.Runtime.InteropServices;
using System.Text;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>An event in a <see cref="BehaviorLog"/>.</summary>
/// <param name="Customer">The number of the customer, from 0.</param>
/// <param name="Code">What the analysis needs to know of the event.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Day">The day of the bank, days since 1970-01-01.</param>
/// <param name="Order">The place in which it was added: events of one millisecond keep the order of recording.</param>
public readonly record struct BehaviorEvent(int Customer, int Code, long AtMs, int Day, int Order);

/// <summary>
/// The events that one analysis needs, in memory, 24 bytes each: whoever adds them gives each the code that the analysis made of it. An
/// analysis visits customers one after the other.
/// </summary>
/// <param name="maxEvents">How many events there may be.</param>
/// <param name="keepsIds">Whether the ids of the customers are kept, so that some of them can be named.</param>
public sealed class BehaviorLog(int maxEvents, bool keepsIds)
{
    // Customers are distinguished by 64 bits of a hash: among 5 million two are taken for one with a probability below 1 in a million.
    private readonly Dictionary<ulong, int> _customers = [];
    private readonly List<BehaviorEvent> _events = [];
    private readonly List<string> _ids = [];
    private bool _isSorted;

    /// <summary>Sees the events of a customer, in the order of their times.</summary>
    public delegate void Visitor(int customer, ReadOnlySpan<BehaviorEvent> events);

    /// <summary>How many events there are.</summary>
    public int Events => _events.Count;

    /// <summary>How many customers have events.</summary>
    public int Customers => _customers.Count;

    /// <summary>Adds an event.</summary>
    /// <returns>False: there is no room for it.</returns>
    public bool TryAdd(string customerId, long atMs, int day, int code)
    {
        if (_events.Count >= maxEvents)
        {
            return false;
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_customers, GetHash(customerId), out var isKnown);
        if (!isKnown)
        {
            number = _customers.Count - 1;
            if (keepsIds)
            {
                _ids.Add(customerId);
            }
        }

        _events.Add(new(number, code, atMs, day, _events.Count));
        _isSorted = false;
        return true;
    }

    /// <summary>Visits each customer once.</summary>
    public void Visit(Visitor visitor)
    {
        var events = CollectionsMarshal.AsSpan(_events);
        if (!_isSorted)
        {
            events.Sort(static (one, other) =>
                one.Customer != other.Customer ? one.Customer.CompareTo(other.Customer)
                : one.AtMs != other.AtMs ? one.AtMs.CompareTo(other.AtMs)
                : one.Order.CompareTo(other.Order));
            _isSorted = true;
        }

        for (var from = 0; from < events.Length;)
        {
            var to = from + 1;
            while (to < events.Length && events[to].Customer == events[from].Customer)
            {
                to++;
            }

            visitor(events[from].Customer, events[from..to]);
            from = to;
        }
    }

    /// <summary>The id of a customer, of a log that keeps them.</summary>
    public string GetId(int customer) => _ids[customer];

    /// <summary>The hash by which customers are distinguished.</summary>
    public static ulong GetHash(string customerId)
    {
        const int Usual = 256;
        var longest = Encoding.UTF8.GetMaxByteCount(customerId.Length);
        var bytes = longest <= Usual ? stackalloc byte[Usual] : new byte[longest];
        return CustomerBucket.Hash(bytes[..Encoding.UTF8.GetBytes(customerId, bytes)]);
    }
}
