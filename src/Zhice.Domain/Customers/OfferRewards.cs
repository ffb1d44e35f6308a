using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Customers;

/// <summary>What became of an offer, as the customer's state knows it later.</summary>
public static class OfferRewards
{
    /// <summary>
    /// Whether an offer was accepted, or an outcome followed it; null when the state may have forgotten it: it keeps the last contacts alone.
    /// </summary>
    /// <param name="state">The state of now.</param>
    /// <param name="offer">The offer.</param>
    /// <param name="outcome">The outcome; null for an acceptance.</param>
    public static bool? Find(CustomerState state, ContactId offer, OutcomeDefinition? outcome)
    {
        var decidedAtMs = offer.Decision.DecidedAtMs;
        if (outcome is null)
        {
            return state.ContactLog.IsAnswered(offer, FeedbackType.Acceptance)
                ?? (state.ContactLog.All is { Length: ContactLog.Capacity } log && log[0].AtMs > decidedAtMs ? null : false);
        }

        return state.Touches.Find(offer) is { } touch ? touch.IsFollowedBy(outcome.Number)
            : state.Touches.All is { Length: KeptTouches.Capacity } touches && touches[0].AtMs > decidedAtMs ? null
            : false;
    }
}
