using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Counts receipts.</summary>
internal sealed class ReceiptCountWriter(SqliteOutboxEnds ends) : EffectWriter<ReceiptRecord>
{
    /// <summary>Does nothing: who made the statements disposes of them.</summary>
    public override void Dispose()
    {
    }

    protected override IReadOnlyList<ReceiptRecord> Select(CommitEffects effects) => effects.Heard;

    protected override void Write(StateWrite write, ReceiptRecord receipt, long version) => ends.Count(receipt);
}
