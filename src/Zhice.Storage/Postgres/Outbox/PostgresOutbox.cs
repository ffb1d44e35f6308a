using System.Diagnostics;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Outbox;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;
using Texts = Zhice.Storage.Postgres.Outbox.PostgresOutboxTexts;

namespace Zhice.Storage.Postgres.Outbox;

/// <summary>The outbox in PostgreSQL. Silos that lease at once pass over each other's rows.</summary>
internal sealed class PostgresOutbox : IOutboxStore, IQueueTurns
{
    // Looking back reads what is gone for as long as somebody has a snapshot open: it takes a twentieth of a connection.
    private const long LookBackMs = 1_000;
    private const int LookBackShare = 20;

    // A turn says first what it met.
    private const int FirstOfContact = 7;

    private readonly PostgresCalls _calls;
    private readonly QueueHeads _heads = new();
    private readonly QueueLeases _leases;

    public PostgresOutbox(PostgresPool pool) => (_calls, _leases) = (new(pool), new(this, _heads));

    /// <summary>The latest look at what was put before the heads of the queues; for tests.</summary>
    internal Task LookingBack { get; private set; } = Task.CompletedTask;

    public Task BesideLeases => _leases.Beside;

    public Task<LeaseAnswer> LeaseAsync(LeaseTerms terms)
    {
        var head = _heads.Get(terms.ChannelId, terms.Buckets);
        if (head.LooksBack(terms.NowMs))
        {
            LookingBack = LookBackAsync(head, terms);
        }

        return _leases.LeaseAsync(terms);
    }

    public async Task<IReadOnlyList<LeasedContactRow>> LeaseOverdueAsync(
        int limit, long nowMs, long endsAtMs) => InOrder(await _calls.ReadAsync(
        Texts.LeaseOverdue, () => [Value(Guid.NewGuid()), Instant(nowMs), Instant(endsAtMs), Value(limit)],
        static row => new LeasedRow(row)));

    public Task<SettlementOutcome[]> AcknowledgeAsync(IReadOnlyList<ContactLease> contacts, int day, long nowMs) =>
        SettleAsync(Texts.Acknowledge, contacts.Count, nowMs, () => [.. Held(contacts), Value(day), Instant(nowMs)]);

    public Task<SettlementOutcome[]> ReturnAsync(IReadOnlyList<ReturnedContact> contacts, long nowMs) => SettleAsync(
        Texts.Return,
        contacts.Count,
        contacts.Aggregate(nowMs, static (earliest, contact) => Math.Min(earliest, contact.NextAtMs)),
        () =>
        [
            .. Held([.. contacts.Select(static contact => contact.Contact)]),
            Instants(contacts.Select(static contact => contact.NextAtMs)),
            Column<string>(NpgsqlDbType.Text, [.. contacts.Select(static contact => contact.Reason)]),
            Instant(nowMs),
        ]);

    public Task<SettlementOutcome[]> DeferAsync(IReadOnlyList<DeferredContact> contacts, long nowMs) => SettleAsync(
        Texts.Defer,
        contacts.Count,
        contacts.Aggregate(nowMs, static (earliest, contact) => Math.Min(earliest, contact.NextAtMs)),
        () =>
        [
            .. Held([.. contacts.Select(static contact => contact.Contact)]),
            Instants(contacts.Select(static contact => contact.NextAtMs)),
            Instants(contacts.Select(static contact => contact.ExpiresAtMs)),
            Column<string>(NpgsqlDbType.Text, [.. contacts.Select(static contact => contact.HeldBy)]),
            Instant(nowMs),
        ]);

    public async Task<IReadOnlyList<string>> ListHoldersAsync() =>
        await _calls.ReadAsync(Texts.ListHolders, static () => [], static row => row.GetString(0));

    public Task<int> ReleaseAsync(string heldBy, long nowMs, int maximum) => _heads.PutAsync(
        nowMs, () => _calls.RunAsync(Texts.Release, () => [Value(heldBy), Instant(nowMs), Value(maximum)]));

    public Task<int> VoidCampaignAsync(string campaignId, long decidedBeforeMs, long nowMs, int maximum) =>
        _calls.RunAsync(
            Texts.VoidCampaign,
            () => [Value(campaignId), Instant(nowMs), Value(maximum), Value(ContactId.FirstDecidedAt(decidedBeforeMs))]);

