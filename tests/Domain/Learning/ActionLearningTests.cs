using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

public sealed class ActionLearningTests
{
    private static readonly uint[] Features = [0, 5];

    [Fact]
    public void A_frozen_champion_is_scored_and_learns_nothing_while_its_challenger_learns()
    {
        var learning = new ActionLearning().With(new BayesianModel(new(0.5f, 0)), new()).With(isFrozen: true);
        learning.Learn(0.1, Features, LessonKind.Accepted);

        Assert.Equal((0, 1), (learning.Champion.Learned, learning.Challenger!.Learned));
        Assert.Equal((1.0, 1.0), (learning.Score.Weight, learning.ChallengerScore.Weight));
        Assert.Equal(0, learning.Version);

        var thawed = learning.With(isFrozen: false);
        thawed.Learn(0.1, Features, LessonKind.Accepted);
        Assert.Equal((1, 1), (thawed.Champion.Learned, thawed.Version));
    }

    [Fact]
    public void A_promoted_challenger_ranks_with_its_score_and_a_higher_version()
    {
        var learning = new ActionLearning();
        learning.Learn(0.1, Features, LessonKind.Accepted);
        learning = learning.With(new BayesianModel(new(0.5f, 0)), new());
        learning.Learn(0.1, Features, LessonKind.Accepted);
        var promoted = learning.Promoted();

        Assert.Same(learning.Challenger, promoted.Champion);
        Assert.Same(learning.ChallengerScore, promoted.Score);
        Assert.Null(promoted.Challenger);
        Assert.True(promoted.Version > learning.Version);
        Assert.Throws<InvalidOperationException>(() => promoted.Promoted());
    }

    [Fact]
    public void A_score_tells_a_model_that_ranks_from_one_that_is_blind()
    {
        var (good, blind) = (new ProgressiveScore(), new ProgressiveScore());
        Assert.Null(good.LogLoss);
        for (var i = 0; i < 1000; i++)
        {
            good.Add(i % 4 == 0 ? 0.9 : 0.1, i % 4 == 0);
            blind.Add(0.25, i % 4 == 0);
        }

        Assert.Equal(1, good.Auc!.Value, 9);
        Assert.Equal(0.5, blind.Auc!.Value, 9);
        Assert.Equal(-Math.Log(0.9), good.LogLoss!.Value, 6);
        Assert.Equal(0.1, good.CalibrationError!.Value, 3);
        Assert.Equal(0, blind.CalibrationError!.Value, 2);
        Assert.Equal(blind.LogLoss!.Value, ProgressiveScore.FromBytes(blind.ToBytes()).LogLoss!.Value, 4);
        Assert.Throws<FormatException>(() => ProgressiveScore.FromBytes([1, 2]));
    }
}
