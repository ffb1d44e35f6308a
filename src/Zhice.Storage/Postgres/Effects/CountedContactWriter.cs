using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Counts contacts in the ledger, and finds those that others have counted.</summary>
internal sealed class CountedContactWriter() : EffectWriter<CountedContact>(Text)
{
    private const string Text =
        $"""
        INSERT INTO contact_ledger (bucket, contact_id, customer_id, counted_at, write_id)
        SELECT n.bucket, n.contact_id, n.grain_key, n.counted_at, n.write_id
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::timestamptz[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, counted_at)
        {Kept}
        """;

    // By how much the clock of who says since when, and the database's day, may differ, and more.
    private const long DayMs = 86_400_000;

    // Of the partitions those are read in which a contact of the batch may have been counted, and what was counted before there were any.
    private const string FindText =
        $"""
        SELECT n.write_id, n.contact_id, coalesce(s.version, 0)
        FROM {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id)
        JOIN contact_ledger AS l ON l.bucket = n.bucket AND l.contact_id = n.contact_id AND l.write_id <> n.write_id
            AND (l.kept_on >= $7 OR l.kept_on = '1970-01-01') AND l.kept_on <= (now() AT TIME ZONE 'UTC')::date + 1
        LEFT JOIN grain_state AS s ON {SameKey}
        """;

    /// <summary>
    /// Finds contacts that the writes count and that others have counted: write id, contact id, and the state's version.
    /// </summary>
    public NpgsqlBatchCommand Find(IReadOnlyList<StateWrite> batch)
    {
        var (writes, counted) = Collect(batch);
        var since = DateOnly.FromDateTime(
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, counted.Min(static contact => contact.SinceMs) - DayMs)).UtcDateTime);
        return Statement(
            FindText, writes, Column(NpgsqlDbType.Text, Array.ConvertAll(counted, static contact => contact.ContactId)),
            new NpgsqlParameter<DateOnly> { TypedValue = since, NpgsqlDbType = NpgsqlDbType.Date });
    }

    protected override IReadOnlyList<CountedContact> Select(CommitEffects effects) => effects.Counted;

    protected override NpgsqlParameter[] Columns(CountedContact[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.ContactId)),
        Times(effects, static contact => contact.CountedAtMs),
    ];
}
