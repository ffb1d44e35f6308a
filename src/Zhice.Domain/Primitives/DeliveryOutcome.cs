using Orleans;

namespace Zhice.Domain.Primitives;

/// <summary>How a contact came to its end, or what was heard of it. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.delivery-outcome")]
public enum DeliveryOutcome : byte
{
    /// <summary>Its channel took it.</summary>
    Sent = 1,

    /// <summary>It was not sent before it expired.</summary>
    Expired = 2,

    /// <summary>It was given up, and is a dead letter.</summary>
    GivenUp = 3,

    /// <summary>It was taken back before it was sent.</summary>
    Withdrawn = 4,

    /// <summary>A receipt says that it has arrived.</summary>
    Delivered = 5,

    /// <summary>A receipt says that it was seen.</summary>
    Opened = 6,

    /// <summary>A receipt says that it was tapped.</summary>
    Clicked = 7,

    /// <summary>A receipt says that it did not arrive.</summary>
    Failed = 8,

    /// <summary>A receipt says that the customer unsubscribed by it: marketing in its channel is refused.</summary>
    Unsubscribed = 9,

    /// <summary>A receipt says that the customer complained of it: all marketing is refused.</summary>
    Complained = 10,

    /// <summary>A receipt says that it can never arrive: void, and marketing in its channel is refused until there is new word.</summary>
    Bounced = 11,

    /// <summary>Void at its hand-over: the customer has refused such messages since.</summary>
    VoidConsent = 16,

    /// <summary>Void at its hand-over: the season of its action is over, or has moved.</summary>
    VoidSeason = 17,

    /// <summary>Void at its hand-over: its action, placement or treatment has left the catalogue.</summary>
    VoidRemoved = 18,

    /// <summary>Void: its campaign was cancelled or recalled.</summary>
    VoidCampaign = 19,

    /// <summary>Void at its hand-over: the customer has left the journey's stage that sent it.</summary>
    VoidJourney = 20,

    /// <summary>Void at its hand-over: an agent of another channel holds its action for the customer.</summary>
    VoidHeld = 21,

    /// <summary>
    /// Void at its hand-over: the customer is on a do-not-contact list, or it is a dead letter that was sent again and may not be said now.
    /// </summary>
    VoidPolicy = 22,
}

/// <summary>What outcomes have in common.</summary>
public static class DeliveryOutcomes
{
    /// <summary>Whether a contact that came to it leaves the outbox; else it was heard of one that has left.</summary>
    public static bool IsEnd(this DeliveryOutcome outcome) => outcome is < DeliveryOutcome.Delivered or >= DeliveryOutcome.VoidConsent;

    /// <summary>Whether it is a receipt that refuses marketing for the customer.</summary>
    public static bool Refuses(this DeliveryOutcome outcome) =>
        outcome is DeliveryOutcome.Unsubscribed or DeliveryOutcome.Complained or DeliveryOutcome.Bounced;

    /// <summary>Whether a contact that came to it was seen by nobody, and gives back what it took.</summary>
    public static bool GivesBack(this DeliveryOutcome outcome) => outcome.IsEnd() && outcome != DeliveryOutcome.Sent;

    /// <summary>Whether it says that nobody saw the contact: it was not sent, or did not arrive.</summary>
    public static bool IsUnseen(this DeliveryOutcome outcome) =>
        outcome.GivesBack() || outcome is DeliveryOutcome.Failed or DeliveryOutcome.Bounced;
}
