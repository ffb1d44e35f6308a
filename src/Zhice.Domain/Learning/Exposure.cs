using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Learning;

/// <summary>When a recommendation teaches that it was seen.</summary>
public enum LearningMoment : byte
{
    /// <summary>When feedback is first heard of it.</summary>
    Impression = 0,

    /// <summary>When its channel took it; one that was asked for and counts when it is decided, then.</summary>
    Sent = 1,
}

/// <summary>
/// What contacts and answers teach, of one customer. Marketing alone: nobody accepts a notice that law asks for. A profile
/// whose use was refused since is not learned.
/// </summary>
public static class Exposure
{
    /// <summary>What is taught when a channel takes a contact, to be sent along with it. A repeat gives nothing.</summary>
    /// <param name="state">A state that may be changed, which keeps the decision.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <returns>Null: nothing, or not at that moment.</returns>
    public static KeptLesson? TaughtWhenSent(CustomerState state, ContactId contact, Catalog catalog, long nowMs) =>
        catalog.Placement(contact.Decision.Placement)?.TaughtAt == LearningMoment.Sent
            ? Teach(state, contact, LessonKind.Seen, catalog, nowMs)
            : null;

    /// <summary>What an answer teaches.</summary>
    /// <param name="state">A state that may be changed, after the answer was recorded.</param>
    /// <param name="contact">The contact that is answered.</param>
    /// <param name="kind">What the answer is by itself.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <returns>Null for nothing.</returns>
    public static KeptLesson? Teach(CustomerState state, ContactId contact, LessonKind kind, Catalog catalog, long nowMs) =>
        catalog.Action(contact.Action)?.Purpose == Purpose.Marketing && MayLearn(state, contact.Decision)
            ? state.KeptDecisions.Teach(contact, kind, catalog.Calendar.GetDay(nowMs), catalog.Learning.MaxLessonsPerDay)
            : null;

    /// <summary>What takes back the exposure of a contact that did not reach the customer after all. A repeat gives nothing.</summary>
    /// <param name="state">A state that may be changed, after what the contact took was given back.</param>
    /// <param name="contact">The contact.</param>
    /// <param name="wasSent">Whether its channel had taken it: else its exposure was never taught, and nothing is to be taken back.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <returns>Null for nothing.</returns>
    public static KeptLesson? TakeBack(CustomerState state, ContactId contact, bool wasSent, Catalog catalog)
    {
        if (catalog.Placement(contact.Decision.Placement)?.TaughtAt != LearningMoment.Sent
            || state.ContactLog.IsAnswered(contact, FeedbackType.Impression) is true)
        {
            return null;
        }

        var mayLearn = wasSent && catalog.Action(contact.Action)?.Purpose == Purpose.Marketing && MayLearn(state, contact.Decision);
        return state.KeptDecisions.TakeBack(contact) is { } lesson && mayLearn ? lesson : null;
    }

    /// <summary>Whether what a contact was made of may not be learned any more: the use of the profile was refused since.</summary>
    /// <param name="state">The customer's state.</param>
    /// <param name="contact">The contact, which waits for its channel with what it teaches.</param>
    public static bool IsRefused(CustomerState state, ContactId contact) =>
        !state.Consents.Allows(channel: 0, Purpose.Personalization)
            && state.KeptDecisions.Find(contact.Decision) is not { IsPersonalized: false };

    private static bool MayLearn(CustomerState state, DecisionId decision) =>
        state.KeptDecisions.Find(decision) is { } kept
            && (!kept.IsPersonalized || state.Consents.Allows(channel: 0, Purpose.Personalization));
}
