using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Cancels timers.</summary>
internal sealed class CancelledTimerWriter() : EffectWriter<TimerChange>(Text)
{
    private const string Text =
        $"""
        DELETE FROM customer_timer AS t
        USING {KeyColumns}, $5::uuid[], $6::text[]) AS n (grain_type, bucket, grain_key, state_name, write_id, step)
        {Kept}
        WHERE t.bucket = n.bucket AND t.customer_id = n.grain_key AND t.step = n.step
        """;

    protected override IReadOnlyList<TimerChange> Select(CommitEffects effects) => effects.Timers;

    protected override NpgsqlParameter[] Columns(TimerChange[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static timer => timer.Step)),
    ];

    protected override bool Includes(TimerChange effect) => effect.DueAtMs is null;
}
