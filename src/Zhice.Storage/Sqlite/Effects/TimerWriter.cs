using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Sets and cancels timers.</summary>
internal sealed class TimerWriter(SqliteConnection connection) : EffectWriter<TimerChange>
{
    private readonly SqliteCommand _set = connection.Prepared(
        """
        INSERT INTO customer_timer (bucket, customer_id, step, generation, due_at_ms) VALUES ($bucket, $key, $step, $generation, $due)
        ON CONFLICT DO UPDATE SET generation = excluded.generation, due_at_ms = excluded.due_at_ms
        """,
        "$bucket", "$key", "$step", "$generation", "$due");

    private readonly SqliteCommand _cancel = connection.Prepared(
        "DELETE FROM customer_timer WHERE bucket = $bucket AND customer_id = $key AND step = $step", "$bucket", "$key", "$step");

    public override void Dispose()
    {
        _set.Dispose();
        _cancel.Dispose();
    }

    protected override IReadOnlyList<TimerChange> Select(CommitEffects effects) => effects.Timers;

    protected override void Write(StateWrite write, TimerChange timer, long version)
    {
        if (timer.DueAtMs is { } due)
        {
            _set.Run(write.Key.Bucket, write.Key.Key, timer.Step, timer.Generation, due);
        }
        else
        {
            _cancel.Run(write.Key.Bucket, write.Key.Key, timer.Step);
        }
    }
}
