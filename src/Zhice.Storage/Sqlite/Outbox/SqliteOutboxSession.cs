using System.Text;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;
using Zhice.Storage.States;
using Zhice.Storage.Outbox;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Outbox;

/// <summary>The statements of the outbox on one connection, inside a transaction. Used by one thread.</summary>
internal sealed class SqliteOutboxSession(SqliteConnection connection) : SqliteSession(connection)
{
    private const string Columns =
        $"""
        contact_id, customer_id, lease_id, bucket, attempts, is_resent, expires_at_ms, reason, message, campaign, state_version,
            coalesce((SELECT s.version FROM grain_state AS s
                WHERE s.grain_type = '{CustomerKey.GrainType}' AND s.bucket = outbox.bucket AND s.grain_key = outbox.customer_id
                    AND s.state_name = '{CustomerKey.StateName}'), 0),
            next_at_ms
        """;

    private const string IsOut = "e.lease_id IS NOT NULL AND NOT e.is_behind AND e.next_at_ms > $1";

    /// <summary>The contacts of a place's instant, from the place on.</summary>
    internal const string AtPlace = "d.next_at_ms = $4 AND d.seq >= $5";

    /// <summary>The contacts that are due after a place's instant.</summary>
    internal const string Later = "d.next_at_ms > $4 AND d.next_at_ms <= $1";

    private readonly SqliteOutboxEnds _ends = new(connection);

    /// <summary>The statement that looks at due contacts in their order.</summary>
    /// <param name="range"><see cref="AtPlace"/> or <see cref="Later"/>.</param>
    internal static string LookText(string range) =>
        $"""
        SELECT d.next_at_ms, d.seq, d.expires_at_ms, (
            SELECT e.seq FROM outbox AS e
            WHERE e.bucket = d.bucket AND e.customer_id = d.customer_id AND e.channel = d.channel AND e.seq <> d.seq
                AND (({IsOut})
                    OR (e.expires_at_ms > $1 AND (e.held_by = '' OR e.next_at_ms <= $1) AND (e.attempts > 0 OR e.available_at_ms <= $1)
                        AND (e.attempts = 0, e.available_at_ms, e.seq) < (d.attempts = 0, d.available_at_ms, d.seq)))
            ORDER BY ({IsOut}) DESC, e.attempts = 0, e.available_at_ms, e.seq LIMIT 1)
        FROM outbox AS d INDEXED BY outbox_due
        WHERE d.channel = $0 AND {range} AND d.expires_at_ms > $1 AND substr($2, d.bucket + 1, 1) = x'01'
        ORDER BY d.next_at_ms, d.seq LIMIT $3
        """;

    /// <inheritdoc cref="IQueueTurns.LeaseAsync"/>
    public QueueTurn Lease(LeaseTerms terms, WaitingPlace from, int looksAt)
    {
        var seen = Look(terms, from, looksAt);
        var waiting = seen.Where(static row => row.Before is not null).ToList();
        var left = PutBehind(waiting.Take(WaitingBehind.PutInLease), seen, terms.NowMs);
        var free = seen.Where(static row => row.Before is null).ToList();
        left.AddRange(free.Skip(terms.Limit).Select(static row => row.Place));
        var leased = Lease(
            [.. free.Take(terms.Limit).Select(static row => (row.Place.Seq, row.ExpiresAtMs))],
            """
            UPDATE outbox SET lease_id = $1, next_at_ms = $2, attempts = attempts + 1, held_by = '', is_behind = 0,
                expires_at_ms = CASE WHEN attempts + 1 >= $3 THEN min(expires_at_ms, $2) ELSE expires_at_ms END
            WHERE seq = $0
            """,
            terms.NowMs, terms.EndsAtMs, terms.MaxAttempts);
        return Turn(
            seen, looksAt, First(left),
            First(waiting.Skip(WaitingBehind.PutInLease).Select(static row => row.Place))) with { Leased = leased };
    }

    /// <inheritdoc cref="IQueueTurns.PassAsync"/>
    public QueueTurn Pass(LeaseTerms terms, WaitingPlace from, int looksAt)
    {
        var seen = Look(terms, from, looksAt);
        return Turn(
            seen, looksAt, FirstFree(seen), First(seen.Where(static row => row.Before is not null).Select(static row => row.Place)));
    }

