using System.Collections.Frozen;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Expressions;

/// <summary>A journey as expressions know it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number in customers' states.</param>
/// <param name="Stages">The number of each stage.</param>
public sealed record JourneyStages(string Id, ushort Number, FrozenDictionary<string, ushort> Stages);

/// <summary>The names that an expression may use, with their types: those of one version of a catalogue.</summary>
public sealed class ExpressionSchema
{
    private readonly ILookup<ushort, TagDefinition> _counts;

    /// <summary>Makes the schema.</summary>
    /// <param name="tags">Tags by id, live ones too.</param>
    /// <param name="eventTypes">The number of each kind of event.</param>
    /// <param name="journeys">Journeys by id.</param>
    /// <param name="caps">Caps by id; see <see cref="Caps"/>.</param>
    public ExpressionSchema(
        IReadOnlyDictionary<string, TagDefinition> tags,
        IReadOnlyDictionary<string, ushort> eventTypes,
        IReadOnlyDictionary<string, JourneyStages> journeys,
        IReadOnlyDictionary<string, CapScope> caps)
    {
        (Tags, EventTypes, Journeys, Caps) = (tags, eventTypes, journeys, caps);
        _counts = tags.Values
            .Where(tag => tag.Live?.Function == LiveFunction.Count)
            .OrderBy(tag => tag.Live!.WindowMs).ThenBy(tag => tag.Id, StringComparer.Ordinal)
            .ToLookup(tag => tag.FedBy);
    }

    /// <summary>Tags by id.</summary>
    public IReadOnlyDictionary<string, TagDefinition> Tags { get; }

    /// <summary>The number of each kind of event.</summary>
    public IReadOnlyDictionary<string, ushort> EventTypes { get; }

    /// <summary>Journeys by id.</summary>
    public IReadOnlyDictionary<string, JourneyStages> Journeys { get; }

    /// <summary>Caps by id, with what they count apart; <see cref="CapScope.All"/>: they have one count for each customer.</summary>
    public IReadOnlyDictionary<string, CapScope> Caps { get; }

    /// <summary>The schema of a catalogue; its kinds of events are its own and those that its live tags count.</summary>
    public static ExpressionSchema Create(Catalog catalog)
    {
        var eventTypes = new Dictionary<string, ushort>(catalog.EventTypes, StringComparer.Ordinal);
        foreach (var tag in catalog.LiveTags)
        {
            if (catalog.Symbols.FindName(SymbolKind.EventType, tag.FedBy) is { } name)
            {
                eventTypes[name] = tag.FedBy;
            }
        }

        return new ExpressionSchema(
            catalog.TagsById,
            eventTypes,
            catalog.Journeys.Stages,
            catalog.ContactPolicy.Caps.ToDictionary(static cap => cap.Id, static cap => cap.CountsApart, StringComparer.Ordinal));
    }

    /// <summary>The live tags that count this kind of event, the shortest window first.</summary>
    internal IEnumerable<TagDefinition> GetCounts(ushort eventType) => _counts[eventType];
}
