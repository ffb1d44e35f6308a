using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.Postgres.Parameters;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Writes the effects of one kind: one statement for all of a batch, whose text is always the same.</summary>
internal abstract class EffectWriter
{
    /// <summary>
    /// Joins the row of the state, for those writes only whose state this very transaction has kept: its row bears the
    /// transaction's number.
    /// </summary>
    protected const string Kept =
        $"JOIN grain_state AS s ON {KeyParameters.SameKey} AND s.write_id = n.write_id AND s.xmin = pg_current_xact_id()::xid";

    /// <summary>Adds the statement, if the batch has an effect of the kind.</summary>
    public abstract void Add(IReadOnlyList<StateWrite> batch, NpgsqlBatchCommandCollection statements);
}

/// <summary>Writes the effects of one kind.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="text">The statement. Its parameters are the keys and ids of the writes, then the columns of the effects.</param>
internal abstract class EffectWriter<T>(string text) : EffectWriter
{
    /// <inheritdoc/>
    public sealed override void Add(IReadOnlyList<StateWrite> batch, NpgsqlBatchCommandCollection statements)
    {
        var (writes, effects) = Collect(batch);
        if (effects.Length > 0)
        {
            statements.Add(KeyParameters.Statement(text, writes, Columns(effects)));
        }
    }

    /// <summary>The effects among which those of the kind are.</summary>
    protected abstract IReadOnlyList<T> Select(CommitEffects effects);

    /// <summary>Whether an effect is of the kind.</summary>
    protected virtual bool Includes(T effect) => true;

    /// <summary>The parameters behind the keys and ids of the writes: an array for each column.</summary>
    protected abstract NpgsqlParameter[] Columns(T[] effects);

    /// <summary>Instants, unix milliseconds, as a parameter.</summary>
    protected static NpgsqlParameter Times(T[] effects, Func<T, long> atMs) =>
        PostgresParameters.Column(
            NpgsqlDbType.TimestampTz, Array.ConvertAll(effects, effect => DateTimeOffset.FromUnixTimeMilliseconds(atMs(effect))));

    /// <summary>An instant, unix milliseconds; null for none.</summary>
    protected static DateTimeOffset? Instant(long? atMs) => atMs is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>The effects of a batch, each with the write that it belongs to.</summary>
    /// <remarks>Hot path: of most kinds a batch has none, and then nothing is allocated.</remarks>
    protected (StateWrite[] Writes, T[] Effects) Collect(IReadOnlyList<StateWrite> batch)
    {
        var count = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            count += batch[i].Effects is { } effects ? CountIncluded(Select(effects)) : 0;
        }

        if (count == 0)
        {
            return ([], []);
        }

        var (writes, found, at) = (new StateWrite[count], new T[count], 0);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Effects is not { } effects)
            {
                continue;
            }

            var some = Select(effects);
            for (var each = 0; each < some.Count; each++)
            {
                if (Includes(some[each]))
                {
                    writes[at] = batch[i];
                    found[at++] = some[each];
                }
            }
        }

        return (writes, found);
    }

    private int CountIncluded(IReadOnlyList<T> effects)
    {
        var count = 0;
        for (var i = 0; i < effects.Count; i++)
        {
            count += Includes(effects[i]) ? 1 : 0;
        }

        return count;
    }
}
