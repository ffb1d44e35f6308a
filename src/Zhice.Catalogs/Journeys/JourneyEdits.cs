using Google.Protobuf.Collections;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Journeys;

/// <summary>
/// Finds the versions of journeys that a new catalogue changes under the feet of those who are in them: nobody looks at waiting
/// customers again, so their instants would stay those of the old definition.
/// </summary>
public static class JourneyEdits
{
    /// <summary>The versions that both catalogues have and that differ in what members go by, with their place in the new one.</summary>
    /// <param name="inForce">The catalogue in force.</param>
    /// <param name="next">The one that is to take its place.</param>
    /// <param name="symbols">The numbers of both: what is only called otherwise is the same.</param>
    public static IEnumerable<(int Place, V1.Journey Before)> Find(V1.Catalog inForce, V1.Catalog next, SymbolTable symbols)
    {
        var before = inForce.Journeys.ToDictionary(journey =>
            (symbols.GetCurrentName(SymbolKind.Journey, journey.JourneyId), journey.Version));
        foreach (var (place, journey) in next.Journeys.Index())
        {
            if (before.TryGetValue((symbols.GetCurrentName(SymbolKind.Journey, journey.JourneyId), journey.Version), out var old)
                && !IsMappedOn(journey, next.Journeys) && !Essence(old, symbols).Equals(Essence(journey, symbols)))
            {
                yield return (place, old);
            }
        }
    }

    /// <summary>How many customers are in a version.</summary>
    /// <param name="journey">The version as it is in force.</param>
    /// <param name="tallies">What was counted of the journey's moves.</param>
    /// <param name="symbols">The numbers of its stages.</param>
    public static long CountMembers(V1.Journey journey, IEnumerable<JourneyCount> tallies, SymbolTable symbols)
    {
        var moves = tallies.Where(tally =>
            tally.Move.Version == journey.Version && tally.Move.Cause is not (TransitionCause.Goal or TransitionCause.NoRoom))
            .Select(static tally => tally with { Move = JourneyReports.AsCounted(tally.Move) }).ToArray();
        return journey.Stages.Where(static stage => !stage.Final).Sum(stage =>
        {
            var number = symbols.Find(SymbolKind.Stage, CatalogSymbols.Stage(journey.JourneyId, stage.StageId));
            return Math.Max(
                0, moves.Sum(tally => (tally.Move.To == number ? tally.Count : 0) - (tally.Move.From == number ? tally.Count : 0)));
        });
    }

    /// <summary>What is said of a version that has members.</summary>
    public static CatalogFault Fault(int place, V1.Journey journey, long members) => new(
        $"journeys[{place}]",
        $"version {journey.Version} of '{journey.JourneyId}' has {members} customers in it, whose waits go by what it says now; leave it as it is, and add a "
        + "version, which may take them over by a mapping");

    // Members of a version that the newest maps are taken over before anything else.
    private static bool IsMappedOn(V1.Journey journey, RepeatedField<V1.Journey> all) => all
        .Where(other => other.JourneyId == journey.JourneyId).MaxBy(static other => other.Version) is { } newest
        && newest.Version != journey.Version && newest.Mappings.Any(mapping => mapping.FromVersion == journey.Version);

    // Who enters, how late events may come and what things are called does not touch those who wait.
    private static V1.Journey Essence(V1.Journey journey, SymbolTable symbols)
    {
        var (essence, id) = (journey.Clone(), journey.JourneyId);
        (essence.JourneyId, essence.DisplayName, essence.Entry, essence.Lateness) =
            (symbols.GetCurrentName(SymbolKind.Journey, id), "", null, null);
        essence.Mappings.Clear();
        essence.Formerly.Clear();
        Rename(essence.GoalStageIds, StageNow);
        foreach (var stage in essence.Stages)
        {
            (stage.DisplayName, stage.StageId) = ("", StageNow(stage.StageId));
            stage.Formerly.Clear();
            foreach (var transition in stage.Transitions)
            {
                transition.ToStageId = StageNow(transition.ToStageId);
            }

            foreach (var stageAction in stage.OnEnter)
            {
                Rename(stageAction, symbols);
            }
        }

        return essence;

        string StageNow(string stageId) =>
            stageId.Length == 0 ? "" : symbols.GetCurrentName(SymbolKind.Stage, CatalogSymbols.Stage(id, stageId));
    }

    private static void Rename(V1.StageAction stageAction, SymbolTable symbols)
    {
        if (stageAction.SetTag is { } tag)
        {
            tag.TagId = symbols.GetCurrentName(SymbolKind.Tag, tag.TagId);
        }

        if (stageAction.Contact is { } contact)
        {
            contact.ActionId = symbols.GetCurrentName(SymbolKind.Action, contact.ActionId);
            Rename(contact.PlacementIds, id => symbols.GetCurrentName(SymbolKind.Placement, id));
        }

        if (stageAction.HandOff is { } handOff)
        {
            (
                handOff.ActionId,
                handOff.PlacementId) = (symbols.GetCurrentName(SymbolKind.Action, handOff.ActionId),
                symbols.GetCurrentName(SymbolKind.Placement, handOff.PlacementId));
        }
    }

    private static void Rename(RepeatedField<string> ids, Func<string, string> now)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            ids[i] = now(ids[i]);
        }
    }
}
