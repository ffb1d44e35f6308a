using System.Text;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Deliveries;
using Zhice.Storage.Bulk;
using Zhice.Storage.Sqlite;

namespace Zhice.Storage.Deliveries;

/// <summary>The statements of the outbox on one connection, inside a transaction. Used by one thread.</summary>
internal sealed class SqliteOutboxSession(SqliteConnection connection) : SqliteSession(connection)
{
    private const string Columns =
        $"""
        contact_id, customer_id, lease_id, bucket, attempts, is_resent, expires_at_ms, reason, message, campaign, state_version,
            coalesce((SELECT s.version FROM grain_state AS s
                WHERE s.grain_type = '{CustomerStates.GrainType}' AND s.bucket = outbox.bucket AND s.grain_key = outbox.customer_id
                    AND s.state_name = '{CustomerStates.StateName}'), 0)
        """;

    private readonly SqliteOutboxEnds _ends = new(connection);

    /// <inheritdoc cref="IOutboxStore.LeaseAsync"/>
    public IReadOnlyList<LeasedContact> Lease(LeaseTerms terms)
    {
        var due = Read(
            """
            SELECT d.seq, d.expires_at_ms FROM outbox AS d INDEXED BY outbox_due
            WHERE d.channel = $0 AND d.next_at_ms <= $1 AND d.expires_at_ms > $1 AND substr($2, d.bucket + 1, 1) = x'01'
                AND NOT EXISTS (
                    SELECT 1 FROM outbox AS e
                    WHERE e.bucket = d.bucket AND e.customer_id = d.customer_id AND e.channel = d.channel AND e.seq <> d.seq
                        AND ((e.lease_id IS NOT NULL AND e.next_at_ms > $1)
                            OR (e.expires_at_ms > $1 AND (e.held_by = '' OR e.next_at_ms <= $1) AND (e.attempts > 0 OR e.available_at_ms <= $1)
                                AND (e.attempts = 0, e.available_at_ms, e.seq) < (d.attempts = 0, d.available_at_ms, d.seq))))
            ORDER BY d.next_at_ms, d.seq LIMIT $3
            """,
            static row => (row.GetInt64(0), row.GetInt64(1)),
            terms.ChannelId, terms.NowMs, terms.Buckets, terms.Most);
        return Lease(
            due,
            """
            UPDATE outbox SET lease_id = $1, next_at_ms = $2, attempts = attempts + 1, held_by = '',
                expires_at_ms = CASE WHEN attempts + 1 >= $3 THEN min(expires_at_ms, $2) ELSE expires_at_ms END
            WHERE seq = $0
            """,
            terms.NowMs, terms.EndsAtMs, terms.MostAttempts);
    }

    /// <inheritdoc cref="IOutboxStore.LeaseOverdueAsync"/>
    public IReadOnlyList<LeasedContact> LeaseOverdue(int most, long nowMs, long endsAtMs)
    {
        var due = Read(
            "SELECT seq, expires_at_ms FROM outbox WHERE expires_at_ms <= $0 AND (lease_id IS NULL OR next_at_ms <= $0) ORDER BY expires_at_ms LIMIT $1",
            static row => (row.GetInt64(0), row.GetInt64(1)),
            nowMs, most);
        return Lease(due, "UPDATE outbox SET lease_id = $1, next_at_ms = $2 WHERE seq = $0", nowMs, endsAtMs);
    }

    /// <summary>Settles a contact, if its lease holds.</summary>
    public SettlementOutcome Settle(HeldContact contact, Action<LeasedContact> settle)
    {
        if (Find(contact) is not { } found)
        {
            return SettlementOutcome.Ended;
        }

        if (found.Lease != contact.Lease)
        {
            return SettlementOutcome.LeaseOver;
        }

        settle(found);
        return SettlementOutcome.Settled;
    }

    /// <summary>A contact, whatever its lease is; null when it is not there.</summary>
    public LeasedContact? Find(HeldContact contact) => Read(
        $"SELECT {Columns} FROM outbox WHERE bucket = $0 AND contact_id = $1", static row => Contact(row, isExpired: false),
        (int)contact.Lease.Bucket, contact.ContactId) is [var found] ? found : null;

    public void End(LeasedContact contact, int day) =>
        _ends.End(contact.Lease.Bucket, Encoding.UTF8.GetBytes(contact.CustomerId), new(contact.ContactId, DeliveryOutcome.Sent, day));

    public void Return(ReturnedContact contact) => Run(
        "UPDATE outbox SET lease_id = NULL, next_at_ms = $2, reason = $3 WHERE bucket = $0 AND contact_id = $1",
        (int)contact.Contact.Lease.Bucket, contact.Contact.ContactId, contact.NextAtMs, contact.Reason);

    public void Defer(DeferredContact contact) => Run(
        """
        UPDATE outbox SET lease_id = NULL, next_at_ms = $2, expires_at_ms = $3, attempts = attempts - 1, held_by = $4
        WHERE bucket = $0 AND contact_id = $1
        """,
        (int)contact.Contact.Lease.Bucket, contact.Contact.ContactId, contact.NextAtMs, contact.ExpiresAtMs, contact.HeldBy);

    public override void Dispose()
    {
        _ends.Dispose();
        base.Dispose();
    }

    private List<LeasedContact> Lease(IReadOnlyList<(long Seq, long ExpiresAtMs)> due, string update, long nowMs, long endsAtMs, params ReadOnlySpan<object> more)
    {
        var lease = Guid.NewGuid().ToByteArray();
        var leased = new List<LeasedContact>(due.Count);
        foreach (var (seq, expiresAtMs) in due)
        {
            Run(update, [seq, lease, endsAtMs, .. more]);
            leased.AddRange(Read(
                $"SELECT {Columns} FROM outbox WHERE seq = $0", row => Contact(row, row.GetInt64(6) <= nowMs) with { ExpiresAtMs = expiresAtMs }, seq));
        }

        return leased;
    }

    private static LeasedContact Contact(SqliteDataReader row, bool isExpired) => new(
        row.GetString(0), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)),
        new(row.IsDBNull(2) ? Guid.Empty : new Guid(row.GetFieldValue<byte[]>(2)), row.GetInt16(3), row.GetInt32(5) != 0),
        row.GetInt32(4), isExpired, row.GetString(7), row.GetFieldValue<byte[]>(8))
    {
        CampaignId = row.GetString(9), StateVersion = row.GetInt64(10), CurrentVersion = row.GetInt64(11), ExpiresAtMs = row.GetInt64(6),
    };
}
