using FsCheck.Xunit;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Effects;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Customers;

public sealed class EventRecordingTests
{
    private static readonly Catalog Catalog = Bank.Catalog(
    [
        Bank.Action(1),
        Bank.Action(2),
        Bank.Action(3) with { Purpose = Purpose.Service },
    ]);

    private static readonly DecisionId Decision = DecisionId.Create(Bank.Now, Bank.Home, "020235");

    [Fact]
    public void The_same_event_is_recorded_once()
    {
        var state = new CustomerState();

        Assert.Equal(EventOutcome.Recorded, Record(state, Login("e1", 0)).Outcome);
        Assert.Equal(EventOutcome.Duplicate, Record(state, Login("e1", 0)).Outcome);
        Assert.Equal(EventOutcome.Recorded, Record(state, Login("e2", 0)).Outcome);
        Assert.Equal(EventOutcome.TooLate, Record(state, Login("e3", -8 * Bank.DayMs)).Outcome);

        Assert.Equal(2, Logins(state));
        Assert.Equal(2, state.PastEvents.Events.Count);
    }

    [Fact]
    public void Late_answers_of_a_very_active_customer_are_counted()
    {
        var (state, longAgo) = (new CustomerState(), Decision with { High = ((ulong)(Bank.Now - (2 * Bank.DayMs)) << 16) | Bank.Home });
        for (var i = 0; i < 600; i++)
        {
            Record(state, Login($"view{i}", -i * 60_000));
        }

        var answer = Feedback("late", 1, FeedbackType.Acceptance, longAgo) with { AtMs = Bank.Now - (42 * 3_600_000L) };
        Assert.Equal(EventOutcome.TooLate, Record(state, Login("late login", -42 * 3_600_000L)).Outcome);
        Assert.Equal(EventOutcome.Recorded, Record(state, answer).Outcome);
        Assert.Equal(EventOutcome.Duplicate, Record(state, answer).Outcome);
    }

    [Fact]
    public void An_answer_counts_once_for_its_contact_whatever_its_events_are_called()
    {
        var state = new CustomerState();

        Assert.Equal(EventOutcome.Recorded, Record(state, Feedback("e1", 1, FeedbackType.Click)).Outcome);
        Assert.Equal(EventOutcome.Duplicate, Record(state, Feedback("e2", 1, FeedbackType.Click)).Outcome);
        Assert.Equal(EventOutcome.Recorded, Record(state, Feedback("e2", 1, FeedbackType.Acceptance)).Outcome);
        Assert.Equal(EventOutcome.Recorded, Record(state, Feedback("e3", 2, FeedbackType.Click)).Outcome);
    }

    [Fact]
    public void An_answer_that_an_earlier_release_has_counted_by_its_events_id_is_known()
    {
        var state = new CustomerState();
        state.CountedIds.Add("e1", Bank.Now, Bank.Now);

        Assert.Equal(EventOutcome.Duplicate, Record(state, Feedback("e1", 1, FeedbackType.Click)).Outcome);
    }

    [Fact]
    public void When_too_many_answers_were_counted_a_contact_that_is_logged_still_says_which_are_new()
    {
        var state = new CustomerState();
        var contact = Decision with { Low = 7 };
        Record(state, Feedback("e1", 1, FeedbackType.Click, contact));
        for (var i = 0; i < CountedIds.Capacity; i++)
        {
            state.CountedAnswers.Add($"other{i}", Bank.Now + 1, Bank.Now);
        }

        Assert.Equal(EventOutcome.Duplicate, Record(state, Feedback("e2", 1, FeedbackType.Click, contact)).Outcome);
        Assert.Equal(EventOutcome.Recorded, Record(state, Feedback("e3", 1, FeedbackType.Acceptance, contact)).Outcome);
        Assert.Equal(EventOutcome.TooLate, Record(state, Feedback("e4", 2, FeedbackType.Acceptance, contact)).Outcome);
    }

