using System.Collections.Frozen;
using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Catalogs.Behavior;
using Zhice.Catalogs.Contacts;
using Zhice.Catalogs.Experiments;
using Zhice.Catalogs.Journeys;
using Zhice.Catalogs.Outcomes;
using Zhice.Catalogs.Tags;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>Makes of a definition a catalogue to decide by, or says all that is wrong with it.</summary>
public static class CatalogCompiler
{
    /// <summary>How many faults are named at the most.</summary>
    public const int MaxFaults = 500;

    // The last instant that a timestamp has.
    private const long NotApplied = 253_402_300_799_999;

    /// <summary>What is remembered once a version is in force: for versions of older releases, which remembered less.</summary>
    /// <param name="definition">Its definition, which was accepted.</param>
    /// <param name="known">What is remembered so far.</param>
    /// <param name="version">The version.</param>
    /// <param name="appliedAtMs">When it was put in force, unix milliseconds.</param>
    public static SymbolTable Remember(V1.Catalog definition, SymbolTable known, long version, long appliedAtMs) =>
        CatalogSymbols.Extend(definition, known, new CatalogFaults(), version, appliedAtMs);

    /// <summary>Checks a definition as the comments of <c>catalog.proto</c> say, and numbers its names.</summary>
    /// <param name="definition">The definition; it is not changed.</param>
    /// <param name="known">The numbers of all names of earlier versions; they stay as they are.</param>
    /// <param name="version">The version that it will be, from 1.</param>
    /// <param name="appliedAtMs">When it is put in force, unix milliseconds; unset: not yet.</param>
    public static CatalogCompilation Compile(V1.Catalog definition, SymbolTable known, long version, long appliedAtMs = NotApplied)
    {
        var faults = new CatalogFaults();
        var symbols = CatalogSymbols.Extend(definition, known, faults, version, appliedAtMs);
        CatalogNames.Check(known, symbols, faults);
        if (!faults.All.IsEmpty)
        {
            return new CatalogCompilation(null, faults.All);
        }

        var zone = TimeZone(definition.TimeZone, faults);
        var subclasses = Subclasses(definition.TagClasses, faults);
        var names = new DefinitionNames(symbols, faults);
        CheckEventTypes(definition.EventTypes, names);
        var tags = new TagCompiler(symbols, version, subclasses, names.EventTypes, faults).Compile(definition.Tags);
        var channels = Channels(definition.Channels, names);
        CheckPlacements(definition.Placements, names);
        var tagsById = tags.ToFrozenDictionary(static tag => tag.Id, StringComparer.Ordinal);
        var schema = new ExpressionSchema(
            tagsById,
            names.EventTypes.All.ToFrozenDictionary(id => id, id => symbols.Find(SymbolKind.EventType, id), StringComparer.Ordinal),
            JourneyCompiler.NumberStages(definition.Journeys, symbols),
            CapCompiler.GetCounters(definition.ContactCaps));
        var rules = new RuleCompiler(schema, faults);
        var categories = new CategoryTree(definition.Categories, rules, faults);
        var experiments = new ExperimentCompiler(definition, categories, faults, symbols, version);
        var weights = new ContextWeightCompiler(definition.ContextWeights, rules, categories, faults);
        var actions = new ActionCompiler(names, rules, categories, experiments, weights).Compile(definition.Actions);
        var caps = new CapCompiler(names, categories.Ids).Compile(definition.ContactCaps);
        var contactRules = new ContactPolicyCompiler(symbols, categories, names.Actions, rules, faults).Compile(definition);
        experiments.CheckActions(names.Actions);
        weights.CheckActions(names.Actions);
        var placements = new PlacementCompiler(names, actions, caps, contactRules.Categories).Compile(definition.Placements);

        var marketing = definition.Actions.Where(static action => action.Purpose == V1.Purpose.Marketing)
            .Select(static action => action.ActionId)
            .ToFrozenSet(StringComparer.Ordinal);
        var journeys = new JourneyCompiler(names, rules, experiments, new StageActionCompiler(names, tagsById, marketing))
            .Compile(definition.Journeys);
        var outcomes = new OutcomeCompiler(symbols, names.EventTypes, names.Actions, faults);
        var behavior = BehaviorCompiler.Compile(definition.EventTypes, symbols, faults);
        var contrasts = ContrastCompiler.Compile(definition.DecisionContrasts, faults);
        var (compiledOutcomes, tierTag) = (outcomes.Compile(definition.Outcomes), outcomes.FindTierTag(definition.TierTagId, tags));
        if (!faults.All.IsEmpty)
        {
            return new CatalogCompilation(null, faults.All);
        }

        var catalog = new Catalog(
            version,
            symbols,
            new BankCalendar(zone),
            tags,
            channels,
            placements,
            actions,
            [.. definition.EventTypes.Select(type => type.EventTypeId)],
            caps,
            contactRules)
        {
            Learning = LearningCompiler.Compile(definition.Learning, faults),
            ContextWeights = weights.Weights, Holdouts = experiments.Holdouts, Experiments = experiments.Experiments, Journeys = journeys,
            Outcomes = compiledOutcomes, TierTag = tierTag, Behavior = behavior, Contrasts = contrasts,
            ChannelsOfPlacements = PlacementChannels.Read(symbols, version),
        };
        JourneyCompiler.CheckStageActions(catalog, faults);
        return new CatalogCompilation(faults.All.IsEmpty ? catalog : null, faults.All);
    }

