using Google.Protobuf.Collections;
using Zhice.Catalogs.Tags;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>
/// What a definition says that things were called formerly: the new name takes over the number of the old, and so all that customers
/// have of it.
/// </summary>
internal sealed class Renames(V1.Catalog definition, SymbolTable known, CatalogFaults faults)
{
    private readonly List<Symbol> _added = [];

    /// <summary>The renames that are not known yet; with a fault for those that cannot be.</summary>
    public IReadOnlyList<Symbol> Find()
    {
        Find(SymbolKind.Tag, "tags", "tag", definition.Tags, static tag => tag.TagId, static tag => tag.Formerly, RenameTag);
        Find(
            SymbolKind.Channel, "channels", "channel", definition.Channels, static channel => channel.ChannelId,
            static channel => channel.Formerly);
        Find(
            SymbolKind.Placement, "placements", "placement", definition.Placements, static placement => placement.PlacementId,
            static placement => placement.Formerly);
        Find(
            SymbolKind.Category, "categories", "category", definition.Categories, static category => category.CategoryId,
            static category => category.Formerly);
        Find(
            SymbolKind.Action, "actions", "action", definition.Actions, static action => action.ActionId, static action => action.Formerly,
            RenameTreatments);
        Find(
            SymbolKind.Journey, "journeys", "journey", definition.Journeys, static journey => journey.JourneyId,
            static journey => journey.Formerly, RenameStages);
        foreach (var (place, action) in definition.Actions.Index())
        {
            FindWithin(
                SymbolKind.Treatment, $"actions[{place}].treatments", "treatment", [action.ActionId, .. action.Formerly], action.Treatments,
                static treatment => treatment.TreatmentId, static treatment => treatment.Formerly);
        }

        foreach (var (place, journey) in definition.Journeys.Index())
        {
            FindWithin(
                SymbolKind.Stage, $"journeys[{place}].stages", "stage", [journey.JourneyId, .. journey.Formerly], journey.Stages,
                static stage => stage.StageId, static stage => stage.Formerly);
        }

        return _added;
    }

    /// <summary>Names of a definition that stand for the same thing: one of them is a former name of the other.</summary>
    public static void CheckApart(V1.Catalog definition, SymbolTable symbols, CatalogFaults faults)
    {
        Check(SymbolKind.Tag, "tags", definition.Tags.Select(static tag => tag.TagId));
        Check(SymbolKind.Channel, "channels", definition.Channels.Select(static channel => channel.ChannelId));
        Check(SymbolKind.Placement, "placements", definition.Placements.Select(static placement => placement.PlacementId));
        Check(SymbolKind.Category, "categories", definition.Categories.Select(static category => category.CategoryId));
        Check(SymbolKind.Action, "actions", definition.Actions.Select(static action => action.ActionId));
        Check(SymbolKind.Journey, "journeys", definition.Journeys.Select(static journey => journey.JourneyId));
        foreach (var (place, action) in definition.Actions.Index())
        {
            Check(
                SymbolKind.Treatment, $"actions[{place}].treatments",
                action.Treatments.Select(treatment => CatalogSymbols.Treatment(action.ActionId, treatment.TreatmentId)));
        }

        foreach (var (place, journey) in definition.Journeys.Index())
        {
            Check(
                SymbolKind.Stage, $"journeys[{place}].stages",
                journey.Stages.Select(stage => CatalogSymbols.Stage(journey.JourneyId, stage.StageId)));
        }

        void Check(SymbolKind kind, string field, IEnumerable<string> ids)
        {
            var seen = new Dictionary<ushort, string>();
            foreach (var (place, id) in ids.Index())
            {
                if (symbols.Find(kind, id) is var number and not 0 && !seen.TryAdd(number, id) && seen[number] != id)
                {
                    faults.Add($"{field}[{place}]", $"'{id}' and '{seen[number]}' are names of the same, one of them formerly; take one out, or give it a name that was never used");
                }
            }
        }
    }

