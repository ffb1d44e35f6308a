using Zhice.Domain.Contacts;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.Exposures;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>
/// All that is kept of one customer. Committed states are shared with readers and never change: a change is made on a
/// <see cref="Clone"/>, which takes their place once it is durable.
/// </summary>
public sealed class CustomerState : ICommitsEffects
{
    // From which parts are read when they are asked for; null: there are none but those that were given.
    private readonly byte[]? _bytes;

    /// <summary>The state of a customer of whom nothing is known.</summary>
    public CustomerState()
    {
    }

    internal CustomerState(byte[] bytes) => _bytes = Packed = bytes;

    /// <summary>Tags that were written.</summary>
    public TagSet Tags { get => field ??= _bytes is null ? new() : StateParts.Tags.Read(_bytes); init; }

    /// <summary>What live tags are computed from.</summary>
    public LiveTagSet LiveTags { get => field ??= _bytes is null ? new() : StateParts.LiveTags.Read(_bytes); init; }

    /// <summary>When the customer was contacted, for the caps.</summary>
    public ContactHistory Contacts { get => field ??= _bytes is null ? new() : StateParts.Contacts.Read(_bytes); init; }

    /// <summary>What was allowed or refused.</summary>
    public ConsentSet Consents { get => field ??= _bytes is null ? new() : StateParts.Consents.Read(_bytes); init; }

    /// <summary>The last answers to actions, for the cool-downs.</summary>
    public ContactAnswers ContactAnswers { get => field ??= _bytes is null ? new() : StateParts.ContactAnswers.Read(_bytes); init; }

    /// <summary>Slots that decisions hold.</summary>
    public Reservations Reservations { get => field ??= _bytes is null ? new() : StateParts.Reservations.Read(_bytes); init; }

    /// <summary>Ids of what was counted, so that it counts once.</summary>
    public CountedIds CountedIds { get => field ??= _bytes is null ? new() : StateParts.CountedIds.Read(_bytes); init; }

    /// <summary>Calls that were answered, so that a repeat gets the same answer.</summary>
    public AnsweredRequests AnsweredRequests { get => field ??= _bytes is null ? new() : StateParts.AnsweredRequests.Read(_bytes); init; }

    /// <summary>What was said to the customer, and their answers.</summary>
    public ContactLog ContactLog { get => field ??= _bytes is null ? new() : StateParts.ContactLog.Read(_bytes); init; }

    /// <summary>The last events.</summary>
    public PastEvents PastEvents { get => field ??= _bytes is null ? new() : StateParts.PastEvents.Read(_bytes); init; }

    /// <summary>Actions that agents hold.</summary>
    public ActionHolds Holds { get => field ??= _bytes is null ? new() : StateParts.Holds.Read(_bytes); init; }

    /// <summary>Units of stock that are kept for the customer.</summary>
    public KeptUnits Units { get => field ??= _bytes is null ? new() : StateParts.Units.Read(_bytes); init; }

    /// <summary>Where the customer is in journeys.</summary>
    public CustomerJourneys Journeys { get => field ??= _bytes is null ? new() : CustomerStateCodec.ReadJourneys(_bytes); init; }

    /// <summary>Decisions that can still be answered, with what the models saw.</summary>
    public KeptDecisions KeptDecisions { get => field ??= _bytes is null ? new() : StateParts.KeptDecisions.Read(_bytes); init; }

    /// <summary>Which answers to which contacts were counted, apart from behaviour, so that neither crowds out the other.</summary>
    public CountedIds CountedAnswers { get => field ??= _bytes is null ? new() : StateParts.CountedAnswers.Read(_bytes); init; }

    /// <summary>When the customer was reached, for the outcomes to come.</summary>
    public KeptTouches Touches { get => field ??= _bytes is null ? new() : StateParts.Touches.Read(_bytes); init; }

    /// <summary>The experiments that the customer was exposed to, for the outcomes to come.</summary>
    public KeptExposures Exposures { get => field ??= _bytes is null ? new() : StateParts.Exposures.Read(_bytes); init; }

    /// <summary>What the contact policy asks for.</summary>
    public ContactState ContactState => new(Contacts, Consents, ContactAnswers, Reservations);

    /// <inheritdoc/>
    public CommitEffects? Effects { get; set; }

    /// <summary>Its bytes, once they are known and it changes no more; else null.</summary>
    internal byte[]? Packed { get; set; }

    /// <summary>
    /// Remembers a call that this change answers; the answers for which there is no room any more go to the store, in the same commit.
    /// </summary>
    /// <param name="requestId">The call; without an id nothing is remembered.</param>
    /// <param name="bodyHash">The hash of what it asked.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="version">The version of the state that it makes.</param>
    /// <param name="answer">What else it is told; empty for nothing.</param>
    public void Remember(string requestId, ulong bodyHash, long nowMs, long version, byte[] answer)
    {
        foreach (var earlier in AnsweredRequests.Add(requestId, bodyHash, nowMs, version, answer))
        {
            (Effects ??= new()).KeepAnswer(earlier);
        }
    }

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
        KeptDecisions = KeptDecisions.Clone(),
        CountedAnswers = CountedAnswers.Clone(),
        Touches = Touches.Clone(),
        Exposures = Exposures.Clone(),
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
        KeptDecisions = KeptDecisions,
        CountedAnswers = CountedAnswers,
        Touches = Touches,
        Exposures = Exposures,
    };
}
