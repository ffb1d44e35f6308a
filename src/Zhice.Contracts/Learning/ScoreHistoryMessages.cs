using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Learning.Histories;

namespace Zhice.Contracts.Learning;

/// <summary>How what ranked an action scored its lessons.</summary>
/// <param name="Days">The days that had lessons, the earliest first.</param>
/// <param name="Recent">How the last 7 days differ from the 28 before them.</param>
[GenerateSerializer, Immutable, Alias("zhice.score-history")]
public sealed record ScoreHistoryReport([property: Id(0)] ImmutableArray<ScoredDay> Days, [property: Id(1)] ScoreShift Recent)
{
    /// <summary>The points of the calibration curve of the last 28 days; empty of a silo of an earlier release.</summary>
    [Id(2)]
    public ImmutableArray<CalibrationPoint> Calibration { get; init; } = [];
}

/// <summary>How the lessons of a day were scored.</summary>
/// <param name="Day">The day of the bank, days since 1970-01-01.</param>
/// <param name="Lessons">How many there were.</param>
/// <param name="Acceptances">How many of them were acceptances.</param>
/// <param name="Weight">What they weigh.</param>
/// <param name="AcceptedWeight">What the acceptances weigh.</param>
/// <param name="PredictedWeight">What the acceptances should weigh by what was predicted.</param>
/// <param name="Auc">The area under the ROC curve; null while outcomes are alike.</param>
/// <param name="Shift">How the day differs from the 28 before it.</param>
[GenerateSerializer, Immutable, Alias("zhice.scored-day")]
public sealed record ScoredDay(
    [property: Id(0)] int Day, [property: Id(1)] long Lessons, [property: Id(2)] long Acceptances, [property: Id(3)] double Weight,
    [property: Id(4)] double AcceptedWeight, [property: Id(5)] double PredictedWeight, [property: Id(6)] double? Auc,
    [property: Id(7)] ScoreShift Shift);
