using Orleans;

namespace Zhice.Domain.Learning.Histories;

/// <summary>How the scores of a model changed from earlier lessons to later ones.</summary>
/// <param name="Psi">
/// The population stability index of the scores: the sum of (later - earlier) ln(later / earlier) over the bins (N. Siddiqi, Credit Risk
/// Scorecards, 2006); null while there are too few lessons.
/// </param>
/// <param name="Findings">What is wrong.</param>
[GenerateSerializer, Immutable, Alias("zhice.score-shift")]
public readonly record struct ScoreShift([property: Id(0)] double? Psi, [property: Id(1)] ScoreFindings Findings)
{
    /// <summary>The fewest lessons by which scores are compared, of either side.</summary>
    public const int MinLessons = 500;

    /// <summary>The fewest acceptances by which order and calibration are compared, of either side.</summary>
    public const int MinAcceptances = 50;

    /// <summary>Above it scores have shifted, as is usual for scorecards.</summary>
    public const double MaxPsi = 0.25;

    /// <summary>By how much the area under the ROC curve may fall.</summary>
    public const double MaxAucFall = 0.05;

    /// <summary>By how much acceptances may be apart from what was predicted.</summary>
    public const double MaxMiss = 0.2;

    // An alarm of one in 30,000, as many models are looked at every day.
    private const double Errors = 4;

    /// <summary>How many days before a day it is compared with.</summary>
    public const int DaysBefore = 28;

    /// <summary>How many days are the recent ones, of which an alarm is raised.</summary>
    public const int RecentDays = 7;

    /// <summary>How the last 7 days differ from the 28 before them.</summary>
    /// <param name="days">The days, the earliest first.</param>
    /// <param name="today">Today, days since 1970-01-01.</param>
    public static ScoreShift Recent(IReadOnlyList<ScoreDay> days, int today) => Between(
        [.. days.Where(day => day.Day > today - RecentDays - DaysBefore && day.Day <= today - RecentDays)],
        [.. days.Where(day => day.Day > today - RecentDays)]);

    /// <summary>How a day differs from the 28 before it.</summary>
    /// <param name="days">The days, the earliest first.</param>
    /// <param name="place">The place of the day.</param>
    public static ScoreShift OfDay(IReadOnlyList<ScoreDay> days, int place) => Between(
        [.. days.Take(place).Where(day => day.Day >= days[place].Day - DaysBefore)], [days[place]]);

    /// <summary>How later lessons differ from earlier ones.</summary>
    public static ScoreShift Between(IReadOnlyList<ScoreDay> earlier, IReadOnlyList<ScoreDay> later)
    {
        var (before, after) = (ScoreDay.Together(earlier), ScoreDay.Together(later));
        var findings = IsMiscalibrated(after) ? ScoreFindings.Uncalibrated : ScoreFindings.None;
        if (before.Lessons < MinLessons || after.Lessons < MinLessons)
        {
            return new(null, findings);
        }

        var psi = GetPsi(before, after);

        // By chance alone it is (1/n + 1/m) times a chi-square of so many degrees as there are bins less one (B. Yurdakul, 2018).
        const int Degrees = ScoreDay.Bins - 1;
        var byChance = ((1.0 / before.Lessons) + (1.0 / after.Lessons)) * (Degrees + (Errors * Math.Sqrt(2 * Degrees)));
        findings |= psi > Math.Max(MaxPsi, byChance) ? ScoreFindings.Shifted : ScoreFindings.None;
        return new(psi, findings | (HasLostOrder(before, after) ? ScoreFindings.LostOrder : ScoreFindings.None));
    }

    private static double GetPsi(ScoreDay before, ScoreDay after)
    {
        var (psi, from, to) = (0.0, before.GetShares(), after.GetShares());
        for (var bin = 0; bin < ScoreDay.Bins; bin++)
        {
            // Half a lesson more in each bin, so that an empty one is no infinity.
            var (earlier, later) = (
                ((from[bin] * before.Lessons) + 0.5) / (before.Lessons + (ScoreDay.Bins / 2.0)),
                ((to[bin] * after.Lessons) + 0.5) / (after.Lessons + (ScoreDay.Bins / 2.0)));
            psi += (later - earlier) * Math.Log(later / earlier);
        }

        return psi;
    }

    private static bool IsMiscalibrated(ScoreDay day)
    {
        var (accepted, predicted) = (day.AcceptedWeight, day.PredictedWeight);
        return day.Acceptances >= MinAcceptances && Math.Abs(accepted - predicted) > MaxMiss * predicted
            && Math.Abs(accepted - predicted) > Errors * Math.Sqrt(2 * Math.Max(accepted, predicted));
    }

    private static bool HasLostOrder(ScoreDay before, ScoreDay after) =>
        before is { Acceptances: >= MinAcceptances, Auc: { } earlier } && after is { Acceptances: >= MinAcceptances, Auc: { } later }
        && earlier - later > MaxAucFall
        && earlier - later > Errors * Math.Sqrt(GetVariance(earlier, before) + GetVariance(later, after));

    // J. Hanley, B. McNeil, The meaning and use of the area under a ROC curve, 1982.
    private static double GetVariance(double auc, ScoreDay day)
    {
        var (accepted, others) = ((double)day.Acceptances, (double)(day.Lessons - day.Acceptances));
        var (q1, q2) = (auc / (2 - auc), 2 * auc * auc / (1 + auc));
        return ((auc * (1 - auc)) + ((accepted - 1) * (q1 - (auc * auc))) + ((others - 1) * (q2 - (auc * auc)))) / (accepted * Math.Max(others, 1));
    }
}

/// <summary>What is wrong with the scores of a model.</summary>
[Flags, GenerateSerializer, Alias("zhice.score-findings")]
public enum ScoreFindings
{
    /// <summary>Nothing, or too few lessons to say.</summary>
    None = 0,

    /// <summary>Its probabilities are spread otherwise than before: customers or tags changed.</summary>
    Shifted = 1,

    /// <summary>Customers accept more or less than it predicts.</summary>
    Uncalibrated = 2,

    /// <summary>It tells customers apart worse than before.</summary>
    LostOrder = 4,
}
