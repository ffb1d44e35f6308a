using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Keeps answers that states have no room for.</summary>
internal sealed class AnswerWriter() : EffectWriter<AnsweredRequest>(Text)
{
    private const string Text =
        $"""
        INSERT INTO given_answer (bucket, customer_id, id_hash, body_hash, answered_at, version, answer)
        SELECT n.bucket, n.grain_key, n.id_hash, n.body_hash, n.answered_at, n.version, n.answer
        FROM {KeyColumns}, $5::uuid[], $6::bigint[], $7::bigint[], $8::timestamptz[], $9::bigint[], $10::bytea[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, id_hash, body_hash, answered_at, version, answer)
        {Kept}
        ON CONFLICT DO NOTHING
        """;

    protected override IReadOnlyList<AnsweredRequest> Select(CommitEffects effects) => effects.Answers;

    protected override NpgsqlParameter[] Columns(AnsweredRequest[] effects) =>
    [
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static answer => unchecked((long)answer.IdHash))),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static answer => unchecked((long)answer.BodyHash))),
        Times(effects, static answer => answer.AtMs),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static answer => answer.Version)),
        Column(NpgsqlDbType.Bytea, Array.ConvertAll(effects, static answer => answer.Answer)),
    ];
}