    private static string TimeZone(string zone, CatalogFaults faults)
    {
        if (zone.Length == 0)
        {
            return BankCalendar.DefaultZone;
        }

        if (!BankCalendar.IsKnown(zone))
        {
            var hint = NearestName.Hint(ShortName.Shorten(zone), TimeZoneInfo.GetSystemTimeZones().Select(known => known.Id));
            faults.Add(
                "time_zone", $"there is no time zone '{ShortName.Shorten(zone)}'{hint}; an IANA name is \"{BankCalendar.DefaultZone}\"");
        }

        return zone;
    }

    private static CatalogIds Subclasses(RepeatedField<V1.TagClass> classes, CatalogFaults faults)
    {
        const int Max = 64;
        faults.AtMost("tag_classes", classes.Count, Max, "classes");
        var ids = new CatalogIds("class", faults);
        var subclasses = new CatalogIds("subclass", faults);
        for (var i = 0; i < classes.Count && !faults.IsFull; i++)
        {
            var path = $"tag_classes[{i}]";
            ids.Add(path, "class_id", classes[i].ClassId);
            faults.DisplayName($"{path}.display_name", classes[i].DisplayName, classes[i].ClassId);
            faults.AtMost($"{path}.subclasses", classes[i].Subclasses.Count, Max, "subclasses");
            for (var j = 0; j < classes[i].Subclasses.Count && !faults.IsFull; j++)
            {
                var (subpath, subclass) = ($"{path}.subclasses[{j}]", classes[i].Subclasses[j]);
                subclasses.Add(subpath, "subclass_id", subclass.SubclassId);
                faults.DisplayName($"{subpath}.display_name", subclass.DisplayName, subclass.SubclassId);
            }
        }

        return subclasses;
    }

    // The kinds that a live tag can be computed from: the catalogue's and those of feedback.
    private static void CheckEventTypes(RepeatedField<V1.EventType> types, DefinitionNames names)
    {
        var (ids, faults) = (names.EventTypes, names.Faults);
        faults.AtMost("event_types", types.Count, 4096, "event types");
        foreach (var kind in CatalogSymbols.FeedbackKinds)
        {
            ids.Add("feedback, which every catalogue has,", "event_type_id", kind);
        }

        for (var i = 0; i < types.Count && !faults.IsFull; i++)
        {
            ids.Add($"event_types[{i}]", "event_type_id", types[i].EventTypeId);
            faults.DisplayName($"event_types[{i}].display_name", types[i].DisplayName, types[i].EventTypeId);
        }
    }

    private static ImmutableArray<Channel> Channels(RepeatedField<V1.Channel> definitions, DefinitionNames names)
    {
        var faults = names.Faults;
        faults.AtMost("channels", definitions.Count, 64, "channels");
        var channels = ImmutableArray.CreateBuilder<Channel>(definitions.Count);
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var id = definitions[i].ChannelId;
            names.Channels.Add($"channels[{i}]", "channel_id", id);
            var displayName = faults.DisplayName($"channels[{i}].display_name", definitions[i].DisplayName, id);
            channels.Add(new Channel(id, names.Symbols.Find(SymbolKind.Channel, id), displayName));
        }

        return channels.ToImmutable();
    }

    private static void CheckPlacements(RepeatedField<V1.Placement> placements, DefinitionNames names)
    {
        var faults = names.Faults;
        faults.AtMost("placements", placements.Count, 1024, "placements");
        for (var i = 0; i < placements.Count && !faults.IsFull; i++)
        {
            var (path, placement) = ($"placements[{i}]", placements[i]);
            names.Placements.Add(path, "placement_id", placement.PlacementId);
            faults.DisplayName($"{path}.display_name", placement.DisplayName, placement.PlacementId);
            names.Channels.Knows($"{path}.channel_id", placement.ChannelId);
            if (placement.DefaultLimit is < 0 or > 50)
            {
                faults.Add($"{path}.default_limit", $"found {placement.DefaultLimit}; a limit is 1 to 50, or 0 for 3");
            }

            if (placement.CountAt is < V1.CountAt.Unspecified or > V1.CountAt.Send)
            {
                faults.Add(
                    $"{path}.count_at", $"{(int)placement.CountAt} is no moment to count at; it is one of impression, decision, send");
            }
        }
    }
}
