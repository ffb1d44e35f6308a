using Zhice.Cli.Replay;

namespace Zhice.Cli.Tests.Replay;

public sealed class ReplayScoreTests
{
    // Drawn by Python's random.Random(3): round(random(), 1) and random() < 0.3, 60 times. The expected measures are those
    // of auc() and of the lift in eval/bank_marketing_baseline.py over the same list.
    private static readonly double[] Propensities =
    [
        0.2, 0.4, 0.6, 0.0, 0.3, 1.0, 0.8, 0.6, 0.6, 0.5, 0.7, 0.8, 0.3, 0.9, 0.7, 0.7, 0.4, 0.4, 0.9, 0.1,
        1.0, 0.6, 0.5, 0.4, 0.6, 0.7, 0.9, 0.7, 0.9, 0.9, 0.7, 0.8, 0.3, 0.9, 0.1, 0.4, 0.3, 0.9, 0.6, 0.7,
        0.9, 0.5, 0.3, 0.6, 0.2, 0.6, 0.0, 0.3, 0.9, 0.5, 0.6, 0.6, 0.9, 0.4, 0.2, 1.0, 0.5, 0.4, 0.0, 0.6,
    ];

    private const string Outcomes =
        "00101001001010000011" +
        "00000001001010010110" +
        "00110100000000001001";

    [Fact]
    public void It_measures_as_the_python_baseline_does()
    {
        var score = ReplayScore.Compute([.. Propensities.Select((p, i) => new ScoredRow(p, Outcomes[i] == '1'))]);

        Assert.Equal(60, score.Rows);
        Assert.Equal(18, score.Accepted);
        Assert.Equal(0.45171957671957674, score.AucAll!.Value, 14);
        Assert.Equal(0.5425, score.AucSecondHalf!.Value, 14);
        Assert.Equal(1.0, score.LiftSecondHalf!.Value, 14);
    }

    [Fact]
    public void A_perfect_ranking_has_an_area_of_1_and_a_blind_one_of_a_half()
    {
        Assert.Equal(1, ReplayScore.Compute([new(0.1, false), new(0.9, true), new(0.2, false), new(0.8, true)]).AucAll);
        Assert.Equal(0.5, ReplayScore.Compute([new(0.3, false), new(0.3, true), new(0.3, false), new(0.3, true)]).AucAll);
        Assert.Equal(0, ReplayScore.Compute([new(0.9, false), new(0.1, true)]).AucAll);
    }

    [Fact]
    public void A_measure_that_is_not_defined_is_none()
    {
        Assert.Equal(new ReplayScore(0, 0, null, null, null), ReplayScore.Compute([]));
        var alike = ReplayScore.Compute([new(0.5, true), new(0.6, true)]);
        Assert.Equal((null, null, null), (alike.AucAll, alike.AucSecondHalf, alike.LiftSecondHalf));
    }

    [Fact]
    public void Calibration_and_loss_are_those_of_the_hand()
    {
        var score = ReplayScore.Compute([new(0.25, false), new(0.25, true), new(0.5, true), new(0.5, true)]);

        Assert.Equal((0.5 + 1) / 4, score.CalibrationError!.Value, 12);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(0.25) + (2 * Math.Log(0.5))) / 4, score.LogLoss!.Value, 12);
    }
}
