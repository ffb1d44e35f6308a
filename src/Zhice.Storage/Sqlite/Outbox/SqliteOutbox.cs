using System.Text;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Storage.Outbox;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Outbox;

/// <summary>
/// The outbox in SQLite: each change is a transaction, in its turn with the states' own on the thread that writes. What only reads waits
/// for none of them; lists and counts, which may be long, have connections of their own.
/// </summary>
internal sealed class SqliteOutbox : IOutboxStore, IQueueTurns, IDisposable
{
    private const long EndedLatelyMs = 1_000;

    private const int ReadsAtOnce = 2;

    /// <summary>The contacts of a place's instant, after the place.</summary>
    internal const string AtPlace = "next_at_ms = $3 AND seq > $4";

    /// <summary>The contacts that are due after a place's instant.</summary>
    internal const string Later = "next_at_ms > $3";

    private readonly SqliteTurns<SqliteOutboxSession> _turns;
    private readonly SqliteReadPool<SqliteOutboxSession> _reads;
    private readonly SqliteReadPool<SqliteSession> _lists;
    private readonly QueueHeads _heads = new();
    private readonly QueueLeases _leases;

    public SqliteOutbox(string path, DatabaseFiles files, WriterThread thread)
    {
        _turns = new(path, files, thread, static connection => new(connection));
        _reads = new(path, files, ReadsAtOnce, static connection => new(connection));
        _lists = new(path, files, ReadsAtOnce, static connection => new(connection));
        _leases = new(this, _heads);
    }

    public Task BesideLeases => _leases.Beside;

    // Each turn is a transaction, so that commits have their own between them.
    public Task<LeaseAnswer> LeaseAsync(LeaseTerms terms) => _leases.LeaseAsync(terms);

    Task<QueueTurn> IQueueTurns.LeaseAsync(LeaseTerms terms, WaitingPlace from, int looksAt) =>
        RunAsync(session => session.Lease(terms, from, looksAt));

    Task<QueueTurn> IQueueTurns.PassAsync(LeaseTerms terms, WaitingPlace from, int looksAt) =>
        _reads.ReadAsync(session => session.Pass(terms, from, looksAt));

    Task<QueueTurn> IQueueTurns.PutBehindAsync(LeaseTerms terms, WaitingPlace from, int looksAt) =>
        RunAsync(session => session.PutBehind(terms, from, looksAt));

    public Task<IReadOnlyList<LeasedContactRow>> LeaseOverdueAsync(int limit, long nowMs, long endsAtMs) =>
        RunAsync(session => session.LeaseOverdue(limit, nowMs, endsAtMs));

    public Task<SettlementOutcome[]> AcknowledgeAsync(
        IReadOnlyList<ContactLease> contacts, int day, long nowMs) => _heads.PutAsync(nowMs, () => RunAsync(session =>
        contacts.Select(contact => session.Settle(contact, found => session.End(found, day, nowMs))).ToArray()));

    public Task<SettlementOutcome[]> ReturnAsync(IReadOnlyList<ReturnedContact> contacts, long nowMs) => _heads.PutAsync(
        contacts.Aggregate(nowMs, static (earliest, contact) => Math.Min(earliest, contact.NextAtMs)),
        () =>
            RunAsync(session =>
                contacts.Select(contact => session.Settle(contact.Contact, _ => session.Return(contact, nowMs))).ToArray()));

    public Task<SettlementOutcome[]> DeferAsync(IReadOnlyList<DeferredContact> contacts, long nowMs) => _heads.PutAsync(
        contacts.Aggregate(nowMs, static (earliest, contact) => Math.Min(earliest, contact.NextAtMs)),
        () =>
            RunAsync(session => contacts.Select(contact => session.Settle(contact.Contact, _ => session.Defer(contact, nowMs))).ToArray()));

    public Task<IReadOnlyList<string>> ListHoldersAsync() => _lists.ReadAsync(static session => session.Read(
        "SELECT DISTINCT held_by FROM outbox WHERE held_by <> ''", static row => row.GetString(0)));

