using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Replay;

/// <summary>Prints what a replay found.</summary>
internal static class ReplayReport
{
    private const int MaxShown = 5;

    public static void Print(Terminal terminal, ReplayOutcome outcome)
    {
        var score = outcome.Score;
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                runId = outcome.RunId,
                rows = outcome.Rows,
                offered = score.Rows,
                accepted = score.Accepted,
                aucAll = score.AucAll,
                aucSecondHalf = score.AucSecondHalf,
                topDecileLiftSecondHalf = score.LiftSecondHalf,
                calibrationError = score.CalibrationError,
                logLoss = score.LogLoss,
                notOffered = outcome.NotOffered.Length,
                notOfferedExamples = outcome.NotOffered.Where(n => n.Why is not null),
                notRecorded = outcome.NotRecorded.Length,
                notRecordedExamples = outcome.NotRecorded.Take(MaxShown),
                elapsedSeconds = outcome.Elapsed.TotalSeconds,
                rowsPerSecond = outcome.RowsPerSecond,
            }));
            return;
        }

        terminal.Line($"run {outcome.RunId}: {NumberText.Count(outcome.Rows)} rows in {outcome.Elapsed.TotalSeconds:0.0} s, {NumberText.Count((long)outcome.RowsPerSecond)} rows/s");
        terminal.Line($"AUC all {Format(score.AucAll, "0.0000")}, second half {Format(score.AucSecondHalf, "0.0000")}, top-decile lift {Format(score.LiftSecondHalf, "0.000")} "
            + $"({NumberText.Count(score.Rows)} rows predicted, {NumberText.Count(score.Accepted)} accepted)");
        terminal.Line(
            $"calibration error {Format(score.CalibrationError, "0.0000")} (10 bins), log loss {Format(score.LogLoss, "0.0000")}");
        if (outcome.NotOffered.Length > 0)
        {
            terminal.Line(
                $"{NumberText.Count(outcome.NotOffered.Length)} rows were not offered {ReplayRun.Action}, and count in no measure above:");
            terminal.Table("", [Column.Number("row"), "customer", "decision", "why"], outcome.NotOffered.Where(n => n.Why is not null).Select(n => new[]
            {
                NumberText.Count(n.Row), n.CustomerId, n.DecisionId, n.Why ?? "",
            }));
        }

        if (outcome.NotRecorded.Length > 0)
        {
            terminal.Error(
                $"The feedback of {NumberText.Count(outcome.NotRecorded.Length)} rows was not recorded, so nothing was learned from them:",
                [Column.Number("row"), "why"],
                outcome.NotRecorded.Take(MaxShown).Select(n => new[] { NumberText.Count(n.Row), n.Why }));
        }
    }

    private static string Format(double? measure, string format) =>
        measure?.ToString(format, CultureInfo.InvariantCulture) ?? "not defined";
}