    [Fact]
    public void An_event_makes_void_what_waits_of_the_actions_that_it_makes_pointless()
    {
        var state = new CustomerState();
        var catalog = Bank.Catalog([Bank.Action(1) with { VoidedBy = [Bank.LoginType] }, Bank.Action(2)]);

        EventRecording.Record(state, Login("e1", 0), catalog, Bank.Now);
        EventRecording.Record(state, Login("e1", 0), catalog, Bank.Now);

        Assert.Equal([new VoidedAction(1, Bank.Now)], state.Effects!.Voided);
        Assert.Equal("0001", state.Effects.Voided[0].ContactEnd);
    }

    [Fact]
    public void An_impression_counts_once_for_a_contact_and_so_does_any_answer_without_one()
    {
        var state = new CustomerState();
        Record(state, Feedback("e1", 1, FeedbackType.Impression));
        Record(state, Feedback("e2", 1, FeedbackType.Impression));
        Record(state, Feedback("e3", 1, FeedbackType.Acceptance));
        Assert.Equal(1, Contacts(state));

        Record(state, Feedback("e4", 2, FeedbackType.Click));
        Record(state, Feedback("e5", 2, FeedbackType.Impression));
        Assert.Equal(2, Contacts(state));
        Assert.Equal(2, state.Contacts.CountSince(CapScope.Channel, Bank.App, 0));
        Assert.Equal(2, state.Contacts.CountSince(CapScope.Category, 1, 0));
        Assert.Equal(1, state.Contacts.CountSince(CapScope.Action, 2, 0));
    }

    [Fact]
    public void A_contact_counts_for_the_treatment_that_was_shown_and_is_given_back_there()
    {
        var action = Bank.Action(1);
        var plain = Bank.Catalog([action]);
        Treatment[] treatments = [.. new ushort[] { 7, 8 }.Select(static number =>
            new Treatment($"t{number}", ["home"], new Content("en", "", "", "", "")) { Number = number })];
        var catalog = new Catalog(
            1, plain.Symbols, plain.Calendar, Bank.Tags, [.. plain.Channels.Values],
            [plain.Placements["home"] with { Candidates = [new Candidate(action, [.. treatments])] }], [action], ["login"], [],
            ContactRules.None);
        var state = new CustomerState();

        EventRecording.CountContact(state, new(Decision, 1), Bank.Now, catalog, treatment: 1);
        Assert.Equal((0, 1), (Of(7), Of(8)));

        EventRecording.VoidContact(state, new(Decision, 1), catalog);
        Assert.Equal((0, 0), (Of(7), Of(8)));

        EventRecording.Record(state, Feedback("e1", 1, FeedbackType.Impression) with { Treatment = 1 }, catalog, Bank.Now);
        Assert.Equal((0, 1), (Of(7), Of(8)));

        int Of(ushort treatment) => state.Contacts.CountSince(CapScope.Treatment, treatment, 0, CountMoment.Impression);
    }

    [Fact]
    public void A_contact_that_counted_when_it_was_decided_does_not_count_when_it_is_seen()
    {
        var state = new CustomerState();
        EventRecording.CountContact(state, new ContactId(Decision, 1), Bank.Now, Catalog);
        Record(state, Feedback("e1", 1, FeedbackType.Impression));
        Assert.Equal(1, Contacts(state));
    }

    [Fact]
    public void Service_actions_are_logged_and_count_towards_no_cap()
    {
        var state = new CustomerState();
        Record(state, Feedback("e1", 3, FeedbackType.Impression));

        Assert.Equal(0, Contacts(state));
        Assert.Empty(state.Contacts.Scopes);
        Assert.Equal(1, state.ContactLog.All.Length);
    }

