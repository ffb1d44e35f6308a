using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Sqlite.Facts;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Records facts, and adds them to their totals.</summary>
internal sealed class FactWriter(SqliteFactStatements facts) : EffectWriter<Fact>
{
    /// <summary>Does nothing: who made the statements disposes of them.</summary>
    public override void Dispose()
    {
    }

    protected override IReadOnlyList<Fact> Select(CommitEffects effects) => effects.Facts;

    protected override void Write(StateWrite write, Fact fact, long version) => facts.Record(write.Key.Bucket, write.Key.Key, fact);
}
