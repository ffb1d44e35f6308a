using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report tiers`: how many customers moved from one tier to another.</summary>
internal static class ReportTiersCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "From this day of the bank on. Example: --from 2026-11-01", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var to = new Option<string>("--to") { Description = "To this day, which is included. Example: --to 2026-11-30", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        return new Command(
            "tiers",
            """
            Counts moves of customers between tiers; a customer's first tier is no move.

            A tier is a value of the catalogue's tier tag (tier_tag_id). Example: zhice report tiers --from 2026-11-01
            """)
        {
            from, to,
        }.Runs(async session =>
        {
            var report = await session.Client.Measurement.GetReportAsync(
                new() { FromDate = session.Get(from), ToDate = session.Get(to), By = { ReportDimension.Tier } }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(report);
                return;
            }

            Print(session.Terminal, report);
        });
    }

    private static void Print(Terminal terminal, GetReportResponse report)
    {
        var moves = report.Lines
            .SelectMany(static line => line.TierMoves.Select(move => (From: move.FromTier, To: line.Keys[0], move.Count)))
            .OrderByDescending(static move => move.Count).ThenBy(static move => move.From, StringComparer.Ordinal).ToList();
        terminal.Line(moves.Count > 0 ? $"As of {InstantText.Format(report.AsOfTime)}." : $"As of {InstantText.Format(report.AsOfTime)}: nobody moved.");
        terminal.Table(
            "moves", ["from", "to", Column.Number("moves")], moves.Select(static move => new[] { move.From, Name(move.To), NumberText.Count(move.Count) }));
        terminal.Table(
            "tiers", ["tier", Column.Number("came"), Column.Number("left"), Column.Number("more")],
            moves.SelectMany(static move => new[] { move.From, move.To }).Distinct().Order(StringComparer.Ordinal).Select(tier =>
            {
                var (came, left) = (moves.Where(move => move.To == tier).Sum(static move => move.Count), moves.Where(move => move.From == tier).Sum(static move => move.Count));
                return new[] { Name(tier), NumberText.Count(came), NumberText.Count(left), NumberText.Count(came - left) };
            }));
        FloorNote.Print(terminal, report.FewerThan);
    }

    private static string Name(string tier) => tier.Length > 0 ? tier : "(none)";
}
