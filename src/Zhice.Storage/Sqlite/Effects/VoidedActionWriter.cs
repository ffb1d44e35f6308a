using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Ends the time of what waits of an action.</summary>
internal sealed class VoidedActionWriter(SqliteConnection connection) : EffectWriter<VoidedAction>
{
    private readonly SqliteCommand _void = connection.Prepared(
        """
        UPDATE outbox SET expires_at_ms = min(expires_at_ms, $at)
        WHERE bucket = $bucket AND customer_id = $key AND substr(contact_id, -length($end)) = $end AND (lease_id IS NULL OR next_at_ms <= $at OR is_behind)
        """,
        "$bucket", "$key", "$end", "$at");

    public override void Dispose() => _void.Dispose();

    protected override IReadOnlyList<VoidedAction> Select(CommitEffects effects) => effects.Voided;

    protected override void Write(StateWrite write, VoidedAction action, long version) =>
        _void.Run(write.Key.Bucket, write.Key.Key, action.ContactEnd, action.AtMs);
}