    public async Task<IReadOnlyList<WaitingContactRow>> ListWaitingAsync(
        WaitingFilter filter, WaitingPlace after, int maximum) => await _calls.ReadAsync(
        filter.ChannelId.Length > 0 ? Texts.ListOfChannel : Texts.ListOfCampaign,
        () => [
            Value(filter.ChannelId), Value(filter.CampaignId), Latest(filter.AvailableBeforeMs), Instant(Math.Max(after.NextAtMs, 0)),
            Value(after.Seq), Value(maximum)],
        static row =>
            new WaitingContactRow(
                row.GetString(0), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), row.GetString(2), row.GetString(3),
                new(ReadMs(row, 5), row.GetInt64(12)))
        {
            AvailableAtMs = ReadMs(row, 4), ExpiresAtMs = ReadMs(row, 6), Attempts = row.GetInt32(7), IsLeased = row.GetBoolean(8),
            HeldBy = row.GetString(9),
            Reason = row.GetString(10), Message = row.GetFieldValue<byte[]>(11),
        });

    public async Task<IReadOnlyList<WaitingCountRow>> CountWaitingAsync(
        string channelId, string campaignId, long nowMs) => await _calls.ReadAsync(
        channelId.Length > 0 ? Texts.CountOfChannel : Texts.CountOfCampaign,
        () => [Value(channelId), Value(campaignId), Instant(nowMs)],
        static row => new WaitingCountRow(row.GetString(0), row.GetBoolean(1), row.GetString(2), row.GetInt64(3), ReadMs(row, 4)));

    public async Task<LeasedContactRow?[]> FindAsync(IReadOnlyList<ContactLease> contacts)
    {
        var found = new LeasedContactRow?[contacts.Count];
        foreach (var (contact, place) in await _calls.ReadAsync(
            Texts.Find, () => Held(contacts), static row => (ReadContact(row), (int)row.GetInt64(16) - 1)))
        {
            found[place] = contact;
        }

        return found;
    }

    public async Task<IReadOnlyList<DeadLetter>> ListDeadAsync(
        string channelId, DeadLetterPlace after, int limit) => await _calls.ReadAsync(
        Texts.ListDead,
        () => [Value(channelId), Latest(after.DiedAtMs), Value(after.ContactId), Value(limit)],
        ReadDeadLetter);

    public async Task<IReadOnlyList<DeadLetter>> FindDeadAsync(string channelId, IReadOnlyList<string> contactIds) =>
        await _calls.ReadAsync(
            Texts.FindDead, () => [Value(channelId), Column<string>(NpgsqlDbType.Text, [.. contactIds])], ReadDeadLetter);

    public async Task<IReadOnlyList<DeadLetter>> FindDeadOfCustomerAsync(string customerId, IReadOnlyList<string> contactIds)
    {
        var customer = CustomerKey.Create(customerId);
        return await _calls.ReadAsync(
            Texts.FindDeadOfCustomer,
            () => [Value((short)customer.Bucket), Column<string>(NpgsqlDbType.Text, [.. contactIds]), Value(customer.Key)],
            ReadDeadLetter);
    }

    public async Task ForgetDeadAsync(long beforeMs)
    {
        while (await _calls.RunAsync(Texts.ForgetDead, () => [Instant(beforeMs)]) > 0)
        {
            // There may be more.
        }
    }

    public async Task<IReadOnlyList<DeliveryCount>> ListCountsAsync(
        string? campaignId, DeliveryCount? after, int limit) => await _calls.ReadAsync(
        Texts.ListCounts,
        () =>
        [
            new NpgsqlParameter<bool> { TypedValue = campaignId is null }, Value(campaignId ?? ""), Value(after?.CampaignId ?? ""),
            Value(after?.ChannelId ?? ""),
            Value(after?.Day ?? int.MinValue), new NpgsqlParameter<short> { TypedValue = (short)(after?.Outcome ?? 0) }, Value(limit),
        ],
        static row =>
            new DeliveryCount(row.GetString(0), row.GetString(1), row.GetInt32(2), (DeliveryOutcome)row.GetInt16(3), row.GetInt64(4)));

    public async Task<long> CountAsync(string channelId) =>
        (await _calls.ReadAsync(Texts.Count, () => [Value(channelId)], static row => row.GetInt64(0)))[0];

    public void Expect(string? channelId, long atMs) => _heads.Lower(channelId, atMs);

    /// <summary>Says that a batch was written, or perhaps was.</summary>
    public void Expect(IReadOnlyList<StateWrite> batch) => _heads.Expect(batch, LookBackMs);

    /// <summary>Ends what goes on beside leases.</summary>
    public Task CloseAsync() => _leases.CloseAsync();

    Task<QueueTurn> IQueueTurns.LeaseAsync(LeaseTerms terms, WaitingPlace from, int looksAt) => TurnAsync(
        Texts.Lease, terms, from, looksAt,
        [Instant(terms.EndsAtMs), Value(Guid.NewGuid()), Value(terms.Limit), Value(terms.MaxAttempts), Value(WaitingBehind.PutInLease)]);

    Task<QueueTurn> IQueueTurns.PassAsync(LeaseTerms terms, WaitingPlace from, int looksAt) =>
        TurnAsync(Texts.Pass, terms, from, looksAt, []);

    Task<QueueTurn> IQueueTurns.PutBehindAsync(LeaseTerms terms, WaitingPlace from, int looksAt) =>
        TurnAsync(Texts.PutBehind, terms, from, looksAt, []);

    private async Task<QueueTurn> TurnAsync(string text, LeaseTerms terms, WaitingPlace from, int looksAt, NpgsqlParameter[] more)
    {
        var turn = new QueueTurn(false, null);
        var rows = await _calls.ReadAsync(
            text,
            () =>
            [
                Value(terms.ChannelId), Value(terms.Buckets), Instant(terms.NowMs), Instant(from.NextAtMs), Value(from.Seq), Value(looksAt),
                .. more.Select(static parameter => parameter.Clone()),
            ],
            row =>
            {
                turn = new(row.GetInt64(0) == looksAt, ReadPlace(row, 1)) { Free = ReadPlace(row, 3), Left = ReadPlace(row, 5) };
                return row.FieldCount <= FirstOfContact || row.IsDBNull(FirstOfContact) ? null : new LeasedRow(row, FirstOfContact);
            });
        return turn with { Leased = InOrder(rows.OfType<LeasedRow>()) };
    }

    private async Task LookBackAsync(QueueHead head, LeaseTerms terms)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var before = head.Beginning;
            var found = await _calls.ReadAsync(
                Texts.FindBefore,
                () => [Value(terms.ChannelId), Value(terms.Buckets), Instant(terms.NowMs), Instant(before.NextAtMs), Value(before.Seq)],
                static row => ReadPlace(row, 0));
            if (found is [{ } place])
            {
                head.Lower(place);
            }
        }
        catch (StoreUnavailableException)
        {
            // The lease beside it says so.
        }
        finally
        {
            head.LookedBack(terms.NowMs + Math.Max(LookBackMs, LookBackShare * (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds));
        }
    }

    private static List<LeasedContactRow> InOrder(IEnumerable<LeasedRow> rows) =>
        [.. rows.OrderBy(static row => row.AvailableAt).ThenBy(static row => row.Seq).Select(static row => row.Contact)];

    private Task<SettlementOutcome[]> SettleAsync(
        string text, int count, long putAtMs, Func<NpgsqlParameter[]> parameters) => _heads.PutAsync(putAtMs, async () =>
    {
        var outcomes = new SettlementOutcome[count];
        foreach (var (place, isSettled, isThere) in await _calls.ReadAsync(
            text, parameters, static row => ((int)row.GetInt64(0) - 1, row.GetBoolean(1), row.GetBoolean(2))))
        {
            outcomes[place] = isSettled ? SettlementOutcome.Settled : isThere ? SettlementOutcome.LeaseOver : SettlementOutcome.Ended;
        }

        if (outcomes.Contains(SettlementOutcome.Ended))
        {
            await _calls.WaitForStandbyAsync();
        }

        return outcomes;
    });

    private static LeasedContactRow ReadContact(NpgsqlDataReader row, int first = 0)
    {
        var lease = new LeaseToken(row.GetGuid(first + 2), row.GetInt16(first + 3), row.GetBoolean(first + 5));
        return new(
            new(row.GetFieldValue<byte[]>(first + 7), row.GetInt32(first + 4), lease.ToString(), ReadMs(row, first + 13)),
            row.GetString(first), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(first + 1)), lease, row.GetBoolean(first + 15),
            row.GetString(first + 6))
        {
            CampaignId = row.GetString(first + 10), StateVersion = row.GetInt64(first + 11), CurrentVersion = row.GetInt64(first + 12),
            ExpiresAtMs = ReadMs(row, first + 14),
        };
    }

    private static DeadLetter ReadDeadLetter(NpgsqlDataReader row) =>
        new(row.GetFieldValue<byte[]>(4), row.GetString(0), row.GetInt32(1), row.GetString(2), ReadMs(row, 3));

    private static NpgsqlParameter[] Held(IReadOnlyList<ContactLease> contacts) =>
    [
        Column<short>(NpgsqlDbType.Smallint, [.. contacts.Select(static contact => contact.Lease.Bucket)]),
        Column<string>(NpgsqlDbType.Text, [.. contacts.Select(static contact => contact.ContactId)]),
        Column<Guid>(NpgsqlDbType.Uuid, [.. contacts.Select(static contact => contact.Lease.Lease)]),
    ];

    private static NpgsqlParameter<DateTimeOffset> Latest(long atMs) =>
        Instant(Math.Min(atMs, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static long ReadMs(NpgsqlDataReader row, int column) => new DateTimeOffset(row.GetDateTime(column)).ToUnixTimeMilliseconds();

    private static WaitingPlace? ReadPlace(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new(ReadMs(row, column), row.GetInt64(column + 1));

    private sealed class LeasedRow(NpgsqlDataReader row, int first = 0)
    {
        public LeasedContactRow Contact { get; } = ReadContact(row, first);

        public DateTime AvailableAt { get; } = row.GetDateTime(first + 8);

        public long Seq { get; } = row.GetInt64(first + 9);
    }
}
