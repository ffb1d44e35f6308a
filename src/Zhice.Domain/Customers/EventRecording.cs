using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>What an event did.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Lesson">What it teaches the model of its action; none for most events.</param>
public readonly record struct EventEffect(EventOutcome Outcome, LessonKind Lesson);

/// <summary>The effect of events on a customer: live tags, caps, contacts.</summary>
public static class EventRecording
{
    // Longer than a gateway may have a contact before it says what became of it.
    private const long SettledWithinMs = 2 * 60 * 60 * 1000;

    /// <summary>Records an event in a state that may be changed.</summary>
    /// <param name="state">The state.</param>
    /// <param name="customerEvent">The event.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="window">How long after its decision an acceptance teaches one; 7 days unless told.</param>
    public static EventEffect Record(
        CustomerState state, CustomerEvent customerEvent, Catalog catalog, long nowMs, AttributionWindow? window = null)
    {
        switch (
            customerEvent.Feedback == FeedbackType.None
                ? state.CountedIds.Find(customerEvent.Id, customerEvent.AtMs, nowMs)
                : FindAnswer(state, customerEvent, nowMs))
        {
            case CountedBefore.Yes:
                return new(EventOutcome.Duplicate, LessonKind.None);
            case CountedBefore.TooOldToTell:
                return new(EventOutcome.TooLate, LessonKind.None);
        }

        if (customerEvent.Feedback == FeedbackType.None)
        {
            state.CountedIds.Add(customerEvent.Id, customerEvent.AtMs, nowMs);
        }
        else
        {
            state.CountedAnswers.Add(GetAnswerId(customerEvent), customerEvent.AtMs, nowMs);
        }

        state.PastEvents.Add(new(customerEvent.Type, customerEvent.Channel, customerEvent.AtMs));
        ObserveLiveTags(state, customerEvent, catalog, nowMs);
        foreach (var action in catalog.ActionsVoidedBy(customerEvent.Type))
        {
            (state.Effects ??= new()).VoidWaiting(new(action, nowMs));
        }

        StockUse.Answer(state, customerEvent.Action, customerEvent.Feedback, nowMs);
        if (customerEvent.Feedback != FeedbackType.None)
        {
            FactRecording.Answer(state, customerEvent, catalog, nowMs);
        }

        FactRecording.Outcomes(state, customerEvent, catalog);
        return new(
            EventOutcome.Recorded,
            customerEvent.Feedback == FeedbackType.None
                ? LessonKind.None
                : RecordFeedback(state, customerEvent, catalog, window ?? AttributionWindow.Default));
    }

    /// <summary>Counts a contact towards the caps, once, and logs it.</summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="id">The contact.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="treatment">Which of the action's treatments is shown, from 0; a slot that was taken knows better.</param>
    public static void CountContact(CustomerState state, ContactId id, long atMs, Catalog catalog, byte treatment = 0) =>
        Count(state, id, atMs, catalog, isFeedback: false, treatment);

    /// <summary>
    /// Takes the slot of an offer, if a cap wants it held until the offer is seen; a repeat takes nothing more.
    /// </summary>
    public static void ReserveContact(CustomerState state, ContactId id, Catalog catalog, byte treatment = 0)
    {
        var ask = CreateRequest(id, catalog, treatment);
        var policy = catalog.ContactPolicy;
        if (policy.Reserves(ask) && !state.ContactLog.Contains(id))
        {
            var atMs = id.Decision.DecidedAtMs;
            state.Reservations.TryReserve(new(id, ask.Scopes, ask.Moment, atMs + policy.ReservationExpiryMs, ask.Bound), atMs);
        }
    }

    /// <summary>
    /// Takes the slot of a contact that waits for its channel, whatever its caps say of decisions: it is used up when the
    /// contact counts, and given back when it is void. A repeat takes nothing more.
    /// </summary>
    /// <param name="state">A state that may be changed.</param>
    /// <param name="id">The contact, which the policy allowed.</param>
    /// <param name="expiresAtMs">
    /// When the contact is void if it was not sent, unix milliseconds. The slot is held for a while longer, until its end is told:
    /// a gateway may have got the contact in the last moment.
    /// </param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="treatment">Which of the action's treatments is shown, from 0.</param>
    /// <param name="nowMs">Now, unix milliseconds, where the decision is made for later; null: the decision's own instant.</param>
    /// <returns>False when the customer has no room for one more: then it must not be sent.</returns>
    public static bool HoldContact(
        CustomerState state, ContactId id, long expiresAtMs, Catalog catalog, byte treatment = 0, long? nowMs = null)
    {
        var ask = CreateRequest(id, catalog, treatment);
        return !catalog.ContactPolicy.Binds(ask) || state.ContactLog.Contains(id)
            || state.Reservations.TryReserve(
                new(id, ask.Scopes, ask.Moment, expiresAtMs + SettledWithinMs, ask.Bound), nowMs ?? id.Decision.DecidedAtMs);
    }

    /// <summary>
    /// Gives back what a contact took that nobody will see: the slot that it holds, or its place in the caps. One that
    /// was answered stays, and a repeat gives nothing more back.
    /// </summary>
    public static void VoidContact(CustomerState state, ContactId id, Catalog catalog)
    {
        state.Reservations.End(id);
        state.Touches.Void(id, isVoid: true);
        StockUse.Void(state, id, catalog.Action(id.Action));
        if (state.ContactLog.RemoveUnanswered(id) is { } logged
            && CreateRequest(id, catalog, TreatmentAt(state, id, logged.AtMs, catalog)) is var ask
            && catalog.ContactPolicy.Binds(ask))
        {
            state.Contacts.Remove(ask.Scopes, logged.AtMs, ask.Moment, ask.Bound);
        }
    }

