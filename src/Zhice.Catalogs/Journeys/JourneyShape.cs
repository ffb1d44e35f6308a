namespace Zhice.Catalogs.Journeys;

/// <summary>
/// Checks the ways of a journey: that each stage can be come to and left, and that no customer goes round without waiting.
/// </summary>
internal static class JourneyShape
{
    public static void Check(string path, V1.Journey journey, CatalogFaults faults)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < journey.Stages.Count; i++)
        {
            places.TryAdd(journey.Stages[i].StageId, i);
        }

        CheckEnds(path, journey, faults);
        CheckContacts(path, journey, faults);
        CheckReach(path, journey, places, faults);
        CheckLoops(path, journey, places, faults);
    }

    private static void CheckEnds(string path, V1.Journey journey, CatalogFaults faults)
    {
        for (var i = 0; i < journey.Stages.Count; i++)
        {
            var stage = journey.Stages[i];
            if (stage.Final && stage.Transitions.Count > 0)
            {
                faults.Add(
                    $"{path}.stages[{i}].transitions",
                    $"'{stage.StageId}' is final, and nothing leads on from there; take the transitions out, or final");
            }
            else if (!stage.Final && stage.Transitions.Count == 0)
            {
                faults.Add($"{path}.stages[{i}].transitions", $"no way leads out of '{stage.StageId}'; add one, or make it final");
            }
        }
    }

    // What can be heard of is a contact or a hand-off of the stage itself.
    private static void CheckContacts(string path, V1.Journey journey, CatalogFaults faults)
    {
        for (var i = 0; i < journey.Stages.Count; i++)
        {
            var stage = journey.Stages[i];
            var asks = stage.Transitions.Index()
                .Where(static way => way.Item.TriggerCase == V1.JourneyTransition.TriggerOneofCase.OnContact)
                .Select(static way => way.Index);
            if (!stage.OnEnter.Any(static stageAction =>
                stageAction.ActionCase is V1.StageAction.ActionOneofCase.Contact or V1.StageAction.ActionOneofCase.HandOff))
            {
                foreach (var way in asks)
                {
                    faults.Add(
                        $"{path}.stages[{i}].transitions[{way}].on_contact",
                        $"'{stage.StageId}' makes no contact; add a contact or a hand_off to its on_enter");
                }
            }
        }
    }

    private static void CheckReach(string path, V1.Journey journey, Dictionary<string, int> places, CatalogFaults faults)
    {
        var reached = new HashSet<int>();
        var open = new Queue<int>(journey.Stages.Count > 0 ? [0] : []);
        while (open.TryDequeue(out var place))
        {
            if (reached.Add(place))
            {
                foreach (var to in journey.Stages[place].Transitions.Select(
                    static transition => transition.ToStageId).Where(places.ContainsKey))
                {
                    open.Enqueue(places[to]);
                }
            }
        }

        for (var i = 0; i < journey.Stages.Count; i++)
        {
            if (!reached.Contains(i))
            {
                faults.Add(
                    $"{path}.stages[{i}]",
                    $"no way leads to '{journey.Stages[i].StageId}' from '{journey.Stages[0].StageId}', where customers enter");
            }
        }
    }

    // A way without event or time is taken at once, and one on a blocked contact may be: a ring of such ways would never end.
    private static void CheckLoops(string path, V1.Journey journey, Dictionary<string, int> places, CatalogFaults faults)
    {
        for (var start = 0; start < journey.Stages.Count; start++)
        {
            var (seen, open) = (new HashSet<int>(), new Queue<int>(AtOnce(start)));
            while (open.TryDequeue(out var place))
            {
                if (place == start)
                {
                    faults.Add($"{path}.stages[{start}]", $"customers can come back to '{journey.Stages[start].StageId}' without waiting for an event or a time; put one on the way");
                    return;
                }

                if (seen.Add(place))
                {
                    foreach (var next in AtOnce(place))
                    {
                        open.Enqueue(next);
                    }
                }
            }
        }

        IEnumerable<int> AtOnce(int place) => journey.Stages[place].Transitions
            .Where(transition => (transition.TriggerCase == V1.JourneyTransition.TriggerOneofCase.None || transition.OnContact == V1.StageContactOutcome.Blocked)
                && places.ContainsKey(transition.ToStageId))
            .Select(transition => places[transition.ToStageId]);
    }
}
