using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

/// <summary>What is found of models by their own figures.</summary>
public sealed class ModelHealthTests
{
    private static readonly ModelFigures Good = new(1_000, 9_000, 0.30, 0.7, 0.01, TimeSpan.FromHours(1), false);

    [Fact]
    public void A_model_that_predicts_better_than_the_rate_is_well()
    {
        Assert.Equal(0.1, Good.Rate, 12);
        Assert.Equal(1 - (0.30 / 0.3250829733914482), Good.Gain!.Value, 12);
        Assert.Equal(ModelFinding.None, ModelHealth.Judge(Good));
    }

    [Fact]
    public void What_is_wrong_is_found_the_most_serious_first()
    {
        Assert.Equal(ModelFinding.TooFew, ModelHealth.Judge(Good with { Accepted = 99 }));
        Assert.Equal(ModelFinding.TooFew, ModelHealth.Judge(Good with { LogLoss = null }));
        Assert.Equal(ModelFinding.TooFew, ModelHealth.Judge(default));
        Assert.Equal(ModelFinding.NoBetterThanMean, ModelHealth.Judge(Good with { LogLoss = 0.33, CalibrationError = 0.2 }));
        Assert.Equal(ModelFinding.Uncalibrated, ModelHealth.Judge(Good with { CalibrationError = 0.051, Auc = 0.5 }));
        Assert.Equal(ModelFinding.Unordered, ModelHealth.Judge(Good with { Auc = 0.54, SinceLast = TimeSpan.FromDays(8) }));
        Assert.Equal(ModelFinding.Stale, ModelHealth.Judge(Good with { SinceLast = TimeSpan.FromDays(8) }));
        Assert.Equal(ModelFinding.None, ModelHealth.Judge(Good with { SinceLast = TimeSpan.FromDays(8), IsFrozen = true }));
    }
}
