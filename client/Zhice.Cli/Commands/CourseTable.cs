using System.CommandLine;
using Google.Protobuf.Collections;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>The courses of lifts over days, as tables.</summary>
internal static class CourseTable
{
    /// <summary>The option that asks for courses.</summary>
    public static Option<int> Days() => new("--days")
    {
        Description = "Shows the course of each line over its last days too, at most 90. Example: --days 30", HelpName = "N",
    };

    /// <summary>Prints the courses, one table for each line.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="courses">The courses.</param>
    /// <param name="refusal">Why there are none; empty for no reason.</param>
    /// <param name="control">What those are called with whom others are compared.</param>
    public static void Print(Terminal terminal, RepeatedField<LiftCourse> courses, string refusal, string control)
    {
        if (refusal.Length > 0)
        {
            terminal.Warning(refusal);
        }

        foreach (var course in courses)
        {
            terminal.Table(
                $"{string.Join(", ", course.Keys.Prepend("by day"))}: all until then",
                [
                    "day", Column.Number("customers"), Column.Number("converted"), Column.Number(control), Column.Number("converted"),
                    "difference (may be watched)",
                ],
                course.Days.Select(static day => new[]
                {
                    day.Date, NumberText.Count(day.Contacted), NumberText.Count(day.Converted), NumberText.Count(day.HeldOut),
                    NumberText.Count(day.HeldOutConverted), ReportHoldoutCommand.Text(day.Watched, ReportHoldoutCommand.Percent),
                }));
        }
    }
}
