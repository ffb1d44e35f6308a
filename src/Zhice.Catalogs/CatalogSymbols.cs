using Zhice.Catalogs.Experiments;
using Zhice.Catalogs.Tags;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs;

/// <summary>Gives the names of a definition their numbers, in the definition's order, behind those that have one.</summary>
internal static class CatalogSymbols
{
    /// <summary>Kinds of events that feedback makes; every catalogue has them and none defines them.</summary>
    public static readonly string[] FeedbackKinds = ["impression", "click", "acceptance", "dismissal"];

    /// <summary>The name that pins a tag's type.</summary>
    public static string TypedTag(string tagId, TagType type) => $"{tagId}={type}";

    /// <summary>The name that pins what a live tag computes: customers' states keep what it is computed from.</summary>
    public static string TypedTag(string tagId, LiveFunction function) => $"{tagId}={function}";

    /// <summary>The name of a value of an enum tag.</summary>
    public static string EnumValue(string tagId, string value) => $"{tagId}={value}";

    /// <summary>The name of a treatment: its id is unique in its action alone.</summary>
    public static string Treatment(string actionId, string treatmentId) => $"{actionId}/{treatmentId}";

    /// <summary>The name of a stage: its id is unique in its journey alone.</summary>
    public static string Stage(string journeyId, string stageId) => $"{journeyId}/{stageId}";

    /// <summary>The table with all names of the definition; the table as it was, with a fault, when numbers run out.</summary>
    public static SymbolTable Extend(V1.Catalog definition, SymbolTable known, CatalogFaults faults, long version, long appliedAtMs)
    {
        known = known.With(new Renames(definition, known, faults).Find());
        var added = GetSymbols(definition)
            .Concat(PlacementChannels.Added(definition, known, version))
            .Concat(LiveTagHistory.In(known).Added(definition, version, appliedAtMs))
            .Concat(ExperimentParts.In(known).Added(definition, version))
            .Where(symbol => known.Find(symbol.Kind, symbol.Name) == 0).Distinct().ToList();
        var hasRoom = true;
        foreach (var kind in added.GroupBy(symbol => symbol.Kind))
        {
            var count = known.Symbols.Count(symbol => symbol.Kind == kind.Key) + kind.Count();
            if (count > ushort.MaxValue)
            {
                hasRoom = false;
                faults.Add(
                    GetFieldName(kind.Key),
                    $"with those of earlier versions there would be {count} names of this kind; numbers end at {ushort.MaxValue}");
            }
        }

        var symbols = hasRoom ? known.With(added) : known;
        Renames.CheckApart(definition, symbols, faults);
        return symbols.Preferring(GetSymbols(definition));
    }

    // Ids of the wrong form get no number: the definition has a fault then, and the table is thrown away.
    private static IEnumerable<Symbol> GetSymbols(V1.Catalog definition)
    {
        return FeedbackKinds.Select(kind => new Symbol(SymbolKind.EventType, kind))
            .Concat(definition.Tags.Where(tag => CatalogIds.IsWellFormed(tag.TagId)).SelectMany(GetSymbols))
            .Concat(Ids(SymbolKind.EventType, definition.EventTypes.Select(type => type.EventTypeId)))
            .Concat(Ids(SymbolKind.Channel, definition.Channels.Select(channel => channel.ChannelId)))
            .Concat(Ids(SymbolKind.Placement, definition.Placements.Select(placement => placement.PlacementId)))
            .Concat(Ids(SymbolKind.Category, definition.Categories.Select(category => category.CategoryId)))
            .Concat(Ids(SymbolKind.Action, definition.Actions.Select(action => action.ActionId)))
            .Concat(definition.Actions.Where(action => CatalogIds.IsWellFormed(action.ActionId)).SelectMany(GetSymbols))
            .Concat(Ids(SymbolKind.Outcome, definition.Outcomes.Select(outcome => outcome.OutcomeId)))
            .Concat(Ids(SymbolKind.Journey, definition.Journeys.Select(journey => journey.JourneyId)))
            .Concat(definition.Journeys.Where(journey => CatalogIds.IsWellFormed(journey.JourneyId)).SelectMany(GetSymbols));
    }

    private static IEnumerable<Symbol> GetSymbols(V1.Action action) => action.Treatments
        .Where(treatment => CatalogIds.IsWellFormed(treatment.TreatmentId))
        .Select(treatment => new Symbol(SymbolKind.Treatment, Treatment(action.ActionId, treatment.TreatmentId)));

    private static IEnumerable<Symbol> GetSymbols(V1.Journey journey) => journey.Stages
        .Where(stage => CatalogIds.IsWellFormed(stage.StageId))
        .Select(stage => new Symbol(SymbolKind.Stage, Stage(journey.JourneyId, stage.StageId)));

    private static IEnumerable<Symbol> GetSymbols(V1.TagDefinition tag)
    {
        yield return new(SymbolKind.Tag, tag.TagId);
        yield return new(SymbolKind.TypedTag, TypedTag(tag.TagId, (TagType)tag.Type));
        if (tag.Live is { } live)
        {
            yield return new(SymbolKind.TypedTag, TypedTag(tag.TagId, (LiveFunction)live.Function));
        }

        foreach (var value in tag.EnumValues)
        {
            yield return new(SymbolKind.EnumValue, EnumValue(tag.TagId, value));
        }
    }

    private static IEnumerable<Symbol> Ids(SymbolKind kind, IEnumerable<string> ids) =>
        ids.Where(CatalogIds.IsWellFormed).Select(id => new Symbol(kind, id));

    private static string GetFieldName(SymbolKind kind) => kind switch
    {
        SymbolKind.EventType => "event_types",
        SymbolKind.Channel => "channels",
        SymbolKind.Placement => "placements",
        SymbolKind.Category => "categories",
        SymbolKind.Action or SymbolKind.Treatment => "actions",
        SymbolKind.Journey or SymbolKind.Stage => "journeys",
        SymbolKind.Outcome => "outcomes",
        SymbolKind.ExperimentParts => "experiment_layers",
        _ => "tags",
    };
}
