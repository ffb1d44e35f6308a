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
    /// <summary>Tags that were written.</summary>
    public TagSet Tags { get => field ??= new(); init; }

    /// <summary>What live tags are computed from.</summary>
    public LiveTagSet LiveTags { get => field ??= new(); init; }

    /// <summary>When the customer was contacted, for the caps.</summary>
    public ContactHistory Contacts { get => field ??= new(); init; }

    /// <summary>What was allowed or refused.</summary>
    public ConsentSet Consents { get => field ??= new(); init; }

    /// <summary>The last answers to actions, for the cool-downs.</summary>
    public ContactAnswers ContactAnswers { get => field ??= new(); init; }

    /// <summary>Slots that decisions hold.</summary>
    public Reservations Reservations { get => field ??= new(); init; }

    /// <summary>Ids of what was counted, so that it counts once.</summary>
    public CountedIds CountedIds { get => field ??= new(); init; }

    /// <summary>Calls that were answered, so that a repeat gets the same answer.</summary>
    public AnsweredRequests AnsweredRequests { get => field ??= new(); init; }

    /// <summary>What was said to the customer, and their answers.</summary>
    public ContactLog ContactLog { get => field ??= new(); init; }

    /// <summary>The last events.</summary>
    public PastEvents PastEvents { get => field ??= new(); init; }

    /// <summary>Actions that agents hold.</summary>
    public ActionHolds Holds { get => field ??= new(); init; }

    /// <summary>Units of stock that are kept for the customer.</summary>
    public KeptUnits Units { get => field ??= new(); init; }

    /// <summary>Where the customer is in journeys.</summary>
    public CustomerJourneys Journeys { get => field ??= new(); init; }

    /// <summary>Decisions that can still be answered, with what the models saw.</summary>
    public KeptDecisions KeptDecisions { get => field ??= new(); init; }

    /// <summary>Which answers to which contacts were counted, apart from behaviour, so that neither crowds out the other.</summary>
    public CountedIds CountedAnswers { get => field ??= new(); init; }

    /// <summary>When the customer was reached, for the outcomes to come.</summary>
    public KeptTouches Touches { get => field ??= new(); init; }

    /// <summary>The experiments that the customer was exposed to, for the outcomes to come.</summary>
    public KeptExposures Exposures { get => field ??= new(); init; }

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