    public Task<int> ReleaseAsync(string heldBy, long nowMs, int maximum) => _heads.PutAsync(nowMs, () => RunAsync(session => session.Run(
        """
        UPDATE outbox SET held_by = '', next_at_ms = min(next_at_ms, $1)
        WHERE seq IN (SELECT seq FROM outbox WHERE held_by = $0 AND held_by <> '' LIMIT $2)
        """,
        heldBy, nowMs, maximum)));

    public Task<int> VoidCampaignAsync(string campaignId, long decidedBeforeMs, long nowMs, int maximum) => RunAsync(session => session.Run(
        """
        UPDATE outbox SET expires_at_ms = $1
        WHERE seq IN (
            SELECT seq FROM outbox
            WHERE campaign = $0 AND campaign <> '' AND contact_id < $3 AND expires_at_ms > $1 AND (lease_id IS NULL OR next_at_ms <= $1 OR is_behind) LIMIT $2)
        """,
        campaignId, nowMs, maximum, ContactId.FirstDecidedAt(decidedBeforeMs)));

    public Task<IReadOnlyList<WaitingContactRow>> ListWaitingAsync(WaitingFilter filter, WaitingPlace after, int maximum) =>
        _lists.ReadAsync<IReadOnlyList<WaitingContactRow>>(session =>
        {
            var page = ListWaiting(session, AtPlace, filter, after, maximum);
            return page.Count == maximum ? page : [.. page, .. ListWaiting(session, Later, filter, after, maximum - page.Count)];
        });

    public Task<IReadOnlyList<WaitingCountRow>> CountWaitingAsync(
        string channelId, string campaignId, long nowMs) => _lists.ReadAsync(session => session.Read(
        $"""
        SELECT channel, lease_id IS NOT NULL AND NOT is_behind AND next_at_ms > $2 AS is_out, held_by, count(*), min(available_at_ms) FROM outbox
        WHERE {Where(channelId)} GROUP BY 1, 2, 3
        """,
        static row => new WaitingCountRow(row.GetString(0), row.GetBoolean(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4)),
        channelId, campaignId, nowMs));

    public Task<LeasedContactRow?[]> FindAsync(IReadOnlyList<ContactLease> contacts) => _reads.ReadAsync(session =>
        contacts.Select(contact => session.Find(contact) is { } found && found.Lease == contact.Lease ? found : null).ToArray());

    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(
        string channelId, DeadLetterPlace after, int limit) => _lists.ReadAsync(session => session.Read(
        """
        SELECT contact_id, attempts, reason, died_at_ms, message FROM dead_letter
        WHERE ($0 = '' OR channel = $0) AND (died_at_ms, contact_id) < ($1, $2)
        ORDER BY died_at_ms DESC, contact_id DESC LIMIT $3
        """,
        ReadDeadLetter,
        channelId, after.DiedAtMs, after.ContactId, limit));

    public Task<IReadOnlyList<DeadLetter>> FindDeadAsync(
        string channelId, IReadOnlyList<string> contactIds) => _lists.ReadAsync<IReadOnlyList<DeadLetter>>(session =>
    {
        var wanted = contactIds.ToHashSet();
        return
        [
            .. session.Read(
                "SELECT contact_id, attempts, reason, died_at_ms, message FROM dead_letter WHERE channel = $0 ORDER BY died_at_ms DESC, contact_id DESC",
                ReadDeadLetter,
                channelId).Where(dead => wanted.Contains(dead.ContactId)),
        ];
    });

    public Task<IReadOnlyList<DeadLetter>> FindDeadOfCustomerAsync(string customerId, IReadOnlyList<string> contactIds)
    {
        var customer = CustomerKey.Create(customerId);
        return _lists.ReadAsync<IReadOnlyList<DeadLetter>>(session =>
        [
            .. contactIds.Distinct().SelectMany(contactId => session.Read(
                "SELECT contact_id, attempts, reason, died_at_ms, message FROM dead_letter WHERE bucket = $0 AND contact_id = $1 AND customer_id = $2",
                ReadDeadLetter,
                customer.Bucket, contactId, customer.Key)),
        ]);
    }