    private void Find<T>(
        SymbolKind kind, string field, string what, RepeatedField<T> things, Func<T, string> idOf,
        Func<T, RepeatedField<string>> formerlyOf, Action<T, string>? also = null)
    {
        for (var i = 0; i < things.Count && !faults.IsFull; i++)
        {
            var (id, formerly) = (idOf(things[i]), formerlyOf(things[i]));
            faults.AtMost($"{field}[{i}].formerly", formerly.Count, 16, "former ids");
            foreach (var (place, old) in formerly.Index())
            {
                var (number, own) = (known.Find(kind, old), known.Find(kind, id));
                if (number != 0 && own != 0 && own != number)
                {
                    faults.Add(
                        $"{field}[{i}].formerly[{place}]",
                        $"'{ShortName.Shorten(old)}' and '{ShortName.Shorten(id)}' were two of their own in earlier versions, and what customers have of them cannot be joined; give the {what} an id that was never used");
                }
                else if (number != 0 && own == 0 && CatalogIds.IsWellFormed(id) && !_added.Contains(SymbolTable.Renamed(kind, id, old)))
                {
                    _added.Add(SymbolTable.Renamed(kind, id, old));
                    also?.Invoke(things[i], old);
                }
            }
        }
    }

    // Parts of a thing, whose ids are unique within it: they may have had their former ids under its former id.
    private void FindWithin<T>(
        SymbolKind kind, string field, string what, string[] owners, RepeatedField<T> things, Func<T, string> idOf,
        Func<T, RepeatedField<string>> formerlyOf)
    {
        var (now, taken) = (owners[0], (SymbolTable?)null);
        for (var i = 0; i < things.Count && !faults.IsFull; i++)
        {
            var (id, formerly) = (idOf(things[i]), formerlyOf(things[i]));
            taken ??= formerly.Count > 0 ? known.With(_added) : null;
            faults.AtMost($"{field}[{i}].formerly", formerly.Count, 16, "former ids");
            foreach (var (place, old) in formerly.Index())
            {
                var before = owners.Select(owner => $"{owner}/{old}").FirstOrDefault(name => taken!.Find(kind, name) != 0);
                var (number, own) = (before is null ? (ushort)0 : taken!.Find(kind, before), taken!.Find(kind, $"{now}/{id}"));
                if (number != 0 && own != 0 && own != number)
                {
                    faults.Add(
                        $"{field}[{i}].formerly[{place}]",
                        $"'{ShortName.Shorten(old)}' and '{ShortName.Shorten(id)}' were two of their own in earlier versions, and what customers have of them cannot be joined; give the {what} an id that was never used");
                }
                else if (number != 0 && own == 0 && CatalogIds.IsWellFormed(now) && CatalogIds.IsWellFormed(id)
                    && !_added.Contains(SymbolTable.Renamed(kind, $"{now}/{id}", before!)))
                {
                    _added.Add(SymbolTable.Renamed(kind, $"{now}/{id}", before!));
                }
            }
        }
    }

    private void RenameStages(V1.Journey journey, string old) => RenameWithin(SymbolKind.Stage, $"{old}/", $"{journey.JourneyId}/");

    private void RenameTreatments(V1.Action action, string old) => RenameWithin(SymbolKind.Treatment, $"{old}/", $"{action.ActionId}/");

    private void RenameTag(V1.TagDefinition tag, string old)
    {
        RenameWithin(SymbolKind.TypedTag, $"{old}=", $"{tag.TagId}=");
        RenameWithin(SymbolKind.EnumValue, $"{old}=", $"{tag.TagId}=");
        _added.AddRange(LiveTagHistory.In(known).Renamed(old, tag.TagId));
    }

    private void RenameWithin(SymbolKind kind, string before, string after) => _added.AddRange(known.GetNames(kind)
        .Where(name => name.StartsWith(before, StringComparison.Ordinal))
        .Select(name => SymbolTable.Renamed(kind, after + name[before.Length..], name)));
}
