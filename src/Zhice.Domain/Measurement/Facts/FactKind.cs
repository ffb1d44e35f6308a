using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>What a fact says. The numbers are stored.</summary>
[GenerateSerializer, Alias("zhice.fact-kind")]
public enum FactKind : byte
{
    /// <summary>A contact was counted and waits for its channel.</summary>
    Contacted = 1,

    /// <summary>A dead letter waits for its channel again.</summary>
    Resent = 2,

    /// <summary>A channel took a contact.</summary>
    HandedOver = 3,

    /// <summary>A contact left the outbox without being sent. Code: the <see cref="Primitives.DeliveryOutcome"/>.</summary>
    Void = 4,

    /// <summary>A receipt reports that a contact arrived.</summary>
    Delivered = 5,

    /// <summary>A contact or an offer was seen.</summary>
    Seen = 6,

    /// <summary>It was clicked.</summary>
    Clicked = 7,

    /// <summary>It was accepted.</summary>
    Accepted = 8,

    /// <summary>It was dismissed.</summary>
    Dismissed = 9,

    /// <summary>A receipt reports that a contact did not arrive. Code: the <see cref="Primitives.DeliveryOutcome"/>.</summary>
    NotArrived = 10,

    /// <summary>The customer refused marketing by a receipt of a contact. Code: the <see cref="Primitives.DeliveryOutcome"/>.</summary>
    Refused = 11,

    /// <summary>The holdout of a campaign kept a customer out whom it would have contacted.</summary>
    HeldOut = 12,

    /// <summary>A recommendation was counted when it was decided.</summary>
    Shown = 13,

    /// <summary>A customer moved in a journey. Code: the <see cref="Journeys.TransitionCause"/>.</summary>
    Moved = 14,

    /// <summary>An outcome, booked on the last touch before it. Code: the number of the outcome.</summary>
    Outcome = 15,

    /// <summary>The first outcome of its kind within the window of a contact or an exposure. Code: the number of the outcome.</summary>
    Converted = 16,

    /// <summary>The first outcome of its kind within the window of a customer who was held out. Code: the number of the outcome.</summary>
    HeldOutConverted = 17,

    /// <summary>A later outcome of its kind within the window of a contact or an exposure. Code: the number of the outcome.</summary>
    ConvertedAgain = 18,

    /// <summary>A later outcome of its kind within the window of a customer who was held out. Code: the number of the outcome.</summary>
    HeldOutConvertedAgain = 19,

    /// <summary>
    /// A decision was made; a sample. Code: how many actions it judged, which is how many facts of offered and blocked come with it; 0 in facts of
    /// earlier releases.
    /// </summary>
    Decided = 20,

    /// <summary>A decision offered an action; a sample.</summary>
    Offered = 21,

    /// <summary>A decision did not offer an action; a sample. Code: the <see cref="Primitives.ReasonCode"/>.</summary>
    Blocked = 22,

    /// <summary>An event of the customer's; a sample.</summary>
    Behaved = 23,

    /// <summary>
    /// A customer moved to the tier of the group, which is empty for none. Code: the number of the value of the tier tag before; about: its
    /// name.
    /// </summary>
    TierMoved = 24,

    /// <summary>The first decision that an experiment or a holdout of the catalogue had a part in; the group's arm is the customer's.</summary>
    Exposed = 25,

    /// <summary>
    /// The customer refused consent, or withdrew it; of the group of the last contact before it, if there was one. Code: the
    /// <see cref="Primitives.Purpose"/>; rank: 1 when a consent was withdrawn; about: the contact.
    /// </summary>
    ConsentRefused = 26,

    /// <summary>In totals alone: a contact is in the outbox. No fact is stored of it.</summary>
    Waiting = 255,
}
