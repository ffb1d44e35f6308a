using System.Diagnostics.CodeAnalysis;
using Zhice.Domain.Primitives;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Outbox;

/// <summary>The contacts of a memory store's outbox, found by id, by customer, by when they are due and by when they expire.</summary>
internal sealed class MemoryOutboxRows
{
    private static readonly Comparer<MemoryOutboxRow> ByDue =
        Comparer<MemoryOutboxRow>.Create(static (one, other) =>
            one.NextAtMs != other.NextAtMs ? one.NextAtMs.CompareTo(other.NextAtMs) : one.Seq.CompareTo(other.Seq));

    private static readonly Comparer<MemoryOutboxRow> ByExpiry =
        Comparer<MemoryOutboxRow>.Create(static (one, other) =>
            one.ExpiresAtMs != other.ExpiresAtMs ? one.ExpiresAtMs.CompareTo(other.ExpiresAtMs) : one.Seq.CompareTo(other.Seq));

    private readonly Dictionary<string, MemoryOutboxRow>[] _buckets =
        [.. Enumerable.Range(0, CustomerBucket.Count).Select(static _ => new Dictionary<string, MemoryOutboxRow>())];
    private readonly Dictionary<StateKey, List<MemoryOutboxRow>> _ofCustomers = [];
    private readonly Dictionary<string, SortedSet<MemoryOutboxRow>> _due = [];
    private readonly SortedSet<MemoryOutboxRow> _expiring = new(ByExpiry);
    private readonly Dictionary<string, int> _held = [];

    public bool TryFind(int bucket, string contactId, [MaybeNullWhen(false)] out MemoryOutboxRow row) =>
        _buckets[bucket].TryGetValue(contactId, out row);

    public IReadOnlyList<MemoryOutboxRow> ForCustomer(StateKey customer) => _ofCustomers.TryGetValue(customer, out var rows) ? rows : [];

    /// <summary>The contacts of a channel, those first that are due longest.</summary>
    public IReadOnlyCollection<MemoryOutboxRow> Due(string channelId) => _due.TryGetValue(channelId, out var due) ? due : [];

    /// <summary>All contacts, those first that expire soonest.</summary>
    public IEnumerable<MemoryOutboxRow> Expiring => _expiring;

    /// <summary>What keeps contacts back, each name once.</summary>
    public IReadOnlyCollection<string> Holders => _held.Keys;

    public void Add(MemoryOutboxRow row)
    {
        _buckets[row.Customer.Bucket].Add(row.ContactId, row);
        if (!_ofCustomers.TryGetValue(row.Customer, out var rows))
        {
            _ofCustomers[row.Customer] = rows = new(1);
        }

        rows.Add(row);
        Order(row);
    }

    public void Remove(MemoryOutboxRow row)
    {
        _buckets[row.Customer.Bucket].Remove(row.ContactId);
        if (_ofCustomers[row.Customer] is { Count: > 1 } rows)
        {
            rows.Remove(row);
        }
        else
        {
            _ofCustomers.Remove(row.Customer);
        }

        Unorder(row);
    }

    /// <summary>Changes when a contact is due or expires.</summary>
    public void Change(MemoryOutboxRow row, Action<MemoryOutboxRow> change)
    {
        Unorder(row);
        change(row);
        Order(row);
    }

    private void Order(MemoryOutboxRow row)
    {
        if (!_due.TryGetValue(row.ChannelId, out var due))
        {
            _due[row.ChannelId] = due = new(ByDue);
        }

        due.Add(row);
        _expiring.Add(row);
        if (row.HeldBy.Length > 0)
        {
            _held[row.HeldBy] = _held.GetValueOrDefault(row.HeldBy) + 1;
        }
    }

    private void Unorder(MemoryOutboxRow row)
    {
        _due[row.ChannelId].Remove(row);
        _expiring.Remove(row);
        if (row.HeldBy.Length > 0 && --_held[row.HeldBy] == 0)
        {
            _held.Remove(row.HeldBy);
        }
    }
}
