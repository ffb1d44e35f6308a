using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Learning;

/// <summary>
/// The last decisions that a customer can still answer, with what the models saw then: so a lesson never learns from what
/// became known later. And how many contacts about each action have taught today, so that no customer teaches without end.
/// </summary>
public sealed partial class KeptDecisions
{
    /// <summary>How many decisions are kept.</summary>
    public const int Capacity = 32;

    // Of a customer with more actions in a day, those beyond teach nothing.
    private const int MaxActions = 64;

    // Most commits of a customer are about something else: what was read stays packed until it is asked for.
    private byte[]? _packed;
    private Kept? _kept;

    /// <summary>No decision is kept.</summary>
    public KeptDecisions()
    {
    }

    private KeptDecisions(byte[]? packed, Kept? kept) => (_packed, _kept) = (packed, kept);

    /// <summary>The decisions, the earliest kept first.</summary>
    public ReadOnlySpan<KeptDecision> All => CollectionsMarshal.AsSpan(Now.Decisions);

    /// <summary>Whether nothing is kept.</summary>
    public bool IsEmpty => _packed is null && (_kept is null || (_kept.Decisions.Count == 0 && _kept.Taught.Count == 0));

    private Kept Now => _kept ??= _packed is null ? new([], []) : Unpack(_packed);

    /// <summary>A decision; null when it is not, or no longer, kept.</summary>
    public KeptDecision? Find(DecisionId id)
    {
        var at = IsEmpty ? -1 : IndexOf(id);
        return at < 0 ? null : Now.Decisions[at];
    }

    /// <summary>Keeps a decision, in the place of the earliest when there is no room; one that is kept stays as it is.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="window">How long after a decision an answer still teaches: older ones are dropped.</param>
    public void Keep(KeptDecision decision, long nowMs, AttributionWindow window)
    {
        if (IndexOf(decision.Id) >= 0)
        {
            return;
        }

        var decisions = Changing().Decisions;
        for (var i = decisions.Count - 1; i >= 0; i--)
        {
            if (!window.Reaches(decisions[i].Id.DecidedAtMs, nowMs))
            {
                decisions.RemoveAt(i);
            }
        }

        if (decisions.Count == Capacity)
        {
            decisions.RemoveAt(0);
        }

        decisions.Add(decision);
    }

    /// <summary>What an answer teaches, of which <see cref="Customers.ContactLog"/> says what it is by itself.</summary>
    /// <param name="contact">The contact that is answered.</param>
    /// <param name="kind">What the answer is by itself.</param>
    /// <param name="day">The bank's day, as days since 1970-01-01.</param>
    /// <param name="maximum">How many contacts of a customer about an action teach in a day.</param>
    /// <returns>Null for nothing: the decision is forgotten, the day has taught enough, or it was taught before.</returns>
    /// <remarks>A contact whose exposure was taught when it was sent is one that was seen, though no answer says so.</remarks>
    public KeptLesson? Teach(ContactId contact, LessonKind kind, int day, int maximum)
    {
        var at = kind == LessonKind.None || IsEmpty ? -1 : IndexOf(contact.Decision);
        if (at < 0 || Now.Decisions[at] is not { Features.IsEmpty: false } decision || decision.FindOffer(contact.Action) is not { } offer)
        {
            return null;
        }

        var isAccepted = kind is LessonKind.Accepted or LessonKind.AcceptedAfterSeen;
        if (offer.Lesson == 0)
        {
            if (kind == LessonKind.AcceptedAfterSeen)
            {
                // That it was seen taught nothing, as it was not known then what the models saw.
                Changing().Decisions[at] = decision.With(offer with { Lesson = KeptOffer.Closed });
                return null;
            }

            var place = NextPlace(contact.Action, day, maximum);
            Changing().Decisions[at] = decision.With(offer with { Lesson = kind == LessonKind.Seen ? place : KeptOffer.Closed });
            return place == KeptOffer.Closed ? null : new(decision.Features, kind, place);
        }

        if (offer.Lesson == KeptOffer.Closed || !isAccepted)
        {
            return null;
        }

        Changing().Decisions[at] = decision.With(offer with { Lesson = KeptOffer.Closed });
        return new(decision.Features, LessonKind.AcceptedAfterSeen, offer.Lesson);
    }

    /// <summary>Forgets that the exposure of a contact is taught, as nobody saw it: it may be taught once more.</summary>
    /// <returns>What takes the lesson back; null when it taught none, was accepted, or the decision is forgotten.</returns>
    public KeptLesson? TakeBack(ContactId contact)
    {
        var at = IsEmpty ? -1 : IndexOf(contact.Decision);
        if (at < 0 || Now.Decisions[at] is not { } decision
            || decision.FindOffer(contact.Action) is not { Lesson: not (0 or KeptOffer.Closed) } offer)
        {
            return null;
        }

        Changing().Decisions[at] = decision.With(offer with { Lesson = 0 });
        return new(decision.Features, LessonKind.NotSeen, offer.Lesson);
    }

    /// <summary>A copy.</summary>
    public KeptDecisions Clone() => _packed is not null || _kept is null
        ? new(_packed, null)
        : new(null, new([.. _kept.Decisions], [.. _kept.Taught]) { Day = _kept.Day });

    private Kept Changing()
    {
        var kept = Now;
        _packed = null;
        return kept;
    }

    // The place of one contact more among those that teach today; closed when there is none left.
    private byte NextPlace(ushort action, int day, int maximum)
    {
        var kept = Changing();
        if (day != kept.Day)
        {
            kept.Day = day;
            kept.Taught.Clear();
        }

        foreach (ref var taught in CollectionsMarshal.AsSpan(kept.Taught))
        {
            if (taught.Action == action)
            {
                return taught.Count < maximum ? ++taught.Count : KeptOffer.Closed;
            }
        }

        if (maximum < 1 || kept.Taught.Count == MaxActions)
        {
            return KeptOffer.Closed;
        }

        kept.Taught.Add((action, 1));
        return 1;
    }

    private int IndexOf(DecisionId id)
    {
        var decisions = All;
        for (var i = 0; i < decisions.Length; i++)
        {
            if (decisions[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    // How many contacts about each action have taught on a day of the bank's.
    private sealed class Kept(List<KeptDecision> decisions, List<(ushort Action, byte Count)> taught)
    {
        public List<KeptDecision> Decisions => decisions;

        public List<(ushort Action, byte Count)> Taught => taught;

        public int Day { get; set; }
    }
}
