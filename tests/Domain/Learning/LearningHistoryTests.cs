using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

/// <summary>How the models of an action came to be.</summary>
public sealed class LearningHistoryTests
{
    private static readonly ModelChecks Checks = ModelChecks.Of(new BayesianModel(), new());

    [Fact]
    public void Lessons_are_counted_by_outcome_with_the_times_and_catalogues_of_the_first_and_the_last()
    {
        var learning = new ActionLearning();
        var history = LearningHistory.Empty;
        foreach (var (kind, atMs, catalog) in new[]
        {
            (LessonKind.NotSeen, 1, 1), (LessonKind.Seen, 5, 2), (LessonKind.AcceptedAfterSeen, 6, 2), (LessonKind.None, 7, 3),
            (LessonKind.Dismissed, 8, 4), (LessonKind.NotSeen, 9, 5),
        })
        {
            history = history.After(learning, kind, atMs, catalog);
            learning.Learn(0.1, [0, 5], kind);
        }

        Assert.Equal(new LessonTally(1, 2, 1, 5, 8, 2, 4), history.Champion);
        Assert.Equal(default, history.Challenger);
        Assert.Equal(0, history.Champion.GetUncounted(learning.Champion.Learned));
        Assert.Equal(7, history.Champion.GetUncounted(learning.Champion.Learned + 7));
    }

    [Fact]
    public void A_frozen_champion_counts_nothing_and_its_challenger_takes_its_own_count_to_the_champions_place()
    {
        var learning = new ActionLearning();
        var history = LearningHistory.Empty.After(learning, LessonKind.Accepted, 1, 1);
        learning = learning.With(isFrozen: true).With(new BayesianModel(), new());
        history = history.After(Event(ModelEventKind.Challenged)).After(learning, LessonKind.Dismissed, 2, 1);
        Assert.Equal((1, 0), (history.Champion.Accepted, history.Champion.NotAccepted));

        history = history.After(Event(ModelEventKind.Promoted));
        Assert.Equal((0, 1), (history.Champion.Accepted, history.Champion.NotAccepted));
        Assert.Equal(default, history.Challenger);
        Assert.Equal(2, history.Restarted().Events.Length);
    }

    [Fact]
    public void The_last_fifty_events_are_kept()
    {
        var history = LearningHistory.Empty;
        for (var i = 1; i <= LearningHistory.MaxEvents + 3; i++)
        {
            history = history.After(Event(ModelEventKind.Frozen) with { AtMs = i });
        }

        Assert.Equal((LearningHistory.MaxEvents, 4, 53), (history.Events.Length, history.Events[0].AtMs, history.Events[^1].AtMs));
        Assert.Equal(history.Events, LearningHistory.FromBytes(history.ToBytes()).Events);
    }

    [Fact]
    public void A_history_is_the_same_after_it_was_written_and_read_and_damaged_bytes_are_refused()
    {
        var history = LearningHistory.Empty.After(new(), LessonKind.Accepted, 1_780_000_000_000, 3).After(Event(ModelEventKind.Frozen))
            .After(Event(ModelEventKind.Promoted) with { Replaced = Checks with { Auc = 0.7, LogLoss = 0.3, CalibrationError = 0.01 } });
        var bytes = history.ToBytes();
        var read = LearningHistory.FromBytes(bytes);

        Assert.Equal((history.Champion, history.Challenger), (read.Champion, read.Challenger));
        Assert.Equal(history.Events, read.Events);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => LearningHistory.FromBytes(bytes[..length]));
        }

        bytes[0] = 9;
        Assert.Throws<FormatException>(() => LearningHistory.FromBytes(bytes));
    }

    [Fact]
    public void The_hash_of_the_weights_is_that_of_one_model_also_after_it_was_stored()
    {
        var model = new BayesianModel();
        model.Learn(0.1, [0, 5, 70_000], true, 1);
        var hash = ModelChecks.Of(model, new()).WeightsSha256;

        Assert.Equal(hash, ModelChecks.Of(BayesianModel.FromBytes(model.ToBytes()), new()).WeightsSha256);
        model.Learn(0.1, [0], false, 1);
        Assert.NotEqual(hash, ModelChecks.Of(model, new()).WeightsSha256);
    }

    private static ModelEvent Event(ModelEventKind kind) => new(kind, 9, "olga", 2, 3, Checks, null);
}
