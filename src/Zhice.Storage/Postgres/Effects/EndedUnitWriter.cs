using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Spends units of stock, or gives them back.</summary>
internal sealed class EndedUnitWriter() : EffectWriter<EndedUnit>(Text)
{
    // Spent: forgotten, as it never goes back. Given back: its time is over, and the sweep for such units does the rest.
    private const string Text =
        $"""
        WITH n AS MATERIALIZED (
            SELECT n.bucket, n.contact_id, n.is_spent, n.at
            FROM {KeyColumns}, $5::uuid[], $6::text[], $7::boolean[], $8::timestamptz[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, contact_id, is_spent, at)
            {Kept}),
        spent AS (DELETE FROM stock_unit AS u USING n WHERE n.is_spent AND u.bucket = n.bucket AND u.contact_id = n.contact_id)
        UPDATE stock_unit AS u SET ends_at = least(u.ends_at, n.at), goes_back = true
        FROM n WHERE NOT n.is_spent AND u.bucket = n.bucket AND u.contact_id = n.contact_id
        """;

    protected override IReadOnlyList<EndedUnit> Select(CommitEffects effects) => effects.EndedUnits;

    protected override NpgsqlParameter[] Columns(EndedUnit[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static unit => unit.ContactId)),
        Column(NpgsqlDbType.Boolean, Array.ConvertAll(effects, static unit => unit.IsSpent)),
        Times(effects, static unit => unit.AtMs),
    ];
}