    [Fact]
    public void An_action_that_has_left_the_catalogue_since_counts_as_marketing()
    {
        var state = new CustomerState();
        Record(state, Feedback("e1", 99, FeedbackType.Impression));

        Assert.Equal(1, Contacts(state));
        Assert.Equal(1, state.Contacts.CountSince(CapScope.Action, 99, 0));
    }

    [Property]
    public void A_contact_teaches_when_first_seen_and_when_then_accepted_and_its_strongest_answer_stays(
        (byte Action, byte Answer)[] answers)
    {
        var state = new CustomerState();
        var strongest = new Dictionary<ushort, FeedbackType>();
        FeedbackType[] weakToStrong =
            [FeedbackType.None, FeedbackType.Impression, FeedbackType.Click, FeedbackType.Dismissal, FeedbackType.Acceptance];
        foreach (var (i, (number, answer)) in answers.Index())
        {
            var (action, type) = ((ushort)((number % 3) + 1), (FeedbackType)((answer % 4) + 1));
            var before = strongest.GetValueOrDefault(action);
            var expected = (before, type) switch
            {
                (FeedbackType.None, FeedbackType.Acceptance) => LessonKind.Accepted,
                (FeedbackType.None, FeedbackType.Dismissal) => LessonKind.Dismissed,
                (FeedbackType.None, _) => LessonKind.Seen,
                (FeedbackType.Impression or FeedbackType.Click, FeedbackType.Acceptance) => LessonKind.AcceptedAfterSeen,
                _ => LessonKind.None,
            };
            Assert.Equal(expected, Record(state, Feedback($"e{i}", action, type)).Lesson);

            strongest[action] = Array.IndexOf(weakToStrong, type) > Array.IndexOf(weakToStrong, before) ? type : before;
        }

        Assert.Equal(strongest.Count, state.ContactLog.All.Length);
        foreach (var contact in state.ContactLog.All)
        {
            Assert.Equal(strongest[contact.Id.Action], contact.Answer);
        }
    }

    [Fact]
    public void Repeats_of_a_lesson_teach_nothing()
    {
        var state = new CustomerState();
        Assert.Equal(LessonKind.Dismissed, Record(state, Feedback("e1", 1, FeedbackType.Dismissal)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Feedback("e1", 1, FeedbackType.Dismissal)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Feedback("e2", 1, FeedbackType.Acceptance)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Login("e3", 0)).Lesson);
    }

