using Zhice.Domain.Effects;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Writes the effects of one kind by prepared statements of its own, inside a transaction.</summary>
internal abstract class EffectWriter : IDisposable
{
    /// <summary>Writes the effects that a write has of the kind.</summary>
    /// <param name="write">The write, whose state was just kept.</param>
    /// <param name="effects">Its effects.</param>
    /// <param name="version">The version that the state has now.</param>
    public abstract void Write(StateWrite write, CommitEffects effects, long version);

    public abstract void Dispose();
}

/// <summary>Writes the effects of one kind.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal abstract class EffectWriter<T> : EffectWriter
{
    public sealed override void Write(StateWrite write, CommitEffects effects, long version)
    {
        var some = Select(effects);
        for (var i = 0; i < some.Count; i++)
        {
            Write(write, some[i], version);
        }
    }

    /// <summary>The effects of the kind.</summary>
    protected abstract IReadOnlyList<T> Select(CommitEffects effects);

    /// <summary>Writes one effect.</summary>
    protected abstract void Write(StateWrite write, T effect, long version);
}
