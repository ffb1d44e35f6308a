using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Experiments;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Journeys;

/// <summary>Checks the journeys of a definition, each version by itself and all of them together.</summary>
internal sealed class JourneyCompiler(
    DefinitionNames names, RuleCompiler rules, ExperimentCompiler experiments, StageActionCompiler stageActions)
{
    private const int MaxVersions = 16;
    private const int MaxVersion = 1_000_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_660);

    private readonly SymbolTable _symbols = names.Symbols;
    private readonly CatalogFaults _faults = names.Faults;

    /// <summary>What expressions know of the journeys: the stages of all versions.</summary>
    public static FrozenDictionary<string, JourneyStages> NumberStages(
        RepeatedField<V1.Journey> definitions, SymbolTable symbols) => definitions
        .GroupBy(static journey => journey.JourneyId, StringComparer.Ordinal)
        .ToFrozenDictionary(
            static group => group.Key,
            group => new JourneyStages(
                group.Key,
                symbols.Find(SymbolKind.Journey, group.Key),
                group.SelectMany(static journey => journey.Stages).Select(static stage => stage.StageId).Distinct()
                    .ToFrozenDictionary(
                        static id => id, id => symbols.Find(SymbolKind.Stage, CatalogSymbols.Stage(group.Key, id)),
                        StringComparer.Ordinal)),
            StringComparer.Ordinal);

    /// <summary>Checks what the stage actions of journeys ask of the finished catalogue.</summary>
    public static void CheckStageActions(Catalog catalog, CatalogFaults faults)
    {
        for (var i = 0; i < catalog.Journeys.All.Length; i++)
        {
            foreach (var (at, stage) in catalog.Journeys.All[i].Stages.Index())
            {
                foreach (var (place, stageAction) in stage.OnEnter.Index())
                {
                    var path = $"journeys[{i}].stages[{at}].on_enter[{place}]";
                    if (stageAction is ContactAction contact && CampaignPlan.Make(contact.Order, catalog, out var fault) is null)
                    {
                        faults.Add($"{path}.contact", fault);
                    }
                    else if (stageAction is HandOffAction handOff
                        && !catalog.Placements[handOff.PlacementId].Candidates.Any(each => each.Action.Id == handOff.ActionId))
                    {
                        faults.Add(
                            $"{path}.hand_off.placement_id",
                            $"no treatment of action '{handOff.ActionId}' fits placement '{handOff.PlacementId}'");
                    }
                }
            }
        }
    }

    public JourneyCatalog Compile(RepeatedField<V1.Journey> definitions)
    {
        _faults.AtMost("journeys", definitions.Count, 256, "versions of journeys");
        var seen = new Dictionary<(string, int), int>();
        var journeys = ImmutableArray.CreateBuilder<Journey>(definitions.Count);
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            var (path, definition) = ($"journeys[{i}]", definitions[i]);
            if (!CatalogIds.IsWellFormed(definition.JourneyId))
            {
                // The ids' own words say what one is.
                new CatalogIds("journey", _faults).Add(path, "journey_id", definition.JourneyId);
            }
            else if (definition.Version is < 1 or > MaxVersion)
            {
                _faults.Add($"{path}.version", $"found {definition.Version}; a version is 1 to {MaxVersion}");
            }
            else if (!seen.TryAdd((definition.JourneyId, definition.Version), i))
            {
                _faults.Add($"{path}.version", $"version {definition.Version} of '{definition.JourneyId}' is there already, at {seen[(definition.JourneyId, definition.Version)]}");
            }
            else if (seen.Keys.Count(key => key.Item1 == definition.JourneyId) > MaxVersions)
            {
                _faults.Add(
                    $"{path}.version",
                    $"'{definition.JourneyId}' has more than {MaxVersions} versions; remove versions that no customer is in");
            }

            journeys.Add(Compile(path, definition, definitions));
        }

        if (!_faults.IsFull)
        {
            JourneyCycleDetector.Check(definitions, _faults);
        }

        return _faults.Count > 0 ? JourneyCatalog.Empty : new(journeys.ToImmutable(), NumberStages(definitions, _symbols));
    }

    private Journey Compile(string path, V1.Journey definition, RepeatedField<V1.Journey> all)
    {
        var stageIds = new CatalogIds("stage of this version", _faults);
        if (definition.Stages.Count == 0)
        {
            _faults.Add($"{path}.stages", "found none; a journey has 1 to 64 stages");
        }

        _faults.AtMost($"{path}.stages", definition.Stages.Count, 64, "stages");
        for (var i = 0; i < definition.Stages.Count && !_faults.IsFull; i++)
        {
            stageIds.Add($"{path}.stages[{i}]", "stage_id", definition.Stages[i].StageId);
        }

        foreach (var (i, goal) in definition.GoalStageIds.Index())
        {
            stageIds.Knows($"{path}.goal_stage_ids[{i}]", goal);
        }

        var journey = new Journey
        {
            Id = definition.JourneyId,
            Number = _symbols.Find(SymbolKind.Journey, definition.JourneyId),
            FirstId = _symbols.FindFirstName(SymbolKind.Journey, _symbols.Find(SymbolKind.Journey, definition.JourneyId))
                ?? definition.JourneyId,
            Version = definition.Version,
            DisplayName = _faults.DisplayName($"{path}.display_name", definition.DisplayName, definition.JourneyId),
            Entry = CompileEntry($"{path}.entry", definition.Entry ?? new()),
            Stages = [.. definition.Stages.Select((stage, i) =>
                CompileStage($"{path}.stages[{i}]", definition.JourneyId, definition.Version, stage, stageIds))],
            Goals = [.. definition.GoalStageIds.Select(id => GetNumber(definition.JourneyId, id))],
            ExitWhen = CompileCondition($"{path}.exit_when", definition.ExitWhen),
            LatenessMs = CompileSpan($"{path}.lateness", definition.Lateness, TimeSpan.Zero, CountedIds.Reach) ?? 0,
            Mappings = [.. definition.Mappings.Select((mapping, i) =>
                CompileMapping($"{path}.mappings[{i}]", definition, mapping, all, stageIds))],
            Experiment = definition.ExperimentId.Length == 0 ? -1 : experiments.FindIndex($"{path}.experiment_id", definition.ExperimentId),
        };
        JourneyShape.Check(path, definition, _faults);
        return journey;
    }

    private ushort GetNumber(string journeyId, string stageId) => _symbols.Find(SymbolKind.Stage, CatalogSymbols.Stage(journeyId, stageId));

    private JourneyEntryRule CompileEntry(string path, V1.JourneyEntry entry)
    {
        if (entry.EventTypeIds.Count == 0)
        {
            _faults.Add($"{path}.event_type_ids", "found none; customers enter by 1 to 16 kinds of events");
        }

        _faults.AtMost($"{path}.event_type_ids", entry.EventTypeIds.Count, 16, "kinds of events");
        foreach (var (i, id) in entry.EventTypeIds.Index())
        {
            names.EventTypes.Knows($"{path}.event_type_ids[{i}]", id);
        }

        if (entry.HasMaxEntries && entry.MaxEntries is < 1 or > 1_000_000_000_000)
        {
            _faults.Add($"{path}.max_entries", $"found {entry.MaxEntries}; it is 1 to 10^12, or unset for no limit");
        }

        return new(
            [.. entry.EventTypeIds.Select(id => _symbols.Find(SymbolKind.EventType, id))],
            CompileCondition($"{path}.when", entry.When),
            CompileSpan($"{path}.again_after", entry.AgainAfter, TimeSpan.Zero, TenYears),
            entry.HasMaxEntries ? entry.MaxEntries : null);
    }

    private JourneyStage CompileStage(string path, string journeyId, int version, V1.JourneyStage stage, CatalogIds stages)
    {
        _faults.DisplayName($"{path}.display_name", stage.DisplayName, stage.StageId);
        _faults.AtMost($"{path}.on_enter", stage.OnEnter.Count, 16, "on_enter");
        _faults.AtMost($"{path}.transitions", stage.Transitions.Count, 32, "transitions");
        return new(
            stage.StageId,
            GetNumber(journeyId, stage.StageId),
            stage.Final,
            [.. stage.OnEnter.Select(
                (stageAction, i) =>
                    stageActions.Compile(
                        $"{path}.on_enter[{i}]", new(journeyId, version, stage.StageId, !stage.Final), i,
                        stageAction)).OfType<StageAction>()],
            [.. stage.Transitions.Select((transition, i) => CompileTransition($"{path}.transitions[{i}]", journeyId, transition, stages))]);
    }

    private Transition CompileTransition(string path, string journeyId, V1.JourneyTransition transition, CatalogIds stages)
    {
        if (transition.ToStageId.Length > 0)
        {
            stages.Knows($"{path}.to_stage_id", transition.ToStageId);
        }

        var isOnEvent = transition.TriggerCase == V1.JourneyTransition.TriggerOneofCase.EventTypeId;
        if (isOnEvent)
        {
            names.EventTypes.Knows($"{path}.event_type_id", transition.EventTypeId);
        }

        var isOnContact = transition.TriggerCase == V1.JourneyTransition.TriggerOneofCase.OnContact;
        if (isOnContact && transition.OnContact is < V1.StageContactOutcome.Blocked or > V1.StageContactOutcome.Answered)
        {
            _faults.Add($"{path}.on_contact", "is not said; it is one of blocked, sent, seen, answered");
        }

        return new()
        {
            OnContact = isOnContact ? (StageContactOutcome)transition.OnContact : StageContactOutcome.None,
            EventType = isOnEvent ? _symbols.Find(SymbolKind.EventType, transition.EventTypeId) : (ushort)0,
            AfterMs = CompileSpan($"{path}.after", transition.After, Second, TenYears),
            AtMinute = transition.TriggerCase == V1.JourneyTransition.TriggerOneofCase.At ? ParseMinute($"{path}.at", transition.At) : null,
            When = CompileCondition($"{path}.when", transition.When),
            OnlyFor = experiments.Find($"{path}.only_for_arm", transition.OnlyForArm),
            To = transition.ToStageId.Length == 0 ? (ushort)0 : GetNumber(journeyId, transition.ToStageId),
        };
    }

    private int ParseMinute(string path, string at)
    {
        if (TimeOnly.TryParseExact(at, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return (time.Hour * 60) + time.Minute;
        }

        _faults.Add(path, $"found \"{ShortName.Shorten(at)}\"; a time of day is \"00:00\" to \"23:59\"");
        return 0;
    }

    private JourneyMapping CompileMapping(
        string path, V1.Journey definition, V1.JourneyMapping mapping, RepeatedField<V1.Journey> all, CatalogIds stages)
    {
        if (mapping.FromVersion < 1 || mapping.FromVersion >= definition.Version)
        {
            _faults.Add(
                $"{path}.from_version", $"found {mapping.FromVersion}; a mapping is from an earlier version than {definition.Version}");
        }

        if (definition.Mappings.Count(each => each.FromVersion == mapping.FromVersion) > 1)
        {
            _faults.Add($"{path}.from_version", $"there are two mappings from version {mapping.FromVersion}; each version is mapped once");
        }

        var from = all.FirstOrDefault(each => each.JourneyId == definition.JourneyId && each.Version == mapping.FromVersion);
        var known = new CatalogIds($"stage of version {mapping.FromVersion}", _faults);
        foreach (var stage in from?.Stages ?? [])
        {
            known.Note(stage.StageId, "");
        }

        var to = ImmutableDictionary.CreateBuilder<ushort, ushort>();
        foreach (var (i, stage) in mapping.Stages.Index())
        {
            var isKnown = from is null ? GetNumber(definition.JourneyId, stage.FromStageId) != 0 || known.Knows(
                $"{path}.stages[{i}].from_stage_id", stage.FromStageId)
                : known.Knows($"{path}.stages[{i}].from_stage_id", stage.FromStageId);
            var isThere = stage.ToStageId.Length == 0 || stages.Knows($"{path}.stages[{i}].to_stage_id", stage.ToStageId);
            if (isKnown && isThere && !to.TryAdd(
                GetNumber(definition.JourneyId, stage.FromStageId),
                stage.ToStageId.Length == 0 ? (ushort)0 : GetNumber(definition.JourneyId, stage.ToStageId)))
            {
                _faults.Add($"{path}.stages[{i}].from_stage_id", $"'{stage.FromStageId}' is mapped already; each stage is mapped once");
            }
        }

        return new(mapping.FromVersion, to.ToImmutable());
    }

    private Expression? CompileCondition(string path, string source) => source.Length == 0 ? null : rules.Condition(path, source);

    private long? CompileSpan(string path, Duration? span, TimeSpan min, TimeSpan max) =>
        span is null ? null : _faults.Span(path, span, min, max);
}