    public async Task ForgetDeadAsync(long beforeMs)
    {
        const string Text = "DELETE FROM dead_letter WHERE rowid IN (SELECT rowid FROM dead_letter WHERE died_at_ms < $0 ORDER BY died_at_ms LIMIT 500)";
        while (await RunAsync(session => session.Run(Text, beforeMs)) > 0)
        {
            // There may be more; commits have their turns between.
        }
    }

    public Task<IReadOnlyList<DeliveryCount>> ListCountsAsync(
        string? campaignId, DeliveryCount? after, int limit) => _lists.ReadAsync(session => session.Read(
        """
        SELECT campaign, channel, day, outcome, count FROM delivery_count
        WHERE ($0 OR campaign = $1) AND (campaign, channel, day, outcome) > ($2, $3, $4, $5)
        ORDER BY campaign, channel, day, outcome LIMIT $6
        """,
        static row =>
            new DeliveryCount(row.GetString(0), row.GetString(1), row.GetInt32(2), (DeliveryOutcome)row.GetByte(3), row.GetInt64(4)),
        campaignId is null ? 1 : 0, campaignId ?? "", after?.CampaignId ?? "", after?.ChannelId ?? "", after?.Day ?? int.MinValue,
        (int)(after?.Outcome ?? 0), limit));

    public Task<long> CountAsync(string channelId) =>
        _lists.ReadAsync(session =>
            session.Read("SELECT count(*) FROM outbox WHERE channel = $0", static row => row.GetInt64(0), channelId)[0]);

    public void Expect(string? channelId, long atMs) => _heads.Lower(channelId, atMs);

    /// <summary>Says that a batch was written, or perhaps was.</summary>
    public void Expect(IReadOnlyList<StateWrite> batch) => _heads.Expect(batch, EndedLatelyMs);

    /// <summary>Ends what goes on beside leases.</summary>
    public Task CloseAsync() => _leases.CloseAsync();

    /// <summary>Closes the connection that writes; to be called on the thread that writes.</summary>
    public void DisposeTurns() => _turns.Dispose();

    /// <summary>Closes the connections that read; none may be in use.</summary>
    public void Dispose()
    {
        _reads.Dispose();
        _lists.Dispose();
    }

    /// <summary>The statement that lists waiting contacts in their order.</summary>
    /// <param name="range"><see cref="AtPlace"/> or <see cref="Later"/>: each begins in its index, as
    /// one condition on both columns would not.</param>
    internal static string WaitingText(string channelId, string range) =>
        $"""
        SELECT contact_id, customer_id, channel, campaign, available_at_ms, next_at_ms, expires_at_ms, attempts,
            lease_id IS NOT NULL AND NOT is_behind, held_by, reason, message, seq
        FROM outbox
        WHERE {Where(channelId)} AND available_at_ms <= $2 AND {range}
        ORDER BY next_at_ms, seq LIMIT $5
        """;

    private static IReadOnlyList<WaitingContactRow> ListWaiting(
        SqliteSession session, string range, WaitingFilter filter, WaitingPlace after, int maximum) =>
        session.Read(
            WaitingText(filter.ChannelId, range),
            static row => new WaitingContactRow(
                row.GetString(0), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), row.GetString(2), row.GetString(3),
                new(row.GetInt64(5), row.GetInt64(12)))
            {
                AvailableAtMs = row.GetInt64(4), ExpiresAtMs = row.GetInt64(6), Attempts = row.GetInt32(7), IsLeased = row.GetBoolean(8),
                HeldBy = row.GetString(9), Reason = row.GetString(10), Message = row.GetFieldValue<byte[]>(11),
            },
            filter.ChannelId, filter.CampaignId, filter.AvailableBeforeMs, after.NextAtMs, after.Seq, maximum);

    // A list of one channel has an index, and a list of one campaign another.
    private static string Where(string channelId) =>
        channelId.Length > 0 ? "channel = $0 AND ($1 = '' OR campaign = $1)" : "$0 = '' AND campaign = $1 AND campaign <> ''";

    private static DeadLetter ReadDeadLetter(SqliteDataReader row) =>
        new(row.GetFieldValue<byte[]>(4), row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetInt64(3));

    private Task<T> RunAsync<T>(Func<SqliteOutboxSession, T> work) => _turns.RunAsync(work);
}
