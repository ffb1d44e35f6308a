using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Sets timers.</summary>
internal sealed class SetTimerWriter() : EffectWriter<TimerChange>(Text)
{
    private const string Text =
        $"""
        INSERT INTO customer_timer (bucket, customer_id, step, generation, due_at)
        SELECT n.bucket, n.grain_key, n.step, n.generation, n.due_at
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::bigint[], $8::timestamptz[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, step, generation, due_at)
        {Kept}
        ON CONFLICT (bucket, customer_id, step) DO UPDATE SET generation = excluded.generation, due_at = excluded.due_at
        """;

    protected override IReadOnlyList<TimerChange> Select(CommitEffects effects) => effects.Timers;

    protected override NpgsqlParameter[] Columns(TimerChange[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static timer => timer.Step)),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static timer => timer.Generation)),
        Times(effects, static timer => timer.DueAtMs!.Value),
    ];

    protected override bool Includes(TimerChange effect) => effect.DueAtMs is not null;
}
