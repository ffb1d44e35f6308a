using NpgsqlTypes;
using Zhice.Domain.Stocks;
using Zhice.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Stock;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Stock;

/// <summary>
/// The stock of actions in PostgreSQL. Whoever locks rows of leases and of allotments does so in that order, and each in the
/// order of their keys.
/// </summary>
internal sealed class PostgresStock(PostgresPool pool) : IStockStore
{
    private const int UnitsAtOnce = 5_000;
    private const int ChangesAtOnce = 50_000;

    private const string SeenText =
        "INSERT INTO stock_owner AS o (owner, seen_at) VALUES ($1, now()) ON CONFLICT (owner) DO UPDATE SET seen_at = excluded.seen_at";

    private const string OpenText = "INSERT INTO stock_allotment (action_id, granted) VALUES ($1, 0) ON CONFLICT DO NOTHING";

    private const string LeaseText =
        """
        WITH left_over AS (
            SELECT least($3::bigint, greatest(1, ($2 - granted) / 8)) AS units FROM stock_allotment
            WHERE action_id = $1 AND granted < $2 FOR UPDATE),
        granted AS (
            UPDATE stock_allotment AS a SET granted = a.granted + l.units FROM left_over AS l WHERE a.action_id = $1)
        INSERT INTO stock_lease (lease_id, action_id, owner, remaining, changed_at)
        SELECT $4, $1, $5, units, now() FROM left_over
        RETURNING remaining
        """;

    private const string GiveBackText =
        """
        INSERT INTO stock_allotment AS a (action_id, granted)
        SELECT action_id, -sum(units)::bigint FROM gone GROUP BY action_id ORDER BY action_id
        ON CONFLICT (action_id) DO UPDATE SET granted = a.granted + excluded.granted
        """;

    private const string EndText =
        $"""
        WITH ending AS (SELECT lease_id, remaining FROM stock_lease WHERE lease_id = ANY($1) AND owner <> '' ORDER BY lease_id FOR UPDATE),
        gone AS (
            UPDATE stock_lease AS l SET remaining = 0, owner = '', changed_at = now() FROM ending AS e WHERE l.lease_id = e.lease_id
            RETURNING l.action_id, e.remaining AS units)
        {GiveBackText}
        """;

    private const string AbandonedText =
        """
        SELECT l.lease_id FROM stock_lease AS l
        WHERE l.owner <> '' AND (
            NOT EXISTS (SELECT 1 FROM stock_owner AS o WHERE o.owner = l.owner AND o.seen_at >= now() - $1)
            OR (l.owner = $2 AND l.changed_at < now() - $3 AND l.lease_id <> ALL($4)))
        """;

    private const string ForgetText =
        """
        WITH leases AS (DELETE FROM stock_lease WHERE owner = '' AND changed_at < now() - interval '1 hour')
        DELETE FROM stock_owner WHERE seen_at < now() - interval '1 hour'
        """;

    // Silos that sweep at once pass over each other's rows.
    private const string EndUnitsText =
        $"""
        WITH over AS (SELECT bucket, contact_id FROM stock_unit WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2 FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM stock_unit AS u USING over AS o WHERE u.bucket = o.bucket AND u.contact_id = o.contact_id
            RETURNING u.action_id, (u.goes_back)::integer AS units)
        {GiveBackText}
        """;

    // Where there is something to sum up. Silos that do so at once pass over each other's rows.
    private const string SumUpText =
        """
        WITH gone AS (
            DELETE FROM stock_kept
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM stock_kept WHERE (SELECT count(*) > count(DISTINCT action_id) FROM stock_kept) LIMIT $1 FOR UPDATE SKIP LOCKED))
            RETURNING action_id, units)
        INSERT INTO stock_kept (action_id, units) SELECT action_id, sum(units) FROM gone GROUP BY action_id HAVING sum(units) <> 0
        """;

    private const string ListText =
        """
        WITH leased AS MATERIALIZED (SELECT action_id, sum(remaining)::bigint AS units FROM stock_lease GROUP BY action_id),
        kept AS MATERIALIZED (
            SELECT action_id, sum(units)::bigint AS units
            FROM (
                SELECT action_id, units FROM stock_kept
                UNION ALL SELECT action_id, count(*) FROM stock_unit WHERE goes_back AND NOT is_counted GROUP BY action_id) AS changes
            GROUP BY action_id)
        SELECT a.action_id, a.granted, coalesce(l.units, 0), coalesce(k.units, 0)
        FROM stock_allotment AS a LEFT JOIN leased AS l ON l.action_id = a.action_id LEFT JOIN kept AS k ON k.action_id = a.action_id
        ORDER BY a.action_id
        """;

    private readonly PostgresCalls _calls = new(pool);

    public async Task<StockLease?> LeaseAsync(string actionId, long units, int limit, string owner, Guid leaseId)
    {
        await _calls.RunAsync(SeenText, () => [Value(owner)]);
        await _calls.RunAsync(OpenText, () => [Value(actionId)]);
        var leased = await _calls.ReadAsync(
            LeaseText, () => [Value(actionId), Value(units), Value(limit), Value(leaseId), Value(owner)], static row => row.GetInt32(0));
        return leased is [var count] ? new(leaseId, count) : null;
    }

    public Task EndAsync(IReadOnlyList<Guid> leases) =>
        _calls.RunAsync(EndText, () => [Column<Guid>(NpgsqlDbType.Uuid, [.. leases])]);

    public async Task SweepAsync(string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs)
    {
        await _calls.RunAsync(SeenText, () => [Value(owner)]);
        var abandoned = await _calls.ReadAsync(
            AbandonedText,
            () => [Value(silence), Value(owner), Value(lost), Column<Guid>(NpgsqlDbType.Uuid, [.. known])],
            static row => row.GetGuid(0));
        if (abandoned.Count > 0)
        {
            await EndAsync(abandoned);
        }

        await _calls.RunAsync(ForgetText, static () => []);
        while (await _calls.RunAsync(EndUnitsText, () => [Instant(nowMs), Value(UnitsAtOnce)]) > 0)
        {
            // There may be more.
        }

        await _calls.RunAsync(SumUpText, () => [Value(ChangesAtOnce)]);
    }

    public async Task<IReadOnlyList<StockLevel>> ListAsync() => await _calls.ReadAsync(
        ListText, static () => [], static row => new StockLevel(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
}
