using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Deliveries;

/// <summary>What is known of a contact that a channel asks for, without its customer.</summary>
/// <param name="Id">The contact.</param>
/// <param name="ChannelId">The channel.</param>
/// <param name="CampaignId">The campaign that sends it; empty for none.</param>
/// <param name="ActionId">The action, by the id that it had.</param>
/// <param name="TreatmentId">How it is shown.</param>
/// <param name="Purpose">Why it was said when it was made; 0 when its message does not say.</param>
/// <param name="ExpiresAtMs">From when on it is void, unix milliseconds.</param>
/// <param name="MayHaveChanged">Whether its customer may be another than when it was made.</param>
public readonly record struct AskedContact(
    ContactId Id, string ChannelId, string CampaignId, string ActionId, string TreatmentId, Purpose Purpose, long ExpiresAtMs,
    bool MayHaveChanged)
{
    /// <summary>The stage of a journey that made it; null: none did.</summary>
    public ContactOrigin? Origin { get; init; }
}

/// <summary>What becomes of a contact at its hand-over.</summary>
public enum HandOverAnswer : byte
{
    /// <summary>It goes.</summary>
    Goes,

    /// <summary>Its customer has to be asked.</summary>
    AsksCustomer,

    /// <summary>It waits.</summary>
    Waits,

    /// <summary>It is void.</summary>
    Void,
}

/// <summary>What becomes of a contact at its hand-over, and why.</summary>
/// <param name="Answer">What becomes of it.</param>
/// <param name="Outcome">Of one that is void: how it ended.</param>
/// <param name="UntilMs">Of one that waits: until when, unix milliseconds.</param>
/// <param name="HeldBy">Of one that waits: what keeps it back.</param>
public readonly record struct HandOverVerdict(HandOverAnswer Answer, DeliveryOutcome Outcome = 0, long UntilMs = 0, string HeldBy = "")
{
    /// <summary>It is void.</summary>
    public static HandOverVerdict Void(DeliveryOutcome outcome) => new(HandOverAnswer.Void, outcome);
}

/// <summary>
/// Judges a contact again at the moment when its channel gets it: what the bank and the customer say now counts, not what they
/// said when it was made. Regulatory messages are held by stops alone, service messages by consent too where it is asked.
/// </summary>
public static class HandOver
{
    /// <summary>What contacts are held by that wait for the end of quiet hours.</summary>
    public const string QuietHours = "quiet_hours";

    // How long after a version of the catalogue came into force a silo may still decide by the one before.
    private const long CatalogSpreadMs = 60_000;

    /// <summary>What can be said without the customer's state: stops, recalls, the catalogue, lists of ids, quiet hours.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="customerId">Whose it is.</param>
    /// <param name="catalog">The catalogue, with what is stopped and who is listed now.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public static HandOverVerdict Judge(in AskedContact contact, string customerId, Catalog catalog, long nowMs)
    {
        var (stops, action, placement) =
            (catalog.Stops, catalog.Action(contact.Id.Action), catalog.Placement(contact.Id.Decision.Placement));
        if (stops.IsRecalled(contact.CampaignId, contact.Id))
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidCampaign);
        }

        // What is said of a message that does not tell its purpose must not let marketing through.
        var purpose = action?.Purpose ?? (contact.Purpose == 0 ? Purpose.Marketing : contact.Purpose);
        if (stops.FindHolder(
            catalog.Symbols.GetCurrentName(SymbolKind.Channel, contact.ChannelId), action?.Id ?? contact.ActionId, contact.CampaignId,
            purpose) is { } holder)
        {
            return new(HandOverAnswer.Waits, UntilMs: contact.ExpiresAtMs, HeldBy: holder);
        }

        if (purpose != Purpose.Marketing)
        {
            var asksConsent = placement is not null && catalog.ContactPolicy.AsksConsent(placement.Channel, purpose);
            return asksConsent && AsksCustomer(contact, catalog) ? new(HandOverAnswer.AsksCustomer) : default;
        }

        if (action is null || placement is null || !HasTreatment(action, contact, placement, catalog))
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidRemoved);
        }

        if (nowMs < action.StartsAtMs || nowMs >= action.EndsAtMs)
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidSeason);
        }

        // A list may have come since: the customer's version does not tell.
        if (catalog.ContactPolicy.IsListed(customerId, catalog.Listed))
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidPolicy);
        }

        return catalog.ContactPolicy.QuietUntil(placement.Channel, nowMs) is { } untilMs
            ? new(HandOverAnswer.Waits, UntilMs: untilMs, HeldBy: QuietHours)
            : new(AsksCustomer(contact, catalog) ? HandOverAnswer.AsksCustomer : HandOverAnswer.Goes);
    }

    /// <summary>What the customer says now of a contact; the default value when it may go.</summary>
    /// <param name="contact">The contact.</param>
    /// <param name="customer">The customer, as the store has them.</param>
    /// <param name="origin">The stage of a journey that made it; null: none did.</param>
    public static HandOverVerdict Judge(ContactId contact, in CustomerView customer, ContactOrigin? origin = null)
    {
        if (customer.Catalog.Placement(contact.Decision.Placement) is not { } placement)
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidRemoved);
        }

        var purpose = customer.Catalog.Action(contact.Action)?.Purpose ?? Purpose.Marketing;
        if (!customer.Catalog.ContactPolicy.IsConsented(customer.State.Consents, placement.Channel, purpose, customer.NowMs))
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidConsent);
        }

        if (purpose == Purpose.Marketing && origin?.Holds(customer.State, contact, customer.Catalog) is false)
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidJourney);
        }

        if (purpose == Purpose.Marketing && customer.Catalog.ContactPolicy.FindList(customer) >= 0)
        {
            return HandOverVerdict.Void(DeliveryOutcome.VoidPolicy);
        }

        return purpose == Purpose.Marketing && customer.State.Holds.Keeps(contact.Action, placement.Channel, customer.NowMs)
            ? HandOverVerdict.Void(DeliveryOutcome.VoidHeld)
            : default;
    }

    // The same customer may be bound by more than when the contact was made: by time, or by a catalogue that has come since.
    private static bool AsksCustomer(in AskedContact contact, Catalog catalog) =>
        contact.MayHaveChanged
        || catalog.ContactPolicy.MayBindLater
        || (catalog.ContactPolicy.MayBindAnew && contact.Id.Decision.DecidedAtMs < catalog.InForceSinceMs + CatalogSpreadMs);

    // A message of an older release, and one whose treatment an arm of its campaign chose, may be of any treatment of the placement.
    private static bool HasTreatment(BankAction action, in AskedContact contact, Placement placement, Catalog catalog)
    {
        foreach (var treatment in action.Treatments)
        {
            if ((contact.TreatmentId.Length == 0 || TreatmentNames.IsMeant(treatment, contact.ActionId, contact.TreatmentId, catalog))
                && treatment.PlacementIds.Contains(placement.Id))
            {
                return true;
            }
        }

        return false;
    }
}
