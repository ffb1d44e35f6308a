using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report models`: which models predict badly, by their own figures.</summary>
internal static class ReportModelsCommand
{
    public static Command Create() => new Command(
        "models",
        """
        Judges the model of each action by what it predicted before it learned it: gain over the mean, calibration, order, pauses.

        Warns of models that drifted or are not calibrated. Example: zhice report models
        """).Runs(async session =>
    {
        var report = await session.Client.Measurement.GetModelHealthAsync(new(), cancellationToken: session.Cancellation);
        Print(session.Terminal, report);
    });

    private static void Print(Terminal terminal, GetModelHealthResponse report)
    {
        var judged = report.Models;
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                asOf = report.AsOfTime.ToDateTimeOffset(),
                models = judged.Select(static each => new
                {
                    action = each.ActionId, finding = EnumName.UpperSnake(each.Finding.ToString()), accepted = each.Accepted,
                    notAccepted = each.NotAccepted, rate = each.Rate, gain = Gain(each), auc = each.HasAuc ? each.Auc : (double?)null,
                    logLoss = each.HasLogLoss ? each.LogLoss : (double?)null,
                    calibrationError = each.HasCalibrationError ? each.CalibrationError : (double?)null, isFrozen = each.IsFrozen,
                }),
            }));
            return;
        }

        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}.");
        terminal.Table(
            "",
            [
                "action", "finding", Column.Number("accepted"), Column.Number("not accepted"), Column.Number("rate"), Column.Number("gain over the mean"),
                Column.Number("AUC"), Column.Number("calibration error"),
            ],
            judged.Select(static each => new[]
            {
                each.ActionId, Words(each.Finding), NumberText.Count(each.Accepted), NumberText.Count(each.NotAccepted),
                NumberText.Probability(each.Rate), Percent(Gain(each)), each.HasAuc ? NumberText.Probability(each.Auc) : "",
                each.HasCalibrationError ? NumberText.Probability(each.CalibrationError) : "",
            }));
        if (judged.Count(static each => each.Finding is not (ModelFinding.None or ModelFinding.TooFew)) is > 0 and var wrong)
        {
            terminal.Warning($"{wrong} of {judged.Count} models need a look: 'zhice models card ACTION' says what each learned from.");
        }
    }

    private static string Words(ModelFinding finding) => finding == ModelFinding.None ? "" : EnumName.Words(finding);

    private static double? Gain(ModelHealth model) => model.HasGain ? model.Gain : null;

    private static string Percent(double? share) => share?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "";
}
