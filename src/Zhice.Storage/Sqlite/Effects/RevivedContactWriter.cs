using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Takes contacts that are sent again out of the dead letters.</summary>
internal sealed class RevivedContactWriter(SqliteConnection connection) : EffectWriter<string>
{
    private readonly SqliteCommand _revive = connection.Prepared(
        "DELETE FROM dead_letter WHERE bucket = $bucket AND contact_id = $contact AND customer_id = $key", "$bucket", "$contact", "$key");

    public override void Dispose() => _revive.Dispose();

    protected override IReadOnlyList<string> Select(CommitEffects effects) => effects.Revived;

    protected override void Write(StateWrite write, string contactId, long version) =>
        _revive.Run(write.Key.Bucket, contactId, write.Key.Key);
}
