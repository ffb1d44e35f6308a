using Google.Protobuf.Collections;

namespace Zhice.Catalogs.Journeys;

/// <summary>
/// Finds rings of stages, of one journey or of several, that keep each other going by the events that they make: once begun,
/// they would never end.
/// </summary>
/// <remarks>
/// A way counts when it waits for nothing, or for an event that a stage of such a ring makes. What remains when ways on other
/// events are taken away, again and again, feeds itself. The walk ends such a ring after some events all the same.
/// </remarks>
internal static class JourneyCycleDetector
{
    public static void Check(RepeatedField<V1.Journey> journeys, CatalogFaults faults)
    {
        var stages = journeys.SelectMany((journey, number) => journey.Stages.Select((stage, place) => new Stop(number, place, stage)))
            .ToList();
        var places = new Dictionary<(int, string), int>();
        foreach (var (place, stop) in stages.Index())
        {
            places.TryAdd((stop.Journey, stop.Stage.StageId), place);
        }

        var made = stages.SelectMany(static stop => stop.Made).ToHashSet(StringComparer.Ordinal);
        var rings = new List<int>();
        for (var before = -1; before != made.Count;)
        {
            before = made.Count;
            rings = [.. Enumerable.Range(0, stages.Count).Where(stage => ComesBack(stage))];
            made = rings.SelectMany(ring => stages[ring].Made).ToHashSet(StringComparer.Ordinal);
        }

        // Rings that make no events are told of by each journey's own check.
        if (made.Count > 0)
        {
            var stop = stages[rings.First(ring => stages[ring].Made.Any())];
            faults.Add(
                $"journeys[{stop.Journey}].stages[{stop.Place}].on_enter",
                $"the events that stages make lead customers back to '{stop.Stage.StageId}' of '{journeys[stop.Journey].JourneyId}' again and again, by way of "
                + $"{string.Join(", ", rings.Select(ring => $"'{stages[ring].Stage.StageId}'").Distinct().Take(8))}; let something be waited for that no stage makes");
        }

        bool ComesBack(int start)
        {
            var (seen, open) = (new HashSet<int>(), new Stack<int>(Next(start)));
            while (open.TryPop(out var stage))
            {
                if (stage == start)
                {
                    return true;
                }

                if (seen.Add(stage))
                {
                    foreach (var next in Next(stage))
                    {
                        open.Push(next);
                    }
                }
            }

            return false;
        }

        IEnumerable<int> Next(int stage)
        {
            var (journey, ways) = (stages[stage].Journey, stages[stage].Stage.Transitions);
            var next = ways
                .Where(way => way.TriggerCase == V1.JourneyTransition.TriggerOneofCase.None || way.OnContact == V1.StageContactOutcome.Blocked
                    || (way.TriggerCase == V1.JourneyTransition.TriggerOneofCase.EventTypeId && made.Contains(way.EventTypeId)))
                .Select(way => places.GetValueOrDefault((journey, way.ToStageId), -1));

            // Who has left may be let in again at once.
            var (isLast, entry) = (stages[stage].Stage.Final, journeys[journey].Entry);
            return isLast && entry?.AgainAfter?.ToTimeSpan() == TimeSpan.Zero && entry.EventTypeIds.Any(made.Contains)
                ? [places[(journey, journeys[journey].Stages[0].StageId)]]
                : next.Where(static place => place >= 0);
        }
    }

    private sealed record Stop(int Journey, int Place, V1.JourneyStage Stage)
    {
        public IEnumerable<string> Made =>
            Stage.OnEnter.Select(static stageAction => stageAction.EmitEventTypeId).Where(static type => type.Length > 0);
    }
}
