using System.Collections.Frozen;
using System.Collections.Immutable;
using Zhice.Domain.Contacts;
using Zhice.Domain.Experiments;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Catalogs;

/// <summary>
/// One version of all that a bank defines, checked and ready to decide by. It never changes: a silo swaps the whole.
/// </summary>
public sealed class Catalog
{
    private const int MinKept = 16;

    // So that as many contacts may become void, or limits rise by so much, before the memory falls short.
    private const int SpareKept = 8;

    private readonly TagDefinition?[] _tagsByNumber;
    private readonly BankAction?[] _actionsByNumber;
    private readonly Placement?[] _placementsByNumber;
    private readonly FrozenDictionary<ushort, ImmutableArray<TagDefinition>> _liveTagsByEventType;
    private readonly FrozenDictionary<ushort, ImmutableArray<ushort>> _actionsByVoidingType;
    private readonly FrozenDictionary<ushort, ImmutableArray<OutcomeDefinition>> _outcomesByEventType = FrozenDictionary<ushort, ImmutableArray<OutcomeDefinition>>.Empty;

    /// <summary>Makes the snapshot of parts that were checked.</summary>
    public Catalog(
        long version,
        SymbolTable symbols,
        BankCalendar calendar,
        ImmutableArray<TagDefinition> tags,
        ImmutableArray<Channel> channels,
        ImmutableArray<Placement> placements,
        ImmutableArray<BankAction> actions,
        ImmutableArray<string> eventTypeIds,
        ImmutableArray<ContactCap> caps,
        ContactRules? contactRules = null)
    {
        Version = version;
        Symbols = symbols;
        Calendar = calendar;
        Tags = tags;
        TagsById = tags.ToFrozenDictionary(tag => tag.Id, StringComparer.Ordinal);
        Channels = channels.ToFrozenDictionary(channel => channel.Id, StringComparer.Ordinal);
        Placements = placements.ToFrozenDictionary(placement => placement.Id, StringComparer.Ordinal);
        Actions = actions;
        ActionsById = actions.ToFrozenDictionary(action => action.Id, StringComparer.Ordinal);
        EventTypes = eventTypeIds.ToFrozenDictionary(
            id => id, id => symbols.Find(SymbolKind.EventType, id), StringComparer.Ordinal);
        ContactPolicy = new ContactPolicy(caps, calendar, contactRules);
        Caps = caps;
        KeptContacts = caps.Aggregate(MinKept, (most, cap) => Math.Max(most, cap.Limit + SpareKept));
        LiveTags = [.. tags.Where(tag => tag.Live is not null)];
        RetainedTags = [.. tags.Where(static tag => tag.Protection.RetentionMs > 0)];
        RefinedTags = [.. tags.Where(static tag => tag.IsRefined)];
        _liveTagsByEventType = LiveTags.GroupBy(tag => tag.FedBy).ToFrozenDictionary(
            group => group.Key, group => group.ToImmutableArray());

        _actionsByVoidingType = actions.SelectMany(static action => action.VoidedBy, static (action, type) => (type, action.Number))
            .GroupBy(static pair => pair.type, static pair => pair.Number)
            .ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray());

