using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Counts contacts in the ledger, and finds those that others have counted.</summary>
internal sealed class CountedContactWriter(SqliteConnection connection) : EffectWriter<CountedContact>
{
    private readonly SqliteCommand _find = connection.Prepared(
        "SELECT 1 FROM contact_ledger WHERE bucket = $bucket AND contact_id = $contact AND write_id <> $write", "$bucket", "$contact",
        "$write");

    private readonly SqliteCommand _count = connection.Prepared(
        "INSERT INTO contact_ledger (bucket, contact_id, customer_id, counted_at_ms, write_id) VALUES ($bucket, $contact, $key, $at, $write)",
        "$bucket", "$contact", "$key", "$at", "$write");

    /// <summary>A contact of the write that another write has counted; null when there is none.</summary>
    public string? CountedBefore(StateWrite write)
    {
        foreach (var contact in write.Effects?.Counted ?? [])
        {
            _find.Set(write.Key.Bucket, contact.ContactId, write.WriteId.ToByteArray());
            if (_find.ExecuteScalar() is not null)
            {
                return contact.ContactId;
            }
        }

        return null;
    }

    public override void Dispose()
    {
        _find.Dispose();
        _count.Dispose();
    }

    protected override IReadOnlyList<CountedContact> Select(CommitEffects effects) => effects.Counted;

    protected override void Write(StateWrite write, CountedContact contact, long version) =>
        _count.Run(write.Key.Bucket, contact.ContactId, write.Key.Key, contact.CountedAtMs, write.WriteId.ToByteArray());
}
