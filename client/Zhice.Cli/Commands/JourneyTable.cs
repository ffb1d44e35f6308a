using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>How customers fare in a journey, as a table: a line for each stage and transition on.</summary>
internal static class JourneyTable
{
    public static void Print(Terminal terminal, JourneyVersionReport version)
    {
        var arm = version.ArmId.Length == 0 ? "" : $", arm {version.ArmId}";
        var part = version.Entered == 0 ? 0 : 100.0 * version.Converted / version.Entered;
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"version {version.Version}{arm}: {version.Entered:N0} entered, {version.InNow:N0} are in it now, {version.Converted:N0} reached the goal ({part:0.0} %){Half(version.MedianTimeToGoal)}"));
        terminal.Table("", ["stage", Column.Number("came"), Column.Number("now"), "went on to", "by", Column.Number("customers"), Column.Number("of those who came"), "half within"], Rows(version));
    }

    public static string Stage(string id) => id.Length == 0 ? "(outside)" : id;

    public static string Cause(TransitionCause cause, string eventType) => cause switch
    {
        TransitionCause.Entered or TransitionCause.Event => eventType,
        TransitionCause.ExitRule => "exit rule",
        _ => cause.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<string[]> Rows(JourneyVersionReport version)
    {
        foreach (var stage in version.Stages)
        {
            var first = new[] { stage.StageId, NumberText.Count(stage.Arrived), NumberText.Count(stage.InNow) };
            if (stage.Transitions.Count == 0)
            {
                yield return [.. first, "", "", "", "", ""];
            }

            foreach (var (i, transition) in stage.Transitions.Index())
            {
                var part = stage.Arrived == 0 ? 0 : 100.0 * transition.Customers / stage.Arrived;
                yield return
                [
                    .. i == 0 ? first : ["", "", ""], Stage(transition.ToStageId), Cause(transition.Cause, transition.EventTypeId), NumberText.Count(transition.Customers),
                    string.Create(CultureInfo.InvariantCulture, $"{part:0.0} %"), Span(transition.MedianStay),
                ];
            }
        }
    }

    private static string Half(Duration? median) => median is null ? "" : $", half of them within {Span(median)}";

    private static string Span(Duration? span)
    {
        var time = span?.ToTimeSpan() ?? TimeSpan.Zero;
        return time switch
        {
            { TotalSeconds: < 1 } => "at once",
            { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
            { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
            { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} d"),
        };
    }
}
