using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.V1;
using EventOutcome = Zhice.Domain.Customers.EventOutcome;

namespace Zhice.Api.Events;

/// <summary>What a caller is told of an event.</summary>
internal static class EventResults
{
    /// <summary>The result of an event.</summary>
    /// <param name="eventId">The event.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="place">Its place in the request; null for one that came by itself.</param>
    public static EventResult Create(string eventId, EventOutcome outcome, int? place = null) => outcome switch
    {
        EventOutcome.Recorded => new() { EventId = eventId, Outcome = V1.EventOutcome.Recorded },
        EventOutcome.Duplicate => new() { EventId = eventId, Outcome = V1.EventOutcome.Duplicate },
        EventOutcome.Erased => Refused(eventId, FaultMap.ToStatus(ErrorReasons.CustomerErased)),
        EventOutcome.NotOffered => Refused(eventId, NotOffered(place)),
        _ => Refused(eventId, ApiError.Create(
            ErrorReasons.EventTooLate,
            "The event is older than the remembered ids of this customer's events, so a duplicate could not be recognised.",
            ("event_id", eventId))),
    };

    private static Google.Rpc.Status NotOffered(int? place)
    {
        var check = new RequestCheck();
        if (place is { } index)
        {
            check.Enter("events", index);
        }

        check.Add("feedback.action_id", FieldReasons.Mismatch, "is none of the actions that the decision offered");
        return check.ToStatus();
    }

    public static EventResult Refused(string eventId, Google.Rpc.Status error) =>
        new() { EventId = eventId, Outcome = V1.EventOutcome.Refused, Error = error };
}
