using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Takes contacts that are sent again out of the dead letters.</summary>
internal sealed class RevivedContactWriter() : EffectWriter<string>(Text)
{
    private const string Text =
        $"""
        DELETE FROM dead_letter AS d
        USING {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id)
        {Kept}
        WHERE d.bucket = n.bucket AND d.contact_id = n.contact_id AND d.customer_id = n.grain_key
        """;

    protected override IReadOnlyList<string> Select(CommitEffects effects) => effects.Revived;

    protected override NpgsqlParameter[] Columns(string[] effects) =>
    [
        Column(NpgsqlDbType.Text, effects),
    ];
}
