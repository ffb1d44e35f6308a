using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Journeys;

/// <summary>All journeys of a catalogue, in all their versions.</summary>
public sealed class JourneyCatalog
{
    private readonly FrozenDictionary<(ushort Number, int Version), Journey> _versions;
    private readonly FrozenDictionary<ushort, Journey> _newest;
    private readonly FrozenDictionary<ushort, ImmutableArray<Journey>> _byEntry;

    /// <summary>Makes the book.</summary>
    /// <param name="journeys">The journeys, each version once.</param>
    /// <param name="stages">What expressions know of them, by their ids.</param>
    public JourneyCatalog(ImmutableArray<Journey> journeys, FrozenDictionary<string, JourneyStages> stages)
    {
        (All, Stages) = (journeys, stages);
        _versions = journeys.ToFrozenDictionary(static journey => (journey.Number, journey.Version));
        _newest = journeys.GroupBy(static journey => journey.Number)
            .ToFrozenDictionary(static group => group.Key, static group => group.MaxBy(static journey => journey.Version)!);
        _byEntry = _newest.Values.OrderBy(static journey => journey.Number)
            .SelectMany(static journey => journey.Entry.EventTypes.Distinct(), static (journey, type) => (journey, type))
            .GroupBy(static pair => pair.type, static pair => pair.journey)
            .ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray());
        AskedWhenSent = journeys.SelectMany(static journey => journey.Stages)
            .Where(static stage => stage.Transitions.Any(static way => way.OnContact == StageContactOutcome.Sent))
            .SelectMany(static stage => stage.OnEnter).SelectMany(GetContacts).ToFrozenSet();
        var made = journeys.SelectMany(static journey => journey.Stages).SelectMany(static stage => stage.OnEnter).OfType<EmitEventAction>()
            .Select(static stageAction => stageAction.EventType).ToHashSet();
        LimitedByMadeEvents =
            [.. _newest.Values.Where(journey => journey.Entry.MaxEntries is not null && journey.Entry.EventTypes.Any(made.Contains))];
    }

    /// <summary>No journeys.</summary>
    public static JourneyCatalog Empty { get; } = new([], FrozenDictionary<string, JourneyStages>.Empty);

    /// <summary>The journeys, in the catalogue's order.</summary>
    public ImmutableArray<Journey> All { get; }

    /// <summary>What expressions know of them, by their ids.</summary>
    public FrozenDictionary<string, JourneyStages> Stages { get; }

    /// <summary>Journeys with a limit that events which journeys make let customers enter: their newest versions.</summary>
    public ImmutableArray<Journey> LimitedByMadeEvents { get; }

    /// <summary>
    /// The contacts, by placement and action, of which a journey asks whether they were sent: their customers are told of it, also
    /// where nothing counts at that moment.
    /// </summary>
    public FrozenSet<(string PlacementId, string ActionId)> AskedWhenSent { get; }

    /// <summary>A version of a journey; null when the catalogue does not have it.</summary>
    public Journey? Find(ushort number, int version) => _versions.GetValueOrDefault((number, version));

    /// <summary>The version of a journey that customers enter; null when the catalogue has none.</summary>
    public Journey? Newest(ushort number) => _newest.GetValueOrDefault(number);

    private static IEnumerable<(string PlacementId, string ActionId)> GetContacts(StageAction stageAction) => stageAction switch
    {
        ContactAction contact => contact.Order.PlacementIds.Select(placement => (placement, contact.Order.ActionId)),
        HandOffAction handOff => [(handOff.PlacementId, handOff.ActionId)],
        _ => [],
    };

    /// <summary>The journeys that customers enter by this kind of event.</summary>
    public ImmutableArray<Journey> EnteredBy(ushort eventType) => _byEntry.TryGetValue(eventType, out var journeys) ? journeys : [];
}
