using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Learning;

public sealed class ExposureTests
{
    private const ushort Text = 2;

    private static readonly Catalog Catalog = WithTexts(
        Bank.Catalog([Bank.Action(1), Bank.Action(2) with { Purpose = Purpose.Regulatory }]));

    [Fact]
    public void Twenty_thousand_texts_of_which_three_in_a_hundred_are_accepted_are_learned_as_three_in_a_hundred()
    {
        var (dice, learning, models) = (new Random(3), new ActionLearning(), new PropensityModels());
        models.Use(1, learning.Champion);
        var inTheApp = Predictions("home");
        for (var i = 0; i < 20_000; i++)
        {
            var state = Customer(dice);
            var decision = Decide(state, "text", models);
            var contact = new ContactId(decision.Id, 1);
            state.KeptDecisions.Keep(decision.ToKept(), Bank.Now, AttributionWindow.Default);
            Learn(Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now));
            if (dice.NextDouble() < 0.03)
            {
                var effect = EventRecording.Record(state, Answer(contact, FeedbackType.Acceptance), Catalog, Bank.Now);
                Learn(Exposure.Teach(state, contact, effect.Lesson, Catalog, Bank.Now));
            }
        }

        Assert.InRange(Predictions("text"), 0.025, 0.035);

        // What both placements share has learned that few accept: the app's own rate is not made higher by it.
        Assert.InRange(Predictions("home"), 0.025, inTheApp);

        void Learn(KeptLesson? lesson)
        {
            Assert.NotNull(lesson);
            learning.Learn(0.1, lesson.Features.AsSpan(), lesson.Kind, LearningRules.GetShare(lesson.Place));
        }

        double Predictions(string placement)
        {
            var asked = new Random(5);
            models.Use(1, learning.Champion);
            return Enumerable.Range(0, 500).Average(_ =>
                Decide(Customer(asked), placement, models).Verdicts.Single(static verdict => verdict.Action == 1).Propensity);
        }
    }

    [Fact]
    public void A_contact_in_a_channel_that_reports_impressions_teaches_when_it_is_heard_of()
    {
        var (state, decision) = Kept("home");
        var contact = new ContactId(decision.Id, 1);

        Assert.Null(Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now));
        Assert.Equal(LessonKind.Seen, Exposure.Teach(state, contact, LessonKind.Seen, Catalog, Bank.Now)!.Kind);
    }

    [Fact]
    public void What_is_no_marketing_teaches_nothing()
    {
        var (state, decision) = Kept("text");

        Assert.Null(Exposure.TaughtWhenSent(state, new(decision.Id, 2), Catalog, Bank.Now));
        Assert.NotNull(Exposure.TaughtWhenSent(state, new(decision.Id, 1), Catalog, Bank.Now));
    }

    [Fact]
    public void The_exposure_of_what_did_not_arrive_is_taken_back_once_and_may_be_taught_again()
    {
        var (state, decision) = Kept("text");
        var contact = new ContactId(decision.Id, 1);
        var taught = Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now)!;

        var back = Exposure.TakeBack(state, contact, wasSent: true, Catalog)!;

        Assert.Equal((LessonKind.NotSeen, taught.Place), (back.Kind, back.Place));
        Assert.Equal(taught.Features, back.Features);
        Assert.Null(Exposure.TakeBack(state, contact, wasSent: true, Catalog));
        Assert.Equal(LessonKind.Seen, Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now)!.Kind);
    }

    [Fact]
    public void The_exposure_of_what_was_never_sent_was_not_taught_and_an_answer_teaches_as_the_first_that_is_heard()
    {
        var (state, decision) = Kept("text");
        var contact = new ContactId(decision.Id, 1);
        Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now);

        Assert.Null(Exposure.TakeBack(state, contact, wasSent: false, Catalog));

        Assert.Equal(LessonKind.Accepted, Exposure.Teach(state, contact, LessonKind.Accepted, Catalog, Bank.Now)!.Kind);
    }

    [Fact]
    public void What_was_seen_or_accepted_is_not_taken_back()
    {
        var (state, decision) = Kept("text");
        var contact = new ContactId(decision.Id, 1);
        Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now);
        EventRecording.Record(state, Answer(contact, FeedbackType.Impression), Catalog, Bank.Now);

        Assert.Null(Exposure.TakeBack(state, contact, wasSent: true, Catalog));
    }

    [Fact]
    public void A_profile_whose_use_was_refused_since_takes_nothing_back_either()
    {
        var (state, decision) = Kept("text");
        var contact = new ContactId(decision.Id, 1);
        Exposure.TaughtWhenSent(state, contact, Catalog, Bank.Now);
        Assert.False(Exposure.IsRefused(state, contact));
        state.Consents.Set(0, Purpose.Personalization, isGranted: false, Bank.Now);

        Assert.True(Exposure.IsRefused(state, contact));
        Assert.Null(Exposure.TakeBack(state, contact, wasSent: true, Catalog));
    }

    [Fact]
    public void A_profile_whose_use_was_refused_since_teaches_nothing()
    {
        var (state, decision) = Kept("home");
        state.Consents.Set(0, Purpose.Personalization, isGranted: false, Bank.Now);

        Assert.Null(Exposure.Teach(state, new(decision.Id, 1), LessonKind.Accepted, Catalog, Bank.Now));
    }

    [Fact]
    public void A_decision_without_the_profile_teaches_nothing_of_it()
    {
        var state = Customer(new Random(1));
        var view = new CustomerView(state, Catalog, [], Bank.Now, isPersonalized: false) { Id = "020235", Version = 1 };
        var decision = Decider.Decide(
            DecisionId.Create(Bank.Now, Bank.Home, "020235"), view, Catalog.Placements["home"], new PropensityModels(),
            UnlimitedStock.Instance, 50);
        state.KeptDecisions.Keep(decision.ToKept(), Bank.Now, AttributionWindow.Default);

        Assert.Equal(2, Exposure.Teach(state, new(decision.Id, 1), LessonKind.Accepted, Catalog, Bank.Now)!.Features.Length);
    }

    private static (CustomerState State, Decision Decision) Kept(string placement)
    {
        var state = Customer(new Random(1));
        var decision = Decide(state, placement, new PropensityModels());
        state.KeptDecisions.Keep(decision.ToKept(), Bank.Now, AttributionWindow.Default);
        return (state, decision);
    }

    private static CustomerState Customer(Random dice) => Bank.State(
        (1, TagValue.Bool(dice.Next(2) == 0)), (2, TagValue.Integer(dice.Next(18, 80))), (5, TagValue.Enum((ushort)dice.Next(1, 3))));

    private static Decision Decide(CustomerState state, string placement, PropensityModels models) => Decider.Decide(
        DecisionId.Create(Bank.Now, Catalog.Placements[placement].Number, "020235"), Bank.View(state, Catalog),
        Catalog.Placements[placement], models,
        UnlimitedStock.Instance, 50);

    private static CustomerEvent Answer(ContactId contact, FeedbackType answer) => new()
    {
        Id = "e1", Type = 9, AtMs = Bank.Now, Feedback = answer, Decision = contact.Decision, Action = contact.Action,
    };

    private static Catalog WithTexts(Catalog plain)
    {
        var home = plain.Placements["home"];
        var text = home with
        {
            Id = "text", Number = Text, CountsAtDecision = true, TaughtAt = LearningMoment.Sent,
            FeatureSeed = FeatureVector.GetSeed("placement:text"),
        };
        return new(1, plain.Symbols, plain.Calendar, Bank.Tags, [.. plain.Channels.Values], [home, text], plain.Actions, ["login"], []);
    }
}