    /// <inheritdoc cref="IQueueTurns.PutBehindAsync"/>
    public QueueTurn PutBehind(LeaseTerms terms, WaitingPlace from, int looksAt)
    {
        var seen = Look(terms, from, looksAt);
        return Turn(seen, looksAt, FirstFree(seen), First(PutBehind(seen.Where(static row => row.Before is not null), seen, terms.NowMs)));
    }

    // The index finds an equal or a later instant. Of (next_at_ms, seq) >= (...) it would use the instant alone, as seq is the row's own
    // number, and read again all that is due at that instant.
    private List<SeenContact> Look(LeaseTerms terms, WaitingPlace from, int looksAt)
    {
        var seen = new List<SeenContact>();
        if (from.NextAtMs <= terms.NowMs)
        {
            seen.AddRange(Look(AtPlace, terms, from, looksAt));
        }

        if (seen.Count < looksAt)
        {
            seen.AddRange(Look(Later, terms, from, looksAt - seen.Count));
        }

        return seen;
    }

    private IReadOnlyList<SeenContact> Look(string range, LeaseTerms terms, WaitingPlace from, int maximum) => Read(
        LookText(range),
        static row => new SeenContact(new(row.GetInt64(0), row.GetInt64(1)), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3)),
        terms.ChannelId, terms.NowMs, terms.Buckets, maximum, from.NextAtMs, from.Seq);

    // Those that are left to go: one that goes before them does so in this turn, or the next.
    private List<WaitingPlace> PutBehind(IEnumerable<SeenContact> waiting, List<SeenContact> seen, long nowMs)
    {
        var left = new List<WaitingPlace>();
        foreach (var (place, _, before) in waiting)
        {
            var (nextAtMs, expiresAtMs) = Read(
                "SELECT next_at_ms, expires_at_ms FROM outbox WHERE seq = $0", static row => (row.GetInt64(0), row.GetInt64(1)),
                before!.Value)[0];
            if (nextAtMs <= nowMs && !seen[^1].Place.IsBefore(new(nextAtMs, before.Value)))
            {
                left.Add(place);
                continue;
            }

            Run(
                "UPDATE outbox SET next_at_ms = $1, is_behind = 1, held_by = '' WHERE seq = $0",
                place.Seq, WaitingBehind.UntilMs(nextAtMs, expiresAtMs, nowMs, before > place.Seq));
            Run("UPDATE outbox SET is_followed = 1 WHERE seq = $0 AND is_followed = 0", before.Value);
        }

        return left;
    }

    private static QueueTurn Turn(List<SeenContact> seen, int looksAt, WaitingPlace? free, WaitingPlace? left) =>
        new(seen.Count == looksAt, seen.Count > 0 ? seen[^1].Place : null) { Free = free, Left = left };

    private static WaitingPlace? FirstFree(IEnumerable<SeenContact> seen) =>
        First(seen.Where(static row => row.Before is null).Select(static row => row.Place));

    private static WaitingPlace? First(IEnumerable<WaitingPlace> places) =>
        places.OrderBy(static place => (place.NextAtMs, place.Seq)).Cast<WaitingPlace?>().FirstOrDefault();

    /// <inheritdoc cref="IOutboxStore.LeaseOverdueAsync"/>
    public IReadOnlyList<LeasedContactRow> LeaseOverdue(int limit, long nowMs, long endsAtMs)
    {
        var due = Read(
            "SELECT seq, expires_at_ms FROM outbox WHERE expires_at_ms <= $0 AND (lease_id IS NULL OR next_at_ms <= $0 OR is_behind) ORDER BY expires_at_ms LIMIT $1",
            static row => (row.GetInt64(0), row.GetInt64(1)),
            nowMs, limit);
        return Lease(due, "UPDATE outbox SET lease_id = $1, next_at_ms = $2, is_behind = 0 WHERE seq = $0", nowMs, endsAtMs);
    }

    /// <summary>Settles a contact, if its lease holds.</summary>
    public SettlementOutcome Settle(ContactLease contact, Action<LeasedContactRow> settle)
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
    public LeasedContactRow? Find(ContactLease contact) => Read(
        $"SELECT {Columns} FROM outbox WHERE bucket = $0 AND contact_id = $1", static row => Contact(row, isExpired: false),
        (int)contact.Lease.Bucket, contact.ContactId) is [var found] ? found : null;

    public void End(LeasedContactRow contact, int day, long nowMs) =>
        _ends.End(
            contact.Lease.Bucket, Encoding.UTF8.GetBytes(contact.CustomerId),
            new(contact.ContactId, DeliveryOutcome.Sent, day) { AtMs = nowMs });

    public void Return(ReturnedContact contact, long nowMs) => Free(contact.Contact, nowMs, Read(
        """
        UPDATE outbox SET lease_id = NULL, next_at_ms = $2, reason = $3, is_behind = 0 WHERE bucket = $0 AND contact_id = $1
        RETURNING is_followed AND expires_at_ms <= $4, customer_id, channel
        """,
        ReadFreed, (int)contact.Contact.Lease.Bucket, contact.Contact.ContactId, contact.NextAtMs, contact.Reason, nowMs));

    public void Defer(DeferredContact contact, long nowMs) => Free(contact.Contact, nowMs, Read(
        """
        UPDATE outbox SET lease_id = NULL, next_at_ms = $2, expires_at_ms = $3, attempts = attempts - 1, held_by = $4, is_behind = 0
        WHERE bucket = $0 AND contact_id = $1
        RETURNING is_followed, customer_id, channel
        """,
        ReadFreed, (int)contact.Contact.Lease.Bucket, contact.Contact.ContactId, contact.NextAtMs, contact.ExpiresAtMs, contact.HeldBy));

    public override void Dispose()
    {
        _ends.Dispose();
        base.Dispose();
    }

    private List<LeasedContactRow> Lease(
        IReadOnlyList<(long Seq, long ExpiresAtMs)> due, string update, long nowMs, long endsAtMs, params ReadOnlySpan<object> more)
    {
        var lease = Guid.NewGuid().ToByteArray();
        var leased = new List<LeasedContactRow>(due.Count);
        foreach (var (seq, expiresAtMs) in due)
        {
            Run(update, [seq, lease, endsAtMs, .. more]);
            leased.AddRange(Read(
                $"SELECT {Columns} FROM outbox WHERE seq = $0",
                row => Contact(row, row.GetInt64(6) <= nowMs) with { ExpiresAtMs = expiresAtMs }, seq));
        }

        return leased;
    }

    // One that is followed, and in nobody's way any more, lets the next go.
    private void Free(ContactLease contact, long nowMs, IReadOnlyList<(bool IsFollowed, byte[] Customer, string Channel)> freed)
    {
        if (freed is [{ IsFollowed: true } row])
        {
            _ends.Wake(contact.Lease.Bucket, contact.ContactId, row.Customer, row.Channel, nowMs);
        }
    }

    private static (bool IsFollowed, byte[] Customer, string Channel) ReadFreed(SqliteDataReader row) =>
        (row.GetBoolean(0), row.GetFieldValue<byte[]>(1), row.GetString(2));

    private static LeasedContactRow Contact(SqliteDataReader row, bool isExpired)
    {
        var lease = new LeaseToken(
            row.IsDBNull(2) ? Guid.Empty : new Guid(row.GetFieldValue<byte[]>(2)), row.GetInt16(3), row.GetInt32(5) != 0);
        return new(
            new(row.GetFieldValue<byte[]>(8), row.GetInt32(4), lease.ToString(), row.GetInt64(12)),
            row.GetString(0), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), lease, isExpired, row.GetString(7))
        {
            CampaignId = row.GetString(9), StateVersion = row.GetInt64(10), CurrentVersion = row.GetInt64(11),
            ExpiresAtMs = row.GetInt64(6),
        };
    }

    /// <summary>A due contact that a turn looks at.</summary>
    /// <param name="Place">Its place in the queue.</param>
    /// <param name="ExpiresAtMs">When it expires.</param>
    /// <param name="Before">The row of the contact of its customer that goes first; null when it is free to go.</param>
    private readonly record struct SeenContact(WaitingPlace Place, long ExpiresAtMs, long? Before);
}
