using System.Collections.Immutable;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>A lift at the end of a day of the bank: all contacts and outcomes up to it.</summary>
/// <param name="Day">The day, days since 1970-01-01.</param>
/// <param name="Contacted">How many were contacted.</param>
/// <param name="Converted">How many of them an outcome followed.</param>
/// <param name="HeldOut">How many were held out.</param>
/// <param name="HeldOutConverted">How many of them an outcome followed.</param>
/// <param name="Watched">The lift as it may be watched; null when there is nobody in one of the two groups.</param>
public readonly record struct LiftDay(
    int Day, long Contacted, long Converted, long HeldOut, long HeldOutConverted, SequenceLook? Watched);

/// <summary>
/// The course of a lift over days, as today's totals have it: an outcome that came late counts on its own day. The last day has the figures of
/// <see cref="CampaignLift"/>.
/// </summary>
/// <param name="Keys">The values of the dimensions.</param>
/// <param name="Days">The days on which something came, the earliest first.</param>
public sealed record LiftCourse(ImmutableArray<string> Keys, ImmutableArray<LiftDay> Days)
{
    /// <summary>The most days of a course.</summary>
    public const int MaxDays = 90;

    /// <summary>The most courses at once.</summary>
    public const int MaxCourses = 50;

    private static readonly FactKind[] s_kinds = [FactKind.Contacted, FactKind.Converted, FactKind.HeldOut, FactKind.HeldOutConverted];

    /// <summary>The courses, in the order of the values of the dimensions; refused where there are more than <see cref="MaxCourses"/>.</summary>
    /// <param name="totals">The totals of the campaign.</param>
    /// <param name="by">What they are divided by.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="sequence">The sequence by which it may be watched.</param>
    /// <param name="days">How many days, the last ones, at most <see cref="MaxDays"/>.</param>
    public static Measured<ImmutableArray<LiftCourse>> Follow(
        IEnumerable<FactTotal> totals, IReadOnlyList<ReportDimension> by, OutcomeDefinition outcome, ConfidenceSequence sequence, int days)
    {
        var lines = new SortedDictionary<string, (ImmutableArray<string> Keys, List<FactTotal> Totals)>(StringComparer.Ordinal);
        foreach (var total in totals.Where(total => Find(total, outcome) >= 0))
        {
            ImmutableArray<string> keys = [.. by.Select(dimension => dimension.GetValue(total.Group, total.Day))];
            var key = ReportLine.GetKey(keys);
            if (!lines.TryGetValue(key, out var line))
            {
                lines[key] = line = (keys, []);
            }

            line.Totals.Add(total);
        }

        return lines.Count > MaxCourses
            ? Measured<ImmutableArray<LiftCourse>>.Refuse(
                $"There are {lines.Count} lines, and courses of at most {MaxCourses} are shown: divide by less.")
            : ImmutableArray.CreateRange(
                lines.Values.Select(line => new LiftCourse(line.Keys, Follow(line.Totals, outcome, sequence, Math.Min(days, MaxDays)))));
    }

    private static ImmutableArray<LiftDay> Follow(
        IEnumerable<FactTotal> totals, OutcomeDefinition outcome, ConfidenceSequence sequence, int days)
    {
        var counts = new long[s_kinds.Length];
        var course = new List<LiftDay>();
        foreach (var day in totals.GroupBy(static total => total.Day).OrderBy(static day => day.Key))
        {
            foreach (var total in day)
            {
                counts[Find(total, outcome)] += total.Count;
            }

            var (converted, heldOutConverted) = (Math.Min(counts[0], counts[1]), Math.Min(counts[2], counts[3]));
            course.Add(new(
                day.Key, counts[0], converted, counts[2], heldOutConverted,
                CampaignLift.Watch((converted, counts[0]), (heldOutConverted, counts[2]), sequence)));
        }

        return [.. course.TakeLast(days)];
    }

    private static int Find(in FactTotal total, OutcomeDefinition outcome) =>
        total.Kind is FactKind.Converted or FactKind.HeldOutConverted && total.Code != outcome.Number ? -1 : Array.IndexOf(s_kinds, total.Kind);
}