        _tagsByNumber = ByNumber(tags, tag => tag.Number);
        _actionsByNumber = ByNumber(actions, action => action.Number);
        _placementsByNumber = ByNumber(placements, placement => placement.Number);
    }

    /// <summary>The catalogue that defines nothing, version 0.</summary>
    public static Catalog Empty { get; } =
        new(0, SymbolTable.Empty, new BankCalendar("Asia/Shanghai"), [], [], [], [], [], []);

    /// <summary>Its version, from 1.</summary>
    public long Version { get; }

    /// <summary>When it was put in force, unix milliseconds; 0: not known.</summary>
    public long InForceSinceMs { get; private set; }

    /// <summary>The same, put in force at an instant, unix milliseconds.</summary>
    public Catalog InForceSince(long atMs)
    {
        var copy = (Catalog)MemberwiseClone();
        copy.InForceSinceMs = atMs;
        return copy;
    }

    /// <summary>The numbers of all names, of this version and those before.</summary>
    public SymbolTable Symbols { get; }

    /// <summary>Days, weeks and months of the bank.</summary>
    public BankCalendar Calendar { get; }

    /// <summary>All tags, in the catalogue's order.</summary>
    public ImmutableArray<TagDefinition> Tags { get; }

    /// <summary>Tags that are computed from events.</summary>
    public ImmutableArray<TagDefinition> LiveTags { get; }

    /// <summary>Tags that give models more than one feature.</summary>
    public ImmutableArray<TagDefinition> RefinedTags { get; }

    /// <summary>Tags whose values are kept for a time only.</summary>
    public ImmutableArray<TagDefinition> RetainedTags { get; }

    /// <summary>Tags by id.</summary>
    public FrozenDictionary<string, TagDefinition> TagsById { get; }

    /// <summary>Whether two versions have the same tags, of the same types, computed in the same ways.</summary>
    public bool HasSameTags(Catalog other) =>
        Tags.Length == other.Tags.Length
        && Tags.Zip(other.Tags).All(static pair => (pair.First.Number, pair.First.Type, pair.First.Live, pair.First.Protection.RetentionMs)
            == (pair.Second.Number, pair.Second.Type, pair.Second.Live, pair.Second.Protection.RetentionMs));

    /// <summary>Channels by id.</summary>
    public FrozenDictionary<string, Channel> Channels { get; }

    /// <summary>Placements by id.</summary>
    public FrozenDictionary<string, Placement> Placements { get; }

    /// <summary>Actions in the catalogue's order.</summary>
    public ImmutableArray<BankAction> Actions { get; }

    /// <summary>Actions by id.</summary>
    public FrozenDictionary<string, BankAction> ActionsById { get; }

    /// <summary>The number of each kind of behaviour event.</summary>
    public FrozenDictionary<string, ushort> EventTypes { get; }

    /// <summary>Contact caps in the catalogue's order.</summary>
    public ImmutableArray<ContactCap> Caps { get; }

    /// <summary>What makes actions count more or less at a moment; at most 64.</summary>
    public ImmutableArray<ContextWeight> ContextWeights { get; init; } = [];

    /// <summary>Customers who are kept out; at most 64.</summary>
    public ImmutableArray<Holdout> Holdouts { get; init; } = [];

    /// <summary>Journeys, in all their versions.</summary>
    public JourneyCatalog Journeys { get; init; } = JourneyCatalog.Empty;

    /// <summary>Experiments, those before which others lie within; at most 64.</summary>
    public ImmutableArray<Experiment> Experiments { get; init; } = [];

    /// <summary>Groups of customers for whom marketing is decided in other ways; null for none.</summary>
    public DecisionContrasts? Contrasts { get; init; }

    /// <summary>The name of the group in which a customer's decisions are compared; empty for none.</summary>
    public string GetContrastArm(string customerId) => Contrasts is null ? "" : DecisionContrasts.GetArm(Contrasts.Find(customerId));

    /// <summary>What is recorded of the events of a type, by its number; other types are recorded as the silo's settings say.</summary>
    public FrozenDictionary<ushort, BehaviorRecording> Behavior { get; init; } = FrozenDictionary<ushort, BehaviorRecording>.Empty;

    /// <summary>What customers are to do in the end; at most 64.</summary>
    public ImmutableArray<OutcomeDefinition> Outcomes
    {
        get;
        init
        {
            field = value;
            _outcomesByEventType = value.GroupBy(static outcome => outcome.EventType)
                .ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray());
        }
    } = [];

    /// <summary>The number of the tag whose value is a customer's tier in reports; 0: there are no tiers.</summary>
    public ushort TierTag { get; init; }

    /// <summary>The outcomes that this kind of event is.</summary>
    public ImmutableArray<OutcomeDefinition> OutcomesOf(ushort eventType) =>
        _outcomesByEventType.TryGetValue(eventType, out var outcomes) ? outcomes : [];

    /// <summary>What is stopped now: swapped with the whole snapshot.</summary>
    public StopSet Stops { get; private set; } = StopSet.None;

    /// <summary>What the stops mean for decisions.</summary>
    public StoppedActions StoppedActions { get; private set; } = StoppedActions.None;

    /// <summary>The same version with other stops.</summary>
    public Catalog With(StopSet stops)
    {
        var copy = With(StoppedActions.Create(stops, Symbols));
        copy.Stops = stops.Named(Symbols);
        return copy;
    }

    /// <summary>The same version with other actions stopped: as at an earlier moment.</summary>
    public Catalog With(StoppedActions stopped)
    {
        var copy = (Catalog)MemberwiseClone();
        copy.StoppedActions = stopped;
        return copy;
    }

    /// <summary>Who is on the do-not-contact lists that name audiences: swapped with the whole snapshot.</summary>
    public ListedCustomers Listed { get; private set; } = ListedCustomers.Unread;

    /// <summary>The same version with others on the do-not-contact lists that name audiences.</summary>
    /// <param name="listed">Who is on the lists of this version.</param>
    public Catalog With(ListedCustomers listed)
    {
        var copy = (Catalog)MemberwiseClone();
        copy.Listed = listed;
        return copy;
    }

    /// <summary>What binds the learning of all actions.</summary>
    public LearningRules Learning { get; init; } = LearningRules.Default;

    /// <summary>How often a customer may be contacted.</summary>
    public ContactPolicy ContactPolicy { get; }

    /// <summary>How many contacts of a scope a customer's state must remember for the caps to be exact.</summary>
    public int KeptContacts { get; }

    /// <summary>The tag with this number, if this version has it.</summary>
    public TagDefinition? Tag(ushort number) => number < _tagsByNumber.Length ? _tagsByNumber[number] : null;

    /// <summary>The action with this number, if this version has it.</summary>
    public BankAction? Action(ushort number) => number < _actionsByNumber.Length ? _actionsByNumber[number] : null;

    /// <summary>The placement with this number, if this version has it.</summary>
    public Placement? Placement(ushort number) =>
        number < _placementsByNumber.Length ? _placementsByNumber[number] : null;

    /// <summary>The number of the channel of each placement that there ever was, by its number.</summary>
    public FrozenDictionary<ushort, ushort> ChannelsOfPlacements { get; init; } = FrozenDictionary<ushort, ushort>.Empty;

    /// <summary>The number of a placement's channel, also of one that was taken out; 0 when it is not known.</summary>
    public ushort GetChannel(ushort placement) => Placement(placement)?.Channel ?? ChannelsOfPlacements.GetValueOrDefault(placement);

    /// <summary>The action with an id, or with a former id; null when this version does not have it.</summary>
    public BankAction? FindAction(string id) => ActionsById.GetValueOrDefault(id) ?? Action(Symbols.Find(SymbolKind.Action, id));

    /// <summary>The placement with an id, or with a former id; null when this version does not have it.</summary>
    public Placement? FindPlacement(string id) => Placements.GetValueOrDefault(id) ?? Placement(Symbols.Find(SymbolKind.Placement, id));

    /// <summary>The live tags that are computed from this kind of event.</summary>
    public ImmutableArray<TagDefinition> LiveTagsFedBy(ushort eventType) =>
        _liveTagsByEventType.TryGetValue(eventType, out var tags) ? tags : [];

    /// <summary>The numbers of the actions of which this kind of event makes pointless what still waits for its channel.</summary>
    public ImmutableArray<ushort> ActionsVoidedBy(ushort eventType) =>
        _actionsByVoidingType.TryGetValue(eventType, out var actions) ? actions : [];

    private static T?[] ByNumber<T>(ImmutableArray<T> items, Func<T, ushort> numberOf)
        where T : class
    {
        var table = new T?[items.IsEmpty ? 0 : items.Max(numberOf) + 1];
        foreach (var item in items)
        {
            table[numberOf(item)] = item;
        }

        return table;
    }
}
