using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Puts contacts into the outbox.</summary>
internal sealed class SentContactWriter() : EffectWriter<OutboundContact>(Text)
{
    private const string Text =
        $"""
        INSERT INTO outbox (bucket, contact_id, customer_id, channel, campaign, available_at, next_at, expires_at, message, state_version)
        SELECT n.bucket, n.contact_id, n.grain_key, n.channel, n.campaign, n.available_at, n.available_at, n.expires_at, n.message, s.version
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::bytea[], $11::text[])
            WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, channel, available_at, expires_at, message, campaign, place)
        {Kept}
        ORDER BY n.place
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
    ];
}
