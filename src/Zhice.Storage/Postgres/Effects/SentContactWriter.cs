using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Postgres.Facts;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Puts contacts into the outbox, and measures them.</summary>
internal sealed class SentContactWriter() : EffectWriter<OutboundContact>(Text)
{
    private static readonly string Text =
        $"""
        WITH n AS MATERIALIZED (
            SELECT n.*, s.version
            FROM {KeyColumns}, $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::text[], $12::bigint[], $13::smallint[], $14::timestamptz[], $15::integer[])
                WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, channel, available_at, expires_at, message, campaign, group_id, kind, at, day, place)
            {Kept}),
        measured AS (
            INSERT INTO fact ({PostgresFactTexts.Columns})
            SELECT at, group_id, 0, day, 0, 0, kind, 0, bucket, contact_id, grain_key, '' FROM n WHERE group_id <> 0),
        {PostgresFactTexts.Count("summed", "SELECT group_id, day, 0 AS code, kind, 0 AS amount FROM n WHERE group_id <> 0")}
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at, next_at, expires_at, message, state_version, group_id)
        SELECT bucket, contact_id, grain_key, channel, campaign, available_at, available_at, expires_at, message, version, group_id
        FROM n ORDER BY place
        """;

    protected override IReadOnlyList<OutboundContact> Select(CommitEffects effects) => effects.Sent;

    protected override NpgsqlParameter[] Columns(OutboundContact[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.ContactId)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.ChannelId)),
        Times(effects, static contact => contact.AvailableAtMs),
        Times(effects, static contact => contact.ExpiresAtMs),
        Column(NpgsqlDbType.Bytea, Array.ConvertAll(effects, static contact => contact.Message)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static contact => contact.CampaignId)),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static contact => contact.GroupId)),
        Column(
            NpgsqlDbType.Smallint,
            Array.ConvertAll(effects, static contact => (short)(contact.IsResent ? FactKind.Resent : FactKind.Contacted))),
        Times(effects, static contact => contact.MadeAtMs),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static contact => contact.Day)),
    ];
}
