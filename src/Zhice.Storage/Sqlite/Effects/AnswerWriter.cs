using Microsoft.Data.Sqlite;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Keeps answers that states have no room for.</summary>
internal sealed class AnswerWriter(SqliteConnection connection) : EffectWriter<AnsweredRequest>
{
    private readonly SqliteCommand _keep = connection.Prepared(
        """
        INSERT OR REPLACE INTO given_answer (bucket, customer_id, id_hash, body_hash, answered_at_ms, version, answer)
        VALUES ($bucket, $key, $id, $body, $at, $version, $answer)
        """,
        "$bucket", "$key", "$id", "$body", "$at", "$version", "$answer");

    public override void Dispose() => _keep.Dispose();

    protected override IReadOnlyList<AnsweredRequest> Select(CommitEffects effects) => effects.Answers;

    protected override void Write(StateWrite write, AnsweredRequest answer, long version) =>
        _keep.Run(
            write.Key.Bucket, write.Key.Key, unchecked((long)answer.IdHash), unchecked((long)answer.BodyHash), answer.AtMs, answer.Version,
            answer.Answer);
}
