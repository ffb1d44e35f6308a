using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Ends the time of what waits of an action.</summary>
internal sealed class VoidedActionWriter() : EffectWriter<VoidedAction>(Text)
{
    private const string Text =
        $"""
        UPDATE outbox AS o SET expires_at = least(o.expires_at, n.at)
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::timestamptz[]) AS n (grain_type, bucket, grain_key, state_name, write_id, contact_end, at)
        {Kept}
        WHERE o.bucket = n.bucket AND o.customer_id = n.grain_key AND right(o.contact_id, length(n.contact_end)) = n.contact_end
            AND (o.lease_id IS NULL OR o.next_at <= n.at OR o.is_behind)
        """;

    protected override IReadOnlyList<VoidedAction> Select(CommitEffects effects) => effects.Voided;

    protected override NpgsqlParameter[] Columns(VoidedAction[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static action => action.ContactEnd)),
        Times(effects, static action => action.AtMs),
    ];
}
