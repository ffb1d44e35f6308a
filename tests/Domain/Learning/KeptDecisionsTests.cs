using FsCheck.Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Learning;

public sealed class KeptDecisionsTests
{
    private const int Day = 20_000;

    [Fact]
    public void An_answer_teaches_what_the_models_saw_at_the_decision()
    {
        var decision = DecisionOf(1, features: [9, 3, 3, 7]);
        var kept = KeptWith(decision);

        var seen = kept.Teach(new(decision.Id, 1), LessonKind.Seen, Day, maximum: 3);
        var accepted = kept.Teach(new(decision.Id, 1), LessonKind.AcceptedAfterSeen, Day + 1, maximum: 3);

        Assert.Equal([3, 3, 7, 9], seen!.Features.Select(static feature => (int)feature));
        Assert.Equal((LessonKind.Seen, (byte)1), (seen.Kind, seen.Place));
        Assert.Equal(seen.Features.AsEnumerable(), accepted!.Features);
        Assert.Equal((LessonKind.AcceptedAfterSeen, (byte)1), (accepted.Kind, accepted.Place));
        Assert.Null(kept.Teach(new(decision.Id, 1), LessonKind.AcceptedAfterSeen, Day, maximum: 3));
    }

    [Fact]
    public void What_is_forgotten_or_was_not_offered_teaches_nothing()
    {
        var decision = DecisionOf(1);
        var kept = KeptWith(decision);

        Assert.Null(kept.Teach(new(decision.Id, 2), LessonKind.Accepted, Day, maximum: 3));
        Assert.Null(kept.Teach(new(DecisionOf(1).Id, 1), LessonKind.Accepted, Day, maximum: 3));
        for (var i = 0; i < KeptDecisions.Capacity; i++)
        {
            kept.Keep(DecisionOf(1).ToKept(), Bank.Now, AttributionWindow.Default);
        }

        Assert.Null(kept.Teach(new(decision.Id, 1), LessonKind.Accepted, Day, maximum: 3));
        kept.Keep(DecisionOf(1).ToKept(), Bank.Now + (8 * Bank.DayMs), AttributionWindow.Default);
        Assert.Equal(1, kept.All.Length);
    }

    [Fact]
    public void A_customer_teaches_so_many_contacts_of_an_action_a_day_and_each_weighs_less()
    {
        var kept = new KeptDecisions();
        List<byte?> places = [.. Enumerable.Range(0, 300).Select(_ => Accept(1, Day))];

        Assert.Equal([1, 2, 3], places.Where(static place => place is not null).Select(static place => (int)place!.Value));
        Assert.Equal((byte?)1, Accept(2, Day));
        Assert.Equal((byte?)1, Accept(1, Day + 1));
        Assert.Equal([1, 0.707, 0.577], new byte[] { 1, 2, 3 }.Select(static place => Math.Round(LearningRules.GetShare(place), 3)));

        byte? Accept(ushort action, int day)
        {
            var decision = DecisionOf(action);
            kept.Keep(decision.ToKept(), Bank.Now, AttributionWindow.Default);
            return kept.Teach(new(decision.Id, action), LessonKind.Accepted, day, maximum: 3)?.Place;
        }
    }

    [Fact]
    public void A_contact_beyond_the_maximum_teaches_no_acceptance_either()
    {
        var (first, second) = (DecisionOf(1), DecisionOf(1));
        var kept = KeptWith(first, second);
        kept.Teach(new(first.Id, 1), LessonKind.Seen, Day, maximum: 1);

        Assert.Null(kept.Teach(new(second.Id, 1), LessonKind.Seen, Day, maximum: 1));
        Assert.Null(kept.Teach(new(second.Id, 1), LessonKind.AcceptedAfterSeen, Day + 1, maximum: 1));
        Assert.Equal(LessonKind.AcceptedAfterSeen, kept.Teach(new(first.Id, 1), LessonKind.AcceptedAfterSeen, Day + 1, maximum: 1)!.Kind);
    }

    [Fact]
    public void After_its_exposure_was_taught_when_it_was_sent_a_contact_teaches_acceptances_alone()
    {
        var decision = DecisionOf(1);
        var kept = KeptWith(decision);
        kept.Teach(new(decision.Id, 1), LessonKind.Seen, Day, maximum: 3);

        Assert.Null(kept.Teach(new(decision.Id, 1), LessonKind.Seen, Day, maximum: 3));
        Assert.Null(kept.Teach(new(decision.Id, 1), LessonKind.Dismissed, Day, maximum: 3));
        Assert.Equal(LessonKind.AcceptedAfterSeen, kept.Teach(new(decision.Id, 1), LessonKind.Accepted, Day, maximum: 3)!.Kind);
    }

