using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Storage.Journeys;
using Zhice.Storage.Postgres.Outbox;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Counts moves in journeys.</summary>
internal sealed class JourneyMoveWriter() : EffectWriter<JourneyMove>(Text)
{
    private const string Text =
        $"""
        INSERT INTO journey_count AS c (journey, version, arm, from_stage, to_stage, way, event_type, stayed, shard, count)
        SELECT n.journey, n.version, n.arm, n.from_stage, n.to_stage, n.way, n.event_type, n.stayed, {PostgresOutboxTexts.CountShard}, count(*)
        FROM {KeyColumns}, $5::uuid[], $6::integer[], $7::integer[], $8::smallint[], $9::integer[], $10::integer[], $11::smallint[], $12::integer[], $13::smallint[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, journey, version, arm, from_stage, to_stage, way, event_type, stayed)
        {Kept}
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
        ON CONFLICT (journey, version, arm, from_stage, to_stage, way, event_type, stayed, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    protected override IReadOnlyList<JourneyMove> Select(CommitEffects effects) => effects.Moves;

    protected override NpgsqlParameter[] Columns(JourneyMove[] effects) =>
    [
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static move => (int)move.Journey)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static move => move.Version)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static move => (short)move.Arm)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static move => (int)move.From)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static move => (int)move.To)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static move => (short)move.Cause)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static move => (int)move.EventType)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static move => StayScale.FromMs(move.StayedMs))),
    ];
}
