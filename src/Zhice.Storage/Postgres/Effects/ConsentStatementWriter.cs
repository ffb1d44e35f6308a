using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Contacts;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Keeps statements of consent in the history.</summary>
internal sealed class ConsentStatementWriter() : EffectWriter<ConsentStatement>(Text)
{
    private const string Text =
        $"""
        INSERT INTO consent_word (bucket, customer_id, said_at, channel, purpose, is_granted, source, evidence, actor, recorded_at)
        SELECT n.bucket, n.grain_key, n.said_at, n.channel, n.purpose, n.is_granted, n.source, n.evidence, n.actor, n.recorded_at
        FROM {KeyColumns}, $5::uuid[], $6::timestamptz[], $7::integer[], $8::smallint[], $9::boolean[], $10::smallint[], $11::text[], $12::text[], $13::timestamptz[])
            WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, write_id, said_at, channel, purpose, is_granted, source, evidence, actor, recorded_at, place)
        {Kept}
        ORDER BY n.place
        ON CONFLICT DO NOTHING
        """;

    protected override IReadOnlyList<ConsentStatement> Select(CommitEffects effects) => effects.Statements;

    protected override NpgsqlParameter[] Columns(ConsentStatement[] effects) =>
    [
        Times(effects, static word => word.AtMs),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static word => (int)word.Channel)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static word => (short)word.Purpose)),
        Column(NpgsqlDbType.Boolean, Array.ConvertAll(effects, static word => word.IsGranted)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static word => (short)word.Source)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static word => word.EvidenceId)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static word => word.Actor)),
        Times(effects, static word => word.RecordedAtMs),
    ];
}
