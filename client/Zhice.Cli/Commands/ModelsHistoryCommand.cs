using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>`zhice models history`: how a model scored its lessons, day by day.</summary>
internal static class ModelsHistoryCommand
{
    public static Command Create()
    {
        var action = new Argument<string>("ACTION") { Description = "The action. Example: term_deposit" };
        return new Command(
            "history",
            """
            Shows how the model of an action scored its lessons, day by day, and whether it is still what it was.

            Example: zhice models history term_deposit
            """) { action }.Runs(async session =>
        {
            var answer = await session.Client.Models.GetModelHistoryAsync(
                new() { ActionId = session.Get(action) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            if (answer.RecentFindings.Count > 0)
            {
                session.Terminal.Warning($"The last 7 days: {string.Join(", ", answer.RecentFindings.Select(EnumName.Words))}.");
            }

            session.Terminal.Table(
                "",
                [
                    "day", Column.Number("lessons"), Column.Number("accepted"), Column.Number("predicted"), Column.Number("happened"),
                    Column.Number("AUC"), Column.Number("PSI"), "findings",
                ],
                answer.Days.Select(static day => new[]
                {
                    day.Date, NumberText.Count(day.Lessons), NumberText.Count(day.Acceptances), Percent(day.MeanScore), Percent(day.AcceptedShare),
                    day.HasAuc ? Text(day.Auc) : "", day.HasPsi ? Text(day.Psi) : "", string.Join(", ", day.Findings.Select(EnumName.Words)),
                }));
            if (answer.Calibration.Count > 0)
            {
                session.Terminal.Table(
                    "calibration over the last 28 days",
                    [
                        Column.Number("score from"), Column.Number("to"), Column.Number("lessons, about"), Column.Number("predicted"),
                        Column.Number("happened"), Column.Number("95 % from"), Column.Number("to"), "",
                    ],
                    answer.Calibration.Select(static point => new[]
                    {
                        Percent(point.FromScore), Percent(point.ToScore), NumberText.Count((long)Math.Round(point.Weight)),
                        Percent(point.MeanScore), Percent(point.AcceptedShare), Percent(point.Low), Percent(point.High),
                        point.MeanScore < point.Low ? "predicted too low" : point.MeanScore > point.High ? "predicted too high" : "",
                    }));
            }
        });
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    private static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
