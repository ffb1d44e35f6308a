using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Takes contacts out of the outbox, counts how they ended, and makes dead letters of those that were given up.</summary>
internal sealed class EndedContactWriter(SqliteOutboxEnds ends) : EffectWriter<EndedContact>
{
    /// <summary>Does nothing: who made the statements disposes of them.</summary>
    public override void Dispose()
    {
    }

    protected override IReadOnlyList<EndedContact> Select(CommitEffects effects) => effects.Ended;

    protected override void Write(StateWrite write, EndedContact contact, long version) =>
        ends.End(write.Key.Bucket, write.Key.Key, contact);
}
