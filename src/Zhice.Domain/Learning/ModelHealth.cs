namespace Zhice.Domain.Learning;

/// <summary>What is wrong with a model.</summary>
public enum ModelFinding
{
    /// <summary>Nothing that its figures show.</summary>
    None,

    /// <summary>It has learned too little to be judged.</summary>
    TooFew,

    /// <summary>It predicts recent outcomes no better than their mean would, or worse: it drifted, or its tags tell nothing.</summary>
    NoBetterThanMean,

    /// <summary>Its probabilities are off: by more than half of the rate of acceptances.</summary>
    Uncalibrated,

    /// <summary>It hardly tells customers apart.</summary>
    Unordered,

    /// <summary>It has not learned for a week, and is not frozen.</summary>
    Stale,
}

/// <summary>The figures of a model, see <see cref="ModelChecks"/>.</summary>
/// <param name="Accepted">The lessons of an acceptance.</param>
/// <param name="NotAccepted">All other lessons.</param>
/// <param name="LogLoss">The log loss of recent lessons; null before the first.</param>
/// <param name="Auc">The area under the ROC curve of recent lessons; null while all outcomes are equal.</param>
/// <param name="CalibrationError">The calibration error of recent lessons; null before the first.</param>
/// <param name="SinceLast">How long ago the last lesson was; null for none.</param>
/// <param name="IsFrozen">Whether it learns no more by order.</param>
public readonly record struct ModelFigures(
    long Accepted, long NotAccepted, double? LogLoss, double? Auc, double? CalibrationError, TimeSpan? SinceLast, bool IsFrozen)
{
    /// <summary>The share of acceptances, over all lessons; 0 without lessons.</summary>
    public double Rate => Accepted + NotAccepted == 0 ? 0 : Accepted / (double)(Accepted + NotAccepted);

    /// <summary>
    /// How much better than the rate the model predicts: 1 less its log loss over that of the rate (relative information gain; J. He et
    /// al., Practical Lessons from Predicting Clicks on Ads, 2014). Null while it is not known.
    /// </summary>
    public double? Gain => LogLoss is { } loss && Rate is > 0 and < 1 and var rate
        ? 1 - (loss / -((rate * Math.Log(rate)) + ((1 - rate) * Math.Log(1 - rate))))
        : null;
}

/// <summary>Judges models by their own figures.</summary>
public static class ModelHealth
{
    /// <summary>The fewest acceptances by which a model is judged, and the fewest other lessons.</summary>
    public const int MinLessons = 100;

    /// <summary>Below this area under the ROC curve a model hardly tells customers apart.</summary>
    public const double MinAuc = 0.55;

    /// <summary>How long a model that is not frozen may learn nothing.</summary>
    public static TimeSpan MaxPause { get; } = TimeSpan.FromDays(7);

    /// <summary>What is wrong with a model: the most serious first.</summary>
    public static ModelFinding Judge(in ModelFigures figures) =>
        figures.Accepted < MinLessons || figures.NotAccepted < MinLessons || figures.Gain is not { } gain ? ModelFinding.TooFew
        : gain <= 0 ? ModelFinding.NoBetterThanMean
        : figures.CalibrationError > figures.Rate / 2 ? ModelFinding.Uncalibrated
        : figures.Auc < MinAuc ? ModelFinding.Unordered
        : !figures.IsFrozen && figures.SinceLast > MaxPause ? ModelFinding.Stale
        : ModelFinding.None;
}
