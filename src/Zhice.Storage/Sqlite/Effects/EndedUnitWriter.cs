using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Spends units of stock, or gives them back.</summary>
internal sealed class EndedUnitWriter(SqliteConnection connection) : EffectWriter<EndedUnit>
{
    private readonly SqliteCommand _spend = connection.Prepared(
        "DELETE FROM stock_unit WHERE bucket = $bucket AND contact_id = $contact", "$bucket", "$contact");

    private readonly SqliteCommand _giveBack = connection.Prepared(
        "UPDATE stock_unit SET ends_at_ms = min(ends_at_ms, $at), goes_back = 1 WHERE bucket = $bucket AND contact_id = $contact",
        "$bucket", "$contact", "$at");

    public override void Dispose()
    {
        _spend.Dispose();
        _giveBack.Dispose();
    }

    protected override IReadOnlyList<EndedUnit> Select(CommitEffects effects) => effects.EndedUnits;

    protected override void Write(StateWrite write, EndedUnit unit, long version)
    {
        if (unit.IsSpent)
        {
            _spend.Run(write.Key.Bucket, unit.ContactId);
        }
        else
        {
            _giveBack.Run(write.Key.Bucket, unit.ContactId, unit.AtMs);
        }
    }
}
