using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Journey = Zhice.Domain.Journeys.Journey;
using JourneyMove = Zhice.Domain.Journeys.JourneyMove;
using TransitionCause = Zhice.Domain.Journeys.TransitionCause;

namespace Zhice.Catalogs.Journeys;

/// <summary>Makes of counted moves how customers fare in a journey.</summary>
public static class JourneyReports
{
    /// <summary>The report, for each version and arm that customers were in.</summary>
    public static IEnumerable<JourneyVersionReport> Create(ushort journey, IEnumerable<JourneyCount> tallies, Catalog catalog) => tallies
        .Where(static tally => tally.Move.Cause != TransitionCause.NoRoom)
        .Select(static tally => tally with { Move = AsCounted(tally.Move) })
        .GroupBy(static tally => (tally.Move.Version, tally.Move.Arm))
        .OrderBy(static group => group.Key)
        .Select(group => Create(catalog.Journeys.Find(journey, group.Key.Version), group.Key.Version, group.Key.Arm, [.. group], catalog));

    /// <summary>The id of a stage; empty for none.</summary>
    public static string GetStageId(ushort stage, Catalog catalog) =>
        catalog.Symbols.FindName(SymbolKind.Stage, stage) is { } name ? name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..] : "";

    /// <summary>
    /// A move by its version alone: earlier releases counted a take-over in the newer version, from a stage of the older.
    /// </summary>
    public static JourneyMove AsCounted(in JourneyMove move) =>
        move is { Cause: TransitionCause.Mapped, To: not 0 } ? move with { From = 0, StayedMs = 0 } : move;

    /// <summary>The id of an arm of a journey's experiment; empty for none.</summary>
    public static string GetArmId(Journey? journey, byte arm, Catalog catalog) =>
        arm == 0 || journey is null || journey.Experiment < 0
            ? ""
            : catalog.Experiments[journey.Experiment].Arms.ElementAtOrDefault(arm - 1)?.Id ?? "";

    private static JourneyVersionReport Create(Journey? definition, int version, byte arm, JourneyCount[] all, Catalog catalog)
    {
        var goals = all.Where(static tally => tally.Move.Cause == TransitionCause.Goal).ToArray();
        var moves = all.Where(static tally => tally.Move.Cause != TransitionCause.Goal).ToArray();
        var known = definition?.Stages.Select(static stage => stage.Number) ?? [];
        var met = moves.SelectMany(static tally => new[] { tally.Move.From, tally.Move.To }).Where(static stage => stage != 0);
        ushort[] stages = [.. known.Union(met)];
        var report = new JourneyVersionReport
        {
            Version = version,
            ArmId = GetArmId(definition, arm, catalog),
            Entered = moves.Where(static tally => tally.Move.From == 0).Sum(static tally => tally.Count),
            Converted = goals.Sum(static tally => tally.Count),
            MedianTimeToGoal = GetMedian(goals),
            Stages = { stages.Select(stage => StageReport(stage, definition?.Stage(stage)?.IsFinal is true, moves, catalog)) },
        };
        report.InNow = report.Stages.Sum(static stage => stage.InNow);
        return report;
    }

    private static JourneyStageReport StageReport(ushort stage, bool isFinal, JourneyCount[] moves, Catalog catalog)
    {
        var arrived = moves.Where(tally => tally.Move.To == stage).Sum(static tally => tally.Count);
        var left = moves.Where(tally => tally.Move.From == stage).ToArray();
        return new()
        {
            StageId = GetStageId(stage, catalog),
            Arrived = arrived,
            InNow = isFinal ? 0 : Math.Max(0, arrived - left.Sum(static tally => tally.Count)),
            MedianStay = GetMedian(left),
            Transitions =
            {
                left.GroupBy(static tally => (tally.Move.Cause, tally.Move.EventType, tally.Move.To))
                    .Select(group => new TransitionReport
                    {
                        Cause = (V1.TransitionCause)group.Key.Cause,
                        EventTypeId = catalog.Symbols.FindName(SymbolKind.EventType, group.Key.EventType) ?? "",
                        ToStageId = GetStageId(group.Key.To, catalog),
                        Customers = group.Sum(static tally => tally.Count),
                        MedianStay = GetMedian([.. group]),
                    })
                    .OrderByDescending(static way => way.Customers),
            },
        };
    }

    private static Duration? GetMedian(JourneyCount[] tallies)
    {
        var half = (tallies.Sum(static tally => tally.Count) + 1) / 2;
        foreach (var step in tallies.GroupBy(static tally => tally.Move.StayedMs).OrderBy(static group => group.Key))
        {
            half -= step.Sum(static tally => tally.Count);
            if (half <= 0)
            {
                return Duration.FromTimeSpan(TimeSpan.FromMilliseconds(step.Key));
            }
        }

        return null;
    }

    /// <summary>A move of a customer as the contract shows it.</summary>
    public static V1.JourneyMove Show(in JourneyMove move, Catalog catalog) => new()
    {
        MoveTime = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(move.AtMs)),
        JourneyId = catalog.Symbols.FindName(SymbolKind.Journey, move.Journey) ?? "",
        Version = move.Version,
        FromStageId = GetStageId(move.From, catalog),
        ToStageId = GetStageId(move.To, catalog),
        Cause = (V1.TransitionCause)move.Cause,
        EventTypeId = catalog.Symbols.FindName(SymbolKind.EventType, move.EventType) ?? "",
    };
}
