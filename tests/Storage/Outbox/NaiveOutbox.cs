using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>The outbox as a list that is gone through again for each question: slow, and plainly what it says.</summary>
internal sealed class NaiveOutbox(int maxAttempts)
{
    private readonly List<Row> _rows = [];
    private int _sent;

    public IEnumerable<string> Contacts => _rows.Select(row => row.ContactId);

    public void Send(string contactId, string customer, long availableAtMs, long expiresAtMs) =>
        _rows.Add(new(contactId, customer, availableAtMs, ++_sent) { NextAtMs = availableAtMs, ExpiresAtMs = expiresAtMs });

    /// <summary>Leases what the store has leased, and says what is wrong with it; null when nothing is.</summary>
    /// <remarks>Which of those that may go are taken first is the store's to say.</remarks>
    public string? Lease(IReadOnlyList<LeasedContactRow> leased, byte[] buckets, int limit, long nowMs, long endsAtMs)
    {
        var free = _rows
            .Where(row => buckets[OutboxBench.BucketOf(row.Customer)] != 0 && row.NextAtMs <= nowMs && row.ExpiresAtMs > nowMs)
            .Where(row => !_rows.Any(other => other != row && other.Customer == row.Customer && Blocks(other, row, nowMs)))
            .ToDictionary(row => row.ContactId);
        if (leased.Count != Math.Min(free.Count, limit))
        {
            return $"{leased.Count} are leased; {free.Count} may go, {limit} at most: {string.Join(' ', free.Keys)}";
        }

        foreach (var contact in leased)
        {
            if (!free.Remove(contact.ContactId, out var row))
            {
                return $"{contact.ContactId} may not go";
            }

            row.Attempts++;
            (row.IsOut, row.NextAtMs, row.Lease) = (true, endsAtMs, contact.Lease);
            row.ExpiresAtMs = row.Attempts >= maxAttempts ? Math.Min(row.ExpiresAtMs, endsAtMs) : row.ExpiresAtMs;
        }

        return null;
    }

    public string[] LeaseOverdue(long nowMs, long endsAtMs)
    {
        var due = _rows.Where(row => row.ExpiresAtMs <= nowMs && (!row.IsOut || row.NextAtMs <= nowMs)).ToList();
        due.ForEach(row => (row.IsOut, row.NextAtMs) = (true, endsAtMs));
        return [.. due.Select(row => row.ContactId).Order(StringComparer.Ordinal)];
    }

    /// <summary>Notes the lease that the store gave.</summary>
    public void Leased(LeasedContactRow contact) => _rows.Single(row => row.ContactId == contact.ContactId).Lease = contact.Lease;

    public SettlementOutcome Acknowledge(ContactLease contact) => Settle(contact, row => _rows.Remove(row));

    public SettlementOutcome Return(ContactLease contact, long nextAtMs) =>
        Settle(contact, row => (row.IsOut, row.NextAtMs, row.Lease) = (false, nextAtMs, default));

    public void Remove(string contactId) => _rows.RemoveAll(row => row.ContactId == contactId);

    private SettlementOutcome Settle(ContactLease contact, Action<Row> settle)
    {
        if (_rows.Find(row => row.ContactId == contact.ContactId) is not { } row)
        {
            return SettlementOutcome.Ended;
        }

        if (row.Lease != contact.Lease)
        {
            return SettlementOutcome.LeaseOver;
        }

        settle(row);
        return SettlementOutcome.Settled;
    }

    private static bool Blocks(Row other, Row row, long nowMs) =>
        (other.IsOut && other.NextAtMs > nowMs)
        || (other.ExpiresAtMs > nowMs && (other.Attempts > 0 || other.AvailableAtMs <= nowMs) && other.Order.CompareTo(row.Order) < 0);

    private sealed class Row(string contactId, string customer, long availableAtMs, int seq)
    {
        public string ContactId => contactId;

        public string Customer => customer;

        public long AvailableAtMs => availableAtMs;

        public int Seq => seq;

        public long NextAtMs { get; set; }

        public long ExpiresAtMs { get; set; }

        public int Attempts { get; set; }

        public bool IsOut { get; set; }

        public LeaseToken Lease { get; set; }

        public (bool IsUntried, long AvailableAtMs, int Seq) Order => (Attempts == 0, availableAtMs, seq);
    }
}
