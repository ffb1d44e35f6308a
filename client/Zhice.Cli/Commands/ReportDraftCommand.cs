using System.CommandLine;
using System.Globalization;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report draft`: what a draft of the catalogue would have been worth, by the decisions that were logged.</summary>
internal static class ReportDraftCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder with the draft, as `zhice catalog get --out` writes it. Example: ./catalog" };
        var scope = new LoggedDecisions();
        return new Command(
            "draft",
            """
            Judges a draft of the catalogue by the decisions that were logged: IPS, SNIPS and doubly robust, of the first rank of a placement.

            Refuses where the log does not tell: the draft offers what was never shown, or the placement does not explore.
            Example: zhice report draft ./catalog --placement app_home --outcome deposit_opened
            """)
        {
            folder, scope.Placement, scope.Outcome, scope.From, scope.To, scope.Rounds,
        }.Runs(async session =>
        {
            var request = new EvaluateDraftRequest
            {
                Draft = CatalogFiles.Read(session.Get(folder)!), PlacementId = session.Get(scope.Placement), OutcomeId = session.Get(scope.Outcome) ?? "",
                FromDate = session.Get(scope.From) ?? "", ToDate = session.Get(scope.To) ?? "", MinEffectiveRounds = session.Get(scope.Rounds),
            };
            var answer = await session.Client.Simulations.EvaluateDraftAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            Print(session.Terminal, answer);
        });
    }

    private static void Print(Terminal terminal, EvaluateDraftResponse answer)
    {
        LoggedDecisions.Print(terminal, (answer.Decisions, answer.Unusable, answer.Forgotten), answer.IsCut);
        if (answer.Refusal.Length > 0)
        {
            terminal.Warning($"The log does not tell what the draft is worth. {answer.Refusal}");
            return;
        }

        terminal.Table(
            "worth of a decision",
            ["judged by", Column.Number("value"), Column.Number("95 % from"), Column.Number("to")],
            new[] { ("the log's own", answer.Own), ("IPS", answer.Ips), ("SNIPS", answer.Snips), ("doubly robust", answer.DoublyRobust) }
                .Where(static each => each.Item2 is not null)
                .Select(static each => new[]
                {
                    each.Item1, PrintedLift.Six(each.Item2.Value), PrintedLift.Six(each.Item2.Low), PrintedLift.Six(each.Item2.High),
                }));
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"They are worth {answer.EffectiveRounds:N0} decisions of the draft; {answer.Unsupported:0.00 %} of its choices are not in the log."));
    }
}
