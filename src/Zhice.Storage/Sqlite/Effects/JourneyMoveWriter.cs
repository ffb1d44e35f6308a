using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Storage.Journeys;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Counts moves in journeys.</summary>
internal sealed class JourneyMoveWriter(SqliteConnection connection) : EffectWriter<JourneyMove>
{
    private readonly SqliteCommand _move = connection.Prepared(
        """
        INSERT INTO journey_count (journey, version, arm, from_stage, to_stage, way, event_type, stayed, count)
        VALUES ($journey, $version, $arm, $from, $to, $way, $type, $stayed, 1)
        ON CONFLICT DO UPDATE SET count = count + 1
        """,
        "$journey", "$version", "$arm", "$from", "$to", "$way", "$type", "$stayed");

    public override void Dispose() => _move.Dispose();

    protected override IReadOnlyList<JourneyMove> Select(CommitEffects effects) => effects.Moves;

    protected override void Write(StateWrite write, JourneyMove move, long version) =>
        _move.Run(
            (int)move.Journey, move.Version, (int)move.Arm, (int)move.From, (int)move.To, (int)move.Cause, (int)move.EventType,
            StayScale.FromMs(move.StayedMs));
}
