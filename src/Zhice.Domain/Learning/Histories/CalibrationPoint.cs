using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Measurement;

namespace Zhice.Domain.Learning.Histories;

/// <summary>A point of a calibration curve: lessons of about the same probability, and how many of them were acceptances.</summary>
/// <param name="From">The smallest probability, 0 to 1.</param>
/// <param name="To">The largest probability, 0 to 1.</param>
/// <param name="Weight">The weight of its lessons: about how many there are.</param>
/// <param name="Predicted">The mean probability that the model gave, by the weights of lessons.</param>
/// <param name="Observed">The share of acceptances, by the weights of lessons.</param>
/// <param name="Low">The lower end of the interval of the share (Wilson).</param>
/// <param name="High">The upper end.</param>
[GenerateSerializer, Immutable, Alias("zhice.calibration-point")]
public readonly record struct CalibrationPoint(
    [property: Id(0)] double From, [property: Id(1)] double To, [property: Id(2)] double Weight, [property: Id(3)] double Predicted,
    [property: Id(4)] double Observed,
    [property: Id(5)] double Low,
    [property: Id(6)] double High)
{
    /// <summary>The least weight of a point: bins of less are put together with their neighbours.</summary>
    public const double MinWeight = 30;

    /// <summary>Of how many days the curve of a model is.</summary>
    public const int RecentDays = 28;

    /// <summary>The curve of the last 28 days.</summary>
    /// <param name="days">The days, the earliest first.</param>
    /// <param name="today">Today, days since 1970-01-01.</param>
    public static ImmutableArray<CalibrationPoint> Recent(IReadOnlyList<ScoreDay> days, int today) =>
        Curve([.. days.Where(day => day.Day > today - RecentDays)], Confidence.Default);

    /// <summary>The curve of days together, the smallest probability first; empty while they have too few lessons for a point.</summary>
    /// <param name="days">The days.</param>
    /// <param name="confidence">How sure the intervals are.</param>
    /// <remarks>
    /// An interval takes the weight for the number of lessons. It is never too narrow where lessons weigh as they do: those of a contact that is
    /// seen and perhaps accepted, with probability f, weigh 1 + f together on average, and their share varies by less than f (1 - f).
    /// </remarks>
    public static ImmutableArray<CalibrationPoint> Curve(IReadOnlyList<ScoreDay> days, Confidence confidence)
    {
        var all = ScoreDay.Together(days);
        var bins = new List<(int First, int Last, ScoreBin Bin)>();
        for (var i = 0; i < ScoreDay.Bins; i++)
        {
            var bin = all.GetBin(i);
            if (bin.Weight > 0 && bins is [.., { Bin.Weight: < MinWeight } open])
            {
                bins[^1] = (open.First, i, open.Bin.And(bin));
            }
            else if (bin.Weight > 0)
            {
                bins.Add((i, i, bin));
            }
        }

        if (bins is [.., var before, { Bin.Weight: < MinWeight } last])
        {
            bins[^2] = (before.First, last.Last, before.Bin.And(last.Bin));
            bins.RemoveAt(bins.Count - 1);
        }

        return [.. bins.Where(static each => each.Bin.Weight >= MinWeight).Select(each => Create(each.First, each.Last, each.Bin, confidence))];
    }

    private static CalibrationPoint Create(int first, int last, in ScoreBin bin, Confidence confidence)
    {
        var observed = bin.Accepted / bin.Weight;
        var interval = Proportion.Wilson(observed, bin.Weight, confidence);
        return new(
            ScoreDay.GetProbability(first), ScoreDay.GetProbability(last + 1), bin.Weight, bin.Predicted / bin.Weight, observed, interval.Low,
            interval.High);
    }
}

/// <summary>The lessons of a bin of probabilities.</summary>
/// <param name="Weight">Their weight.</param>
/// <param name="Accepted">The weight of the acceptances.</param>
/// <param name="Predicted">The weight of the acceptances as the model predicted it.</param>
public readonly record struct ScoreBin(double Weight, double Accepted, double Predicted)
{
    /// <summary>Both together.</summary>
    public ScoreBin And(in ScoreBin other) => new(Weight + other.Weight, Accepted + other.Accepted, Predicted + other.Predicted);
}