    [Fact]
    public void What_was_seen_teaches_at_once_and_an_acceptance_within_the_window_corrects_it()
    {
        var state = new CustomerState();
        Assert.Equal(LessonKind.Seen, Record(state, Feedback("e1", 1, FeedbackType.Impression)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Feedback("e2", 1, FeedbackType.Click)).Lesson);
        Assert.Equal(LessonKind.AcceptedAfterSeen, Record(state, Feedback("e3", 1, FeedbackType.Acceptance)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Feedback("e4", 1, FeedbackType.Acceptance)).Lesson);

        Assert.Equal(LessonKind.Seen, Record(state, Feedback("e5", 2, FeedbackType.Click)).Lesson);
        Assert.Equal(LessonKind.None, Record(state, Feedback("e6", 2, FeedbackType.Dismissal)).Lesson);
        Assert.Equal(LessonKind.Accepted, Record(state, Feedback("e7", 3, FeedbackType.Acceptance)).Lesson);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1000, true)]
    [InlineData(7 * 86_400_000L, true)]
    [InlineData((7 * 86_400_000L) + 1, false)]
    public void An_acceptance_counts_for_the_decision_until_the_window_ends(long afterMs, bool counts)
    {
        var (seen, unseen) = (new CustomerState(), new CustomerState());
        Record(seen, Feedback("e1", 1, FeedbackType.Impression));
        var late = Feedback("e2", 1, FeedbackType.Acceptance) with { AtMs = Decision.DecidedAtMs + afterMs };

        Assert.Equal(counts ? LessonKind.AcceptedAfterSeen : LessonKind.None, RecordLater(seen, late, null));
        Assert.Equal(counts ? LessonKind.Accepted : LessonKind.Dismissed, RecordLater(unseen, late, null));
        Assert.Equal(LessonKind.Accepted, RecordLater(new CustomerState(), late, new AttributionWindow(TimeSpan.FromDays(8))));
    }

    private static LessonKind RecordLater(CustomerState state, CustomerEvent customerEvent, AttributionWindow? window) =>
        EventRecording.Record(state, customerEvent, Catalog, customerEvent.AtMs, window).Lesson;

    [Fact]
    public void Logs_keep_the_latest_and_stay_bounded()
    {
        var state = new CustomerState();
        for (var i = 0; i < 100; i++)
        {
            Record(state, Feedback($"e{i}", 1, FeedbackType.Impression, DecisionId.Create(Bank.Now + i, Bank.Home, "020235")));
        }

        Assert.Equal((ContactLog.Capacity, PastEvents.Capacity), (state.ContactLog.All.Length, state.PastEvents.Events.Count));
        Assert.Equal(Bank.Now + 99, state.ContactLog.All[^1].Id.Decision.DecidedAtMs);
    }

    [Fact]
    public void An_answer_to_a_contact_that_counted_when_decided_counts_no_more_though_the_log_has_dropped_it()
    {
        var placement = Catalog.Placements["home"] with { CountsAtDecision = true };
        var deciding = new Catalog(
            1, Catalog.Symbols, Catalog.Calendar, Catalog.Tags, [.. Catalog.Channels.Values], [placement], Catalog.Actions, ["login"], []);
        var state = new CustomerState();
        for (var i = 0; i < ContactLog.Capacity + 1; i++)
        {
            EventRecording.CountContact(state, new ContactId(DecisionAt(i), (ushort)(i == 0 ? 1 : 2)), Bank.Now + i, deciding);
        }

        EventRecording.CountContact(state, new ContactId(DecisionAt(0) with { Low = 7 }, 1), Bank.Now, deciding);
        Assert.Equal(2, state.Contacts.CountSince(CapScope.Action, 1, 0));

        EventRecording.Record(state, Feedback("e1", 1, FeedbackType.Acceptance, DecisionAt(0)), deciding, Bank.Now + 100);
        Assert.Equal(2, state.Contacts.CountSince(CapScope.Action, 1, 0));

        static DecisionId DecisionAt(int ms) => new(((ulong)(Bank.Now + ms) << 16) | Bank.Home, 42);
    }

    [Fact]
    public void Final_answers_are_remembered_for_the_cool_downs()
    {
        var state = new CustomerState();
        Record(state, Feedback("e1", 1, FeedbackType.Dismissal));
        Record(state, Feedback("e2", 2, FeedbackType.Acceptance));
        Record(state, Feedback("e3", 3, FeedbackType.Click));

        Assert.Equal(
            [new ContactAnswer(1, 1, Bank.Now, long.MinValue), new ContactAnswer(2, 1, long.MinValue, Bank.Now)],
            state.ContactAnswers.Answers);
    }

    private static EventEffect Record(CustomerState state, CustomerEvent customerEvent) =>
        EventRecording.Record(state, customerEvent, Catalog, Bank.Now);

    private static CustomerEvent Login(string id, long afterMs) => new() { Id = id, Type = Bank.LoginType, AtMs = Bank.Now + afterMs };

    private static CustomerEvent Feedback(string id, ushort action, FeedbackType answer, DecisionId? decision = null) => new()
    {
        Id = id, Type = 9, AtMs = Bank.Now, Feedback = answer, Decision = decision ?? Decision, Action = action,
    };

    private static int Contacts(CustomerState state) => state.Contacts.CountSince(CapScope.All, 0, 0);

    private static long Logins(CustomerState state) => Bank.View(state).TryGet(Bank.TagsById["logins"], out var count) ? count : -1;
}
