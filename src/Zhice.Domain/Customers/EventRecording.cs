using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>What an event did.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Lesson">What it teaches the model of its action; none for most events.</param>
public readonly record struct EventEffect(EventOutcome Outcome, LessonKind Lesson);

/// <summary>The effect of events on a customer: live tags, caps, contacts.</summary>
public static class EventRecording
{
    /// <summary>Records an event in a state that may be changed.</summary>
    /// <param name="state">The state.</param>
    /// <param name="happened">The event.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="window">How long after its decision an acceptance teaches one; 7 days unless told.</param>
    public static EventEffect Record(
        CustomerState state, CustomerEvent happened, Catalog catalog, long nowMs, AttributionWindow? window = null)
    {
        switch (state.CountedIds.Find(happened.Id, happened.AtMs, nowMs))
        {
            case CountedBefore.Yes:
                return new(EventOutcome.Duplicate, LessonKind.None);
            case CountedBefore.TooOldToTell:
                return new(EventOutcome.TooLate, LessonKind.None);
        }

        state.CountedIds.Add(happened.Id, happened.AtMs, nowMs);
        state.PastEvents.Add(new(happened.Type, happened.Channel, happened.AtMs));
        ObserveLiveTags(state, happened, catalog, nowMs);
        return new(
            EventOutcome.Recorded,
            happened.Feedback == FeedbackType.None ? LessonKind.None : RecordFeedback(state, happened, catalog, window ?? AttributionWindow.Default));
    }

    /// <summary>Counts a contact towards the caps, once, and logs it.</summary>
    public static void CountContact(CustomerState state, ContactId id, long atMs, Catalog catalog)
    {
        foreach (ref readonly var logged in state.ContactLog.Contacts)
        {
            if (logged.Id == id)
            {
                return;
            }
        }

        state.ContactLog.Add(id, atMs);
        var action = catalog.Action(id.Action);
        if (action is null or { Purpose: Purpose.Marketing })
        {
            // An action that has left the catalogue since counts too: a cap rather holds too early than too late.
            var channel = catalog.Placement(id.Decision.Placement)?.Channel ?? 0;
            state.Contacts.Record(new ContactScopes(channel, action?.Category ?? 0, id.Action), atMs, catalog.KeptContacts);
        }
    }

    // Any answer says that it was seen, even when the impression itself was lost.
    private static LessonKind RecordFeedback(CustomerState state, CustomerEvent happened, Catalog catalog, AttributionWindow window)
    {
        var contact = new ContactId(happened.Decision, happened.Action);
        CountContact(state, contact, happened.AtMs, catalog);
        return state.ContactLog.Answer(contact, happened.Feedback, happened.AtMs, window);
    }

    private static void ObserveLiveTags(CustomerState state, CustomerEvent happened, Catalog catalog, long nowMs)
    {
        var rules = catalog.LiveTagsFedBy(happened.Type);
        foreach (var tag in rules)
        {
            var rule = tag.Live!;
            if (rule.Property is null)
            {
                Observe(state, rule, happened, catalog, TagValue.Time(happened.AtMs));
                continue;
            }

            foreach (var property in happened.Properties)
            {
                if (property.Name == rule.Property)
                {
                    Observe(state, rule, happened, catalog, property.Value);
                }
            }
        }
    }

    private static void Observe(CustomerState state, LiveTagRule rule, CustomerEvent happened, Catalog catalog, in TagValue value) =>
        state.LiveTags.Observe(rule, happened.AtMs, catalog.Calendar.DayOf(happened.AtMs), value);
}
