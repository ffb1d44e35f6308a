using Zhice.Domain.Contacts;
using Zhice.Domain.Effects;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Journeys;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>
/// All that is kept of one customer. Committed states are shared with readers and never change: a change is made on a
/// <see cref="Clone"/>, which takes their place once it is durable.
/// </summary>
public sealed class CustomerState : ICommitsEffects
{
    /// <summary>Tags that were written.</summary>
    public TagSet Tags { get; init; } = new();

    /// <summary>What live tags are computed from.</summary>
    public LiveTagSet LiveTags { get; init; } = new();

    /// <summary>When the customer was contacted, for the caps.</summary>
    public ContactHistory Contacts { get; init; } = new();

    /// <summary>What was allowed or refused.</summary>
    public ConsentSet Consents { get; init; } = new();

    /// <summary>The last answers to actions, for the cool-downs.</summary>
    public ContactAnswers ContactAnswers { get; init; } = new();

    /// <summary>Slots that decisions hold.</summary>
    public Reservations Reservations { get; init; } = new();

    /// <summary>Ids of what was counted, so that it counts once.</summary>
    public CountedIds CountedIds { get; init; } = new();

    /// <summary>Calls that were answered, so that a repeat gets the same answer.</summary>
    public AnsweredRequests AnsweredRequests { get; init; } = new();

    /// <summary>What was said to the customer, and their answers.</summary>
    public ContactLog ContactLog { get; init; } = new();

    /// <summary>The last events.</summary>
    public PastEvents PastEvents { get; init; } = new();

    /// <summary>Actions that agents hold.</summary>
    public ActionHolds Holds { get; init; } = new();

    /// <summary>Units of stock that are kept for the customer.</summary>
    public HeldUnits Units { get; init; } = new();

    /// <summary>Where the customer is in journeys.</summary>
    public CustomerJourneys Journeys { get; init; } = new();

    /// <summary>What the contact policy asks for.</summary>
    public ContactMemory ContactMemory => new(Contacts, Consents, ContactAnswers, Reservations);

    /// <inheritdoc/>
    public CommitEffects? Effects { get; set; }

    /// <summary>The bytes that it was read from, which say the same for as long as it does not change; else null.</summary>
    public byte[]? ReadFrom { get; internal set; }

    /// <summary>A copy to change, without effects.</summary>
    public CustomerState Clone() => new()
    {
        Tags = Tags.Clone(),
        LiveTags = LiveTags.Clone(),
        Contacts = Contacts.Clone(),
        Consents = Consents.Clone(),
        ContactAnswers = ContactAnswers.Clone(),
        Reservations = Reservations.Clone(),
        CountedIds = CountedIds.Clone(),
        AnsweredRequests = AnsweredRequests.Clone(),
        ContactLog = ContactLog.Clone(),
        PastEvents = PastEvents.Clone(),
        Holds = Holds.Clone(),
        Units = Units.Clone(),
        Journeys = Journeys.Clone(),
    };

    /// <summary>This state with other tags and consents; the rest is shared.</summary>
    public CustomerState With(TagSet tags, ConsentSet consents) => new()
    {
        Tags = tags,
        LiveTags = LiveTags,
        Contacts = Contacts,
        Consents = consents,
        ContactAnswers = ContactAnswers,
        Reservations = Reservations,
        CountedIds = CountedIds,
        AnsweredRequests = AnsweredRequests,
        ContactLog = ContactLog,
        PastEvents = PastEvents,
        Holds = Holds,
        Units = Units,
        Journeys = Journeys,
    };
}
