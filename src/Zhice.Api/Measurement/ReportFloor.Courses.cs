using Google.Protobuf.Collections;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <content>Courses of lifts: what came between two days is a number too.</content>
internal readonly partial struct ReportFloor
{
    /// <summary>
    /// Leaves out days so that between the days that are left, and to the end, each number of each course grows by nothing or by enough. The
    /// days are the same for all courses, so their sums tell nothing either.
    /// </summary>
    /// <param name="courses">The courses of all lines, also of those that are removed.</param>
    /// <returns>Whether days were left out.</returns>
    private bool Thin(RepeatedField<LiftCourse> courses)
    {
        var later = courses.Select(static course => Count(course.Days.LastOrDefault())).ToArray();
        var kept = new List<string>();
        var days = courses.SelectMany(static course => course.Days).Select(static day => day.Date).Distinct()
            .OrderDescending(StringComparer.Ordinal).ToList();
        foreach (var date in days)
        {
            var counts = courses.Select(course => Count(Find(course, date))).ToArray();
            if (!HasSmallStep(counts, later))
            {
                kept.Add(date);
                later = counts;
            }
        }

        kept.Reverse();
        foreach (var course in courses)
        {
            LiftDay?[] left = [.. kept.Select(date => Find(course, date) is { } day ? new LiftDay(day) { Date = date } : null)];
            course.Days.Clear();
            course.Days.AddRange(left.OfType<LiftDay>());
        }

        return kept.Count < days.Count;
    }

    // The figures at the end of a day: those of the last day up to it on which something came.
    private static LiftDay? Find(LiftCourse course, string date) =>
        course.Days.LastOrDefault(day => string.CompareOrdinal(day.Date, date) <= 0);

    private static long[] Count(LiftDay? day) => day is null ? [0, 0, 0, 0] : [day.Contacted, day.Converted, day.HeldOut, day.HeldOutConverted];

    private bool HasSmallStep(long[][] counts, long[][] later)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            for (var j = 0; j < counts[i].Length; j++)
            {
                if (IsSmall(counts[i][j]) || IsSmall(later[i][j] - counts[i][j]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Courses of lines that were removed go with them.
    private static void RemoveWithout(RepeatedField<LiftCourse> courses, IEnumerable<LiftLine> lines)
    {
        var shown = lines.Select(static line => string.Join('\0', line.Keys)).ToHashSet(StringComparer.Ordinal);
        foreach (var course in courses.Where(course => !shown.Contains(string.Join('\0', course.Keys))).ToList())
        {
            courses.Remove(course);
        }
    }
}