    [Fact]
    public void Decisions_of_a_customer_take_few_bytes_as_their_features_are_nearly_the_same()
    {
        var dice = new Random(7);
        uint[] features = [.. Enumerable.Range(0, 60).Select(_ => (uint)dice.Next(FeatureVector.Slots))];
        var kept = new KeptDecisions();
        for (var i = 0; i < KeptDecisions.Capacity; i++)
        {
            features[dice.Next(features.Length)] = (uint)dice.Next(FeatureVector.Slots);
            kept.Keep(DecisionOf(1, features).ToKept(), Bank.Now, AttributionWindow.Default);
        }

        Assert.InRange(
            Bytes.Write(kept, static (writer, decisions) => decisions.Write(writer)).Length, 1, 120 + (KeptDecisions.Capacity * 32));
    }

    [Property]
    public void Decisions_come_back_from_their_bytes_whatever_the_models_saw(byte[][] seen)
    {
        var kept = new KeptDecisions();
        foreach (var (i, features) in seen.Take(KeptDecisions.Capacity).Index())
        {
            kept.Keep(
                DecisionOf((ushort)(i + 1), [.. features.Select(static feature => (uint)feature)]).ToKept(), Bank.Now,
                AttributionWindow.Default);
        }

        var back = Bytes.Read(
            Bytes.Write(kept, static (writer, decisions) => decisions.Write(writer)), "kept decisions", KeptDecisions.Read);

        Assert.Equal(SeenIn(kept), SeenIn(back));

        static IEnumerable<string> SeenIn(KeptDecisions decisions) =>
            decisions.All.ToArray().Select(static decision => $"{decision.Id} {string.Join(' ', decision.Features)}");
    }

    [Fact]
    public void Damaged_bytes_are_as_good_as_none()
    {
        var bytes = Bytes.Write(KeptWith(DecisionOf(1)), static (writer, decisions) => decisions.Write(writer));
        bytes[1] = 77;

        Assert.Empty(Bytes.Read(bytes, "kept decisions", KeptDecisions.Read).All.ToArray());
    }

    [Fact]
    public void What_was_read_and_a_clone_of_it_change_each_by_itself()
    {
        var decision = DecisionOf(1);
        var bytes = Bytes.Write(KeptWith(decision), static (writer, decisions) => decisions.Write(writer));
        var read = Bytes.Read(bytes, "kept decisions", KeptDecisions.Read);
        var (clone, other) = (read.Clone(), read.Clone());

        Assert.NotNull(clone.Teach(new(decision.Id, 1), LessonKind.Seen, Day, maximum: 3));
        Assert.NotNull(other.Teach(new(decision.Id, 1), LessonKind.Accepted, Day, maximum: 3));

        Assert.Equal((0, 1, KeptOffer.Closed), (LessonIn(read), LessonIn(clone.Clone()), LessonIn(other)));
        Assert.Equal(bytes, Bytes.Write(read, static (writer, decisions) => decisions.Write(writer)));

        int LessonIn(KeptDecisions kept) => kept.Find(decision.Id)!.Offers[0].Lesson;
    }

    [Fact]
    public void A_lesson_comes_back_from_its_bytes()
    {
        var lesson = new KeptLesson([0, 3, 3, 8191], LessonKind.Seen, 2);
        var back = KeptLesson.FromBytes(lesson.ToBytes());

        Assert.Equal(lesson.Features.AsEnumerable(), back.Features);
        Assert.Equal((lesson.Kind, lesson.Place), (back.Kind, back.Place));
        Assert.Throws<FormatException>(() => KeptLesson.FromBytes([1, 3]));
    }

    private static KeptDecisions KeptWith(params Decision[] decisions)
    {
        var kept = new KeptDecisions();
        foreach (var decision in decisions)
        {
            kept.Keep(decision.ToKept(), Bank.Now, AttributionWindow.Default);
        }

        return kept;
    }

    private static Decision DecisionOf(ushort action, params uint[] features) => new()
    {
        Id = DecisionId.Create(Bank.Now, Bank.Home, "020235"), CustomerId = "020235", CatalogVersion = 1, StateVersion = 1,
        OfferedCount = 1,
        Verdicts = [new(action, ReasonCode.Offered, -1, 0.1, 1, 0)],
        Features = features.Length == 0 ? [0, 5] : [.. features],
    };
}
