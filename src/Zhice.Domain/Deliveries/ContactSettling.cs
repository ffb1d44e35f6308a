using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Deliveries;

/// <summary>What the end of a contact does to its customer. All of it may be told again, and changes nothing then.</summary>
public static class ContactSettling
{
    /// <summary>
    /// Whether the customer has to hear that a contact was sent: it counts then, unless it counted when it was decided. What
    /// counts when it is seen counts now at the latest, as many channels never tell what is seen.
    /// </summary>
    /// <param name="contactId">The contact's id; one that is no contact of a decision counts nowhere.</param>
    /// <param name="isResent">Whether it was a dead letter before.</param>
    /// <param name="catalog">The catalogue in force.</param>
    public static bool CountsWhenSent(string contactId, bool isResent, Catalog catalog) =>
        ContactId.TryParse(contactId, out var id) && catalog.Placement(id.Decision.Placement) is { } placement
        && (isResent || placement.CountAt != CountMoment.Decision);

    /// <summary>Whether the customer has to hear that a contact was sent, as a stage of a journey asks for it.</summary>
    public static bool IsAskedWhenSent(string contactId, Catalog catalog) =>
        catalog.Journeys.AskedWhenSent is { Count: > 0 } asked
        && ContactId.TryParse(contactId, out var id) && catalog.Placement(id.Decision.Placement) is { } placement
        && catalog.Action(id.Action) is { } action
        && asked.Contains((placement.Id, action.Id));

    /// <summary>Settles a contact in a state that may be changed, and in the effects of its commit.</summary>
    /// <param name="state">The state.</param>
    /// <param name="settlement">What became of it.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <returns>What became of the settlement; a receipt that came before is a duplicate. An end is always recorded.</returns>
    public static EventOutcome Settle(CustomerState state, ContactSettlement settlement, Catalog catalog, long nowMs)
    {
        var hasId = ContactId.TryParse(settlement.ContactId, out var id);
        var effects = state.Effects ??= new();
        switch (settlement.Outcome)
        {
            case DeliveryOutcome.Sent when CountsWhenSent(settlement.ContactId, settlement.IsResent, catalog):
                EventRecording.CountContact(state, id, settlement.AtMs, catalog, GetTreatment(settlement, id, catalog));
                break;
            case var outcome when outcome.GivesBack() && hasId:
                EventRecording.VoidContact(state, id, catalog);
                break;
            case var outcome when outcome.Refuses() && hasId:
                ConsentRecording.Record(state, ToConsentStatement(settlement, id, catalog, nowMs));
                if (Remember(state, settlement, nowMs) is var known && known != EventOutcome.Recorded)
                {
                    // Told again, it changes nothing; too late to count, it still refuses.
                    return known == EventOutcome.Duplicate ? known : EventOutcome.Recorded;
                }

                break;
            case DeliveryOutcome.Delivered or DeliveryOutcome.Failed:
                if (Remember(state, settlement, nowMs) is var heard && heard != EventOutcome.Recorded)
                {
                    return heard;
                }

                break;
        }

        if (!settlement.Outcome.IsEnd() && settlement.Outcome.IsUnseen() && hasId)
        {
            EventRecording.VoidContact(state, id, catalog);
        }

        if (settlement.Outcome.IsEnd())
        {
            effects.End(new(settlement.ContactId, settlement.Outcome, catalog.Calendar.GetDay(settlement.AtMs), settlement.Reason)
            {
                AtMs = settlement.AtMs,
            });
        }
        else
        {
            effects.RecordReceipt(ToReceiptRecord(settlement, catalog));
            if (hasId)
            {
                FactRecording.Receipt(state, id, settlement.Outcome, settlement.AtMs, settlement.CampaignId, catalog);
            }
        }

        return EventOutcome.Recorded;
    }

    /// <summary>The feedback that a receipt is: an impression of what was opened, a click of what was tapped; null for others.</summary>
    public static CustomerEvent? ToFeedback(ContactSettlement settlement, Catalog catalog)
    {
        var (feedback, kind) = settlement.Outcome switch
        {
            DeliveryOutcome.Opened => (FeedbackType.Impression, "impression"),
            DeliveryOutcome.Clicked => (FeedbackType.Click, "click"),
            _ => default,
        };
        return feedback == FeedbackType.None || !ContactId.TryParse(settlement.ContactId, out var id) ? null : new()
        {
            Id = GetEventId(settlement),
            Type = catalog.Symbols.Find(SymbolKind.EventType, kind),
            AtMs = settlement.AtMs,
            Channel = catalog.GetChannel(id.Decision.Placement),
            Feedback = feedback,
            Decision = id.Decision,
            Action = id.Action,
        };
    }

    /// <summary>What is counted of a receipt.</summary>
    public static ReceiptRecord ToReceiptRecord(ContactSettlement settlement, Catalog catalog) => new(
        settlement.CampaignId, GetChannel(settlement.ContactId, catalog), settlement.Outcome, catalog.Calendar.GetDay(settlement.AtMs));

    // A channel that this catalogue no longer names cannot be told from others: then all of them are refused.
    private static ConsentStatement ToConsentStatement(ContactSettlement settlement, ContactId id, Catalog catalog, long nowMs) => new(
        settlement.Outcome == DeliveryOutcome.Complained ? (ushort)0 : catalog.Placement(id.Decision.Placement)?.Channel ?? 0,
        Purpose.Marketing, IsGranted: false, Math.Min(settlement.AtMs, nowMs))
    {
        Source = ConsentSource.Receipt, EvidenceId = settlement.ContactId, RecordedAtMs = nowMs,
    };

    private static EventOutcome Remember(CustomerState state, ContactSettlement settlement, long nowMs)
    {
        // Earlier releases kept the ids of receipts among those of behaviour.
        if (state.CountedIds.Find(GetEventId(settlement), settlement.AtMs, nowMs) == CountedBefore.Yes)
        {
            return EventOutcome.Duplicate;
        }

        switch (state.CountedAnswers.Find(GetEventId(settlement), settlement.AtMs, nowMs))
        {
            case CountedBefore.Yes:
                return EventOutcome.Duplicate;
            case CountedBefore.TooOldToTell:
                return EventOutcome.TooLate;
            default:
                state.CountedAnswers.Add(GetEventId(settlement), settlement.AtMs, nowMs);
                return EventOutcome.Recorded;
        }
    }

    // By its place among those that fit the placement. A dead letter gave its slot back, and with it what the slot knew.
    private static byte GetTreatment(ContactSettlement settlement, ContactId id, Catalog catalog)
    {
        var candidate = catalog.Placement(id.Decision.Placement)?.Candidates.FirstOrDefault(each => each.Action.Number == id.Action);
        for (var i = 0; i < candidate?.Treatments.Length; i++)
        {
            if (TreatmentNames.IsMeant(candidate.Treatments[i], candidate.Action.Id, settlement.TreatmentId, catalog))
            {
                return (byte)i;
            }
        }

        return 0;
    }

    private static string GetEventId(ContactSettlement settlement) => $"{settlement.ContactId}-{settlement.Outcome}";

    private static string GetChannel(string contactId, Catalog catalog) =>
        ContactId.TryParse(contactId, out var id) && catalog.GetChannel(id.Decision.Placement) is var number
            ? catalog.Symbols.FindName(SymbolKind.Channel, number) ?? ""
            : "";
}
