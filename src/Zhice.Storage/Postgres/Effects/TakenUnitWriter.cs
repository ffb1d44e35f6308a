using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Takes units of stock out of leases, and finds what the leases have.</summary>
internal sealed class TakenUnitWriter() : EffectWriter<TakenUnit>(Text)
{
    // The leases' rows are locked in the order of their ids. The unit that a dead letter gave back and that has not gone back yet
    // is the one that it takes again: its row is locked, so that it goes back before, and is paid for, or not at all.
    private const string Text =
        $"""
        WITH taken AS MATERIALIZED (
            SELECT n.bucket, n.contact_id, n.lease_id, n.ends_at, n.goes_back
            FROM {KeyColumns}, $5::uuid[], $6::text[], $7::uuid[], $8::timestamptz[], $9::boolean[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, lease_id, ends_at, goes_back)
            {Kept}),
        still AS MATERIALIZED (
            SELECT u.bucket, u.contact_id FROM stock_unit AS u JOIN taken AS t ON t.bucket = u.bucket AND t.contact_id = u.contact_id
            WHERE t.ends_at IS NOT NULL FOR UPDATE OF u),
        paying AS MATERIALIZED (
            SELECT l.lease_id, l.action_id, t.units
            FROM (
                SELECT t.lease_id, count(*) FILTER (WHERE s.contact_id IS NULL)::integer AS units
                FROM taken AS t LEFT JOIN still AS s ON s.bucket = t.bucket AND s.contact_id = t.contact_id
                GROUP BY t.lease_id) AS t
            JOIN stock_lease AS l ON l.lease_id = t.lease_id
            ORDER BY l.lease_id FOR UPDATE OF l),
        paid AS (UPDATE stock_lease AS l SET remaining = l.remaining - p.units FROM paying AS p WHERE l.lease_id = p.lease_id)
        INSERT INTO stock_unit (bucket, contact_id, action_id, ends_at, goes_back)
        SELECT t.bucket, t.contact_id, p.action_id, t.ends_at, t.goes_back
        FROM taken AS t JOIN paying AS p ON p.lease_id = t.lease_id
        WHERE t.ends_at IS NOT NULL
        ON CONFLICT (bucket, contact_id) DO UPDATE SET ends_at = excluded.ends_at, goes_back = excluded.goes_back
        """;

    private const string FindText =
        $"""
        SELECT n.write_id, n.lease_id, coalesce(l.remaining, 0), coalesce(s.version, 0)
        FROM {KeyColumns}, $5::uuid[], $6::uuid[]) AS n (grain_type, bucket, grain_key, state_name, write_id, lease_id)
        LEFT JOIN stock_lease AS l ON l.lease_id = n.lease_id
        LEFT JOIN grain_state AS s ON {SameKey}
        WHERE s.write_id IS DISTINCT FROM n.write_id
        """;

    /// <summary>
    /// Finds the leases of which writes that were not kept yet take units, a row for each unit: write id, lease, how many units
    /// it has, and the state's version.
    /// </summary>
    public NpgsqlBatchCommand Find(IReadOnlyList<StateWrite> batch)
    {
        var (writes, taken) = Collect(batch);
        return Statement(FindText, writes, Column(NpgsqlDbType.Uuid, Array.ConvertAll(taken, static unit => unit.LeaseId)));
    }

    protected override IReadOnlyList<TakenUnit> Select(CommitEffects effects) => effects.Taken;

    protected override NpgsqlParameter[] Columns(TakenUnit[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static unit => unit.ContactId)),
        Column(NpgsqlDbType.Uuid, Array.ConvertAll(effects, static unit => unit.LeaseId)),
        Column(NpgsqlDbType.TimestampTz, Array.ConvertAll(effects, static unit => Instant(unit.EndsAtMs))),
        Column(NpgsqlDbType.Boolean, Array.ConvertAll(effects, static unit => unit.GoesBack)),
    ];
}
