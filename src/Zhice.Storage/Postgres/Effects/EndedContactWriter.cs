using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.Postgres.Facts;
using Zhice.Storage.Postgres.Outbox;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Takes contacts out of the outbox, counts how they ended, and makes dead letters of those that were given up.</summary>
internal sealed class EndedContactWriter() : EffectWriter<EndedContact>(Text)
{
    // The row's own columns say what is counted; a contact that is not there any more is counted nowhere.
    private static readonly string Text =
        $"""
        WITH freed AS (
            DELETE FROM outbox AS o
            USING {KeyColumns}, $5::uuid[], $6::text[], $7::smallint[], $8::integer[], $9::text[], $10::timestamptz[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, outcome, day, reason, at)
            {Kept}
            WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.customer_id = n.grain_key
            RETURNING o.*, n.outcome, coalesce(n.day, (now() AT TIME ZONE 'UTC')::date - date '1970-01-01') AS day, n.reason AS why,
                coalesce(n.at, now()) AS at),
        dead AS (
            INSERT INTO dead_letter (bucket, contact_id, customer_id, channel, campaign, attempts, reason, died_at, message)
            SELECT bucket, contact_id, customer_id, channel, campaign, attempts, why, date_trunc('milliseconds', now()), message FROM freed WHERE outcome = 3
            ON CONFLICT (bucket, contact_id) DO UPDATE SET reason = excluded.reason, died_at = excluded.died_at),
        {PostgresFactTexts.Ended("outcome", "day")}
        {PostgresOutboxTexts.Wake}
        INSERT INTO delivery_count_part AS c (campaign, channel, day, outcome, shard, count)
        SELECT campaign, channel, day, outcome, {PostgresOutboxTexts.CountShard}, count(*) FROM freed GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (campaign, channel, day, outcome, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    protected override IReadOnlyList<EndedContact> Select(CommitEffects effects) => effects.Ended;

    protected override NpgsqlParameter[] Columns(EndedContact[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.ContactId)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static contact => (short)contact.Outcome)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static contact => contact.Day)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.Reason)),
        Column(NpgsqlDbType.TimestampTz, Array.ConvertAll(effects, static contact => Instant(contact.AtMs))),
    ];
}
