using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Learning;
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
        var models = (await session.Client.Models.ListModelsAsync(new(), cancellationToken: session.Cancellation)).Models;
        var judged = new List<(string ActionId, ModelFigures Figures, ModelFinding Finding)>();
        foreach (var model in models)
        {
            var answer = await session.Client.Models.GetModelCardAsync(new() { ActionId = model.ActionId }, cancellationToken: session.Cancellation);
            var figures = ToFigures(answer.Card, TimeProvider.System.GetUtcNow());
            judged.Add((model.ActionId, figures, ModelHealth.Judge(figures)));
        }

        Print(session.Terminal, [.. judged.OrderBy(static each => each.Finding is ModelFinding.None or ModelFinding.TooFew)
            .ThenBy(static each => each.Finding).ThenBy(static each => each.ActionId, StringComparer.Ordinal)]);
    });

    private static ModelFigures ToFigures(ModelCard card, DateTimeOffset now)
    {
        var (score, lessons) = (card.Champion.Score, card.Champion.Lessons);
        return new(
            lessons?.Accepted ?? 0, lessons?.NotAccepted ?? 0, score.HasLogLoss ? score.LogLoss : null, score.HasAuc ? score.Auc : null,
            score.HasCalibrationError ? score.CalibrationError : null, lessons?.LastTime is { } last ? now - last.ToDateTimeOffset() : null,
            card.IsFrozen);
    }

    private static void Print(Terminal terminal, IReadOnlyList<(string ActionId, ModelFigures Figures, ModelFinding Finding)> judged)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                models = judged.Select(static each => new
                {
                    action = each.ActionId, finding = EnumName.UpperSnake(each.Finding.ToString()), accepted = each.Figures.Accepted,
                    notAccepted = each.Figures.NotAccepted, rate = each.Figures.Rate, gain = each.Figures.Gain, auc = each.Figures.Auc,
                    logLoss = each.Figures.LogLoss, calibrationError = each.Figures.CalibrationError, isFrozen = each.Figures.IsFrozen,
                }),
            }));
            return;
        }

        terminal.Table(
            "",
            [
                "action", "finding", Column.Number("accepted"), Column.Number("not accepted"), Column.Number("rate"), Column.Number("gain over the mean"),
                Column.Number("AUC"), Column.Number("calibration error"),
            ],
            judged.Select(static each => new[]
            {
                each.ActionId, Words(each.Finding), NumberText.Count(each.Figures.Accepted), NumberText.Count(each.Figures.NotAccepted),
                NumberText.Probability(each.Figures.Rate), Percent(each.Figures.Gain), each.Figures.Auc is { } auc ? NumberText.Probability(auc) : "",
                each.Figures.CalibrationError is { } error ? NumberText.Probability(error) : "",
            }));
        if (judged.Count(static each => each.Finding is not (ModelFinding.None or ModelFinding.TooFew)) is > 0 and var wrong)
        {
            terminal.Warning($"{wrong} of {judged.Count} models need a look: 'zhice models card ACTION' says what each learned from.");
        }
    }

    private static string Words(ModelFinding finding) => finding == ModelFinding.None ? "" : EnumName.Words(finding);

    private static string Percent(double? share) => share?.ToString("0.0 %", CultureInfo.InvariantCulture) ?? "";
}
