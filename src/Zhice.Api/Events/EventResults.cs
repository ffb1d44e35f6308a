using Zhice.Api.Errors;
using Zhice.Domain.Customers;
using Zhice.V1;
using EventOutcome = Zhice.Domain.Customers.EventOutcome;

namespace Zhice.Api.Events;

/// <summary>What a caller is told of an event.</summary>
internal static class EventResults
{
    public static EventResult Of(string eventId, EventOutcome outcome) => outcome switch
    {
        EventOutcome.Recorded => new() { EventId = eventId, Outcome = V1.EventOutcome.Recorded },
        EventOutcome.Duplicate => new() { EventId = eventId, Outcome = V1.EventOutcome.Duplicate },
        _ => Refused(eventId, ApiError.Of(
            ErrorReasons.EventTooLate,
            "The event is older than what is remembered of this customer's events, so it cannot be told from a duplicate.",
            ("event_id", eventId))),
    };

    public static EventResult Refused(string eventId, Google.Rpc.Status error) =>
        new() { EventId = eventId, Outcome = V1.EventOutcome.Refused, Error = error };
}
