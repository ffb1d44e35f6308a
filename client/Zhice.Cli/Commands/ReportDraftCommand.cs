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
        var placement = new Option<string>("--placement") { Description = "The placement. Example: --placement app_home", HelpName = "ID", Required = true };
        var outcome = new Option<string>("--outcome") { Description = "The outcome that must follow an offer; else its acceptance. Example: --outcome deposit_opened", HelpName = "ID" };
        var from = new Option<string>("--from") { Description = "Decisions from this day (UTC) on; else from 14 days ago. Example: --from 2026-11-01", HelpName = "DATE" };
        var to = new Option<string>("--to") { Description = "To this day; else to yesterday. Example: --to 2026-11-14", HelpName = "DATE" };
        var rounds = Numbers.Option("--min-rounds", "How many decisions of the draft the log must be worth. Example: --min-rounds 500", 1_000_000, 100);
        return new Command(
            "draft",
            """
            Judges a draft of the catalogue by the decisions that were logged: IPS and SNIPS, of the first rank of a placement.

            Refuses where the log does not tell: the draft offers what was never shown, or the placement does not explore.
            Example: zhice report draft ./catalog --placement app_home --outcome deposit_opened
            """)
        {
            folder, placement, outcome, from, to, rounds,
        }.Runs(async session =>
        {
            var request = new EvaluateDraftRequest
            {
                Draft = CatalogFiles.Read(session.Get(folder)!), PlacementId = session.Get(placement), OutcomeId = session.Get(outcome) ?? "",
                FromDate = session.Get(from) ?? "", ToDate = session.Get(to) ?? "", MinEffectiveRounds = session.Get(rounds),
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
        var cut = answer.IsCut ? " There are more: of each hour the first ones were taken." : "";
        terminal.Line($"{NumberText.Count(answer.Decisions)} logged decisions; {NumberText.Count(answer.Unusable)} tell nothing, and of {NumberText.Count(answer.Forgotten)} it is not known what became of them.{cut}");
        if (answer.Refusal.Length > 0)
        {
            terminal.Warning($"The log does not tell what the draft is worth. {answer.Refusal}");
            return;
        }

        terminal.Table(
            "worth of a decision",
            ["judged by", Column.Number("value"), Column.Number("95 % from"), Column.Number("to")],
            new[] { ("the log's own", answer.Own), ("IPS", answer.Ips), ("SNIPS", answer.Snips) }
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
