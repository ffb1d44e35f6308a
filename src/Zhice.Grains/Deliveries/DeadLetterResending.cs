using Zhice.Contracts.Deliveries;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Learning;

namespace Zhice.Grains.Deliveries;

/// <summary>Puts a dead letter into a customer's next state once more: its count or its slot, its message, what it teaches.</summary>
internal static class DeadLetterResending
{
    /// <summary>Sends it again; false, and nothing of it is to be committed, when the customer has no room for one more.</summary>
    /// <param name="next">The customer's next state.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="message">The bytes that the outbox kept.</param>
    /// <param name="verdict">That it may go.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="expiresAtMs">From when on it is void, unix milliseconds.</param>
    public static bool TrySendAgain(
        CustomerState next, in AskedContact contact, byte[] message, in ResendVerdict verdict, Catalog catalog, long nowMs,
        long expiresAtMs)
    {
        var id = contact.Id;
        if (catalog.Placement(id.Decision.Placement) is { } placement)
        {
            // A contact does not outlive the grant that it needs.
            if (catalog.Action(id.Action) is { } action)
            {
                expiresAtMs = Math.Min(
                    expiresAtMs, catalog.ContactPolicy.ConsentEndsAtMs(next.Consents, placement.Channel, action.Purpose));
            }

            if (placement.CountsAtDecision)
            {
                EventRecording.CountContact(next, id, verdict.AvailableAtMs, catalog, verdict.Treatment);
            }
            else if (!EventRecording.HoldContact(next, id, expiresAtMs, catalog, verdict.Treatment, nowMs))
            {
                return false;
            }
        }

        var again = ContactMessage.Again(
            message, verdict.AvailableAtMs, expiresAtMs, Exposure.TaughtWhenSent(next, id, catalog, nowMs),
            (nowMs, catalog.Calendar.GetDay(nowMs)));
        (next.Effects ??= new()).SendAgain(again!);
        next.Touches.Void(id, isVoid: false);
        return true;
    }
}
