using Microsoft.Data.Sqlite;
using Zhice.Domain.Contacts;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Keeps statements of consent in the history.</summary>
internal sealed class ConsentStatementWriter(SqliteConnection connection) : EffectWriter<ConsentStatement>
{
    private readonly SqliteCommand _keep = connection.Prepared(
        """
        INSERT INTO consent_word (bucket, customer_id, said_at_ms, channel, purpose, is_granted, source, evidence, actor, recorded_at_ms)
        VALUES ($bucket, $key, $said, $channel, $purpose, $granted, $source, $evidence, $actor, $recorded)
        ON CONFLICT DO NOTHING
        """,
        "$bucket", "$key", "$said", "$channel", "$purpose", "$granted", "$source", "$evidence", "$actor", "$recorded");

    public override void Dispose() => _keep.Dispose();

    protected override IReadOnlyList<ConsentStatement> Select(CommitEffects effects) => effects.Statements;

    protected override void Write(StateWrite write, ConsentStatement word, long version) =>
        _keep.Run(
            write.Key.Bucket, write.Key.Key, word.AtMs, (int)word.Channel, (int)word.Purpose, word.IsGranted ? 1 : 0, (int)word.Source,
            word.EvidenceId, word.Actor, word.RecordedAtMs);
}