    private static void Count(CustomerState state, ContactId id, long atMs, Catalog catalog, bool isFeedback, byte treatment = 0)
    {
        if (state.ContactLog.Contains(id))
        {
            return;
        }

        state.ContactLog.Add(id, atMs);
        var ask = CreateRequest(id, catalog, treatment);
        var held = state.Reservations.End(id);
        if (catalog.ContactPolicy.Binds(ask) && !(isFeedback && CountedWhenDecided(state, id, ask)))
        {
            state.Contacts.Record(held?.Scopes ?? ask.Scopes, atMs, catalog.KeptContacts, held?.Moment ?? ask.Moment, ask.Bound);
        }
    }

    // An answer counts once for its contact and kind, whatever its event's id: so what a customer does beside never crowds it
    // out. Earlier releases kept the ids of its events among those of behaviour.
    private static CountedBefore FindAnswer(CustomerState state, CustomerEvent answer, long nowMs)
    {
        if (state.CountedIds.Find(answer.Id, answer.AtMs, nowMs) == CountedBefore.Yes)
        {
            return CountedBefore.Yes;
        }

        var found = state.CountedAnswers.Find(GetAnswerId(answer), answer.AtMs, nowMs);
        return found == CountedBefore.TooOldToTell
            && state.ContactLog.IsAnswered(new(answer.Decision, answer.Action), answer.Feedback) is { } isAnswered
                ? isAnswered ? CountedBefore.Yes : CountedBefore.No
                : found;
    }

    private static string GetAnswerId(CustomerEvent answer) => $"{new ContactId(answer.Decision, answer.Action)}-{answer.Feedback}";

    // The treatment that was counted at an instant; the first when none was.
    private static byte TreatmentAt(CustomerState state, ContactId id, long atMs, Catalog catalog)
    {
        var (placement, purpose) = (catalog.Placement(id.Decision.Placement), CreateRequest(id, catalog).Bound);
        for (byte treatment = 0; placement?.GetTreatment(id.Action, treatment) is > 0 and var number; treatment++)
        {
            if (state.Contacts.Contains(CapScope.Treatment, number, atMs, placement.CountAt, purpose))
            {
                return treatment;
            }
        }

        return 0;
    }

    // The log may have dropped a contact that counted when it was decided; the history still has the instant.
    private static bool CountedWhenDecided(CustomerState state, ContactId id, in ContactRequest ask) =>
        ask.Moment == CountMoment.Decision
            && state.Contacts.Contains(CapScope.Action, id.Action, id.Decision.DecidedAtMs, CountMoment.Decision, ask.Bound);

    // An action that has left the catalogue since is bound too: a cap rather holds too early than too late.
    private static ContactRequest CreateRequest(ContactId id, Catalog catalog, byte treatment = 0)
    {
        var action = catalog.Action(id.Action);
        var placement = catalog.Placement(id.Decision.Placement);
        return new(
            action?.Purpose ?? Purpose.Marketing,
            new ContactScopes(
                catalog.GetChannel(id.Decision.Placement), action?.Category ?? 0, id.Action,
                placement?.GetTreatment(id.Action, treatment) ?? 0),
            placement?.CountAt ?? CountMoment.Any,
            action?.Priority ?? 0);
    }

    // Any answer says that it was seen, even when the impression itself was lost.
    private static LessonKind RecordFeedback(CustomerState state, CustomerEvent customerEvent, Catalog catalog, AttributionWindow window)
    {
        var contact = new ContactId(customerEvent.Decision, customerEvent.Action);
        Count(state, contact, customerEvent.AtMs, catalog, isFeedback: true, customerEvent.Treatment);
        var category = catalog.Action(customerEvent.Action)?.Category ?? 0;
        if (customerEvent.Feedback == FeedbackType.Dismissal)
        {
            state.ContactAnswers.Dismissed(customerEvent.Action, category, customerEvent.AtMs);
        }
        else if (customerEvent.Feedback == FeedbackType.Acceptance)
        {
            state.ContactAnswers.Accepted(customerEvent.Action, category, customerEvent.AtMs);
        }

        return state.ContactLog.Answer(contact, customerEvent.Feedback, customerEvent.AtMs, window);
    }

    private static void ObserveLiveTags(CustomerState state, CustomerEvent customerEvent, Catalog catalog, long nowMs)
    {
        var rules = catalog.LiveTagsFedBy(customerEvent.Type);
        foreach (var tag in rules)
        {
            var rule = tag.Live!;
            if (rule.Property is null)
            {
                Observe(state, rule, customerEvent, catalog, TagValue.Time(customerEvent.AtMs));
                continue;
            }

            foreach (var property in customerEvent.Properties)
            {
                if (property.Name == rule.Property)
                {
                    Observe(state, rule, customerEvent, catalog, property.Value);
                }
            }
        }
    }

    private static void Observe(CustomerState state, LiveTagRule rule, CustomerEvent customerEvent, Catalog catalog, in TagValue value) =>
        state.LiveTags.Observe(rule, customerEvent.AtMs, catalog.Calendar.GetDay(customerEvent.AtMs), value);
}
