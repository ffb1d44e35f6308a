using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report funnel`: what contacts came to, of a campaign, a journey or all.</summary>
internal static class ReportFunnelCommand
{
    public static Command Create()
    {
        var campaign = new Option<string>("--campaign") { Description = "Only of this campaign. Example: --campaign deposit_weekend", HelpName = "ID", DefaultValueFactory = static _ => "" };
        var journey = new Option<string>("--journey") { Description = "Only of this journey. Example: --journey loan", HelpName = "ID", DefaultValueFactory = static _ => "" };
        var from = new Option<string>("--from") { Description = "From this day of the bank on. Example: --from 2026-11-01", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var to = new Option<string>("--to") { Description = "To this day, which is included. Example: --to 2026-11-30", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var by = By("What it is divided by: campaign, journey, stage, action, channel, placement, treatment, arm, tier, event-type, day. Example: --by channel day");
        var command = new Command("funnel", "Counts contacts from made to converted, as of one instant. Example: zhice report funnel --campaign deposit_weekend --by channel")
        {
            campaign, journey, from, to, by,
        };
        return command.Runs(async session =>
        {
            var request = new GetReportRequest
            {
                CampaignId = session.Get(campaign), JourneyId = session.Get(journey), FromDate = session.Get(from), ToDate = session.Get(to),
                By = { session.Get(by)!.Select(ToDimension) },
            };
            var report = await session.Client.Measurement.GetReportAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(report);
                return;
            }

            Print(session.Terminal, report, request.By);
        });
    }

    /// <summary>The option with the dimensions.</summary>
    public static Option<string[]> By(string description) =>
        new("--by") { Description = description, HelpName = "DIMENSION", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = static _ => [] };

    /// <summary>A dimension by its name.</summary>
    public static ReportDimension ToDimension(string name) =>
        Enum.TryParse<ReportDimension>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var dimension) && dimension != ReportDimension.Unspecified && !char.IsAsciiDigit(name[0])
            ? dimension
            : throw new UsageException(
                $"'{name}' is no dimension; it is one of {string.Join(", ", Enum.GetValues<ReportDimension>().Skip(1).Select(static each => EnumName.Words(each).Replace(' ', '-')))}.");

    private static void Print(Terminal terminal, GetReportResponse report, IReadOnlyList<ReportDimension> by)
    {
        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}.");
        if (report.Runs is { } runs)
        {
            terminal.Table(
                "runs",
                ["what", "why", Column.Number("customers")],
                [
                    ["matched", "", NumberText.Count(runs.Matched)], ["contacted", "", NumberText.Count(runs.Contacted)], ["held out", "", NumberText.Count(runs.HeldOut)],
                    .. runs.Blocked.Select(static each => new[] { "not contacted", EnumName.Words(each.Reason) + (each.RuleId.Length == 0 ? "" : $" ({each.RuleId})"), NumberText.Count(each.Count) }),
                ]);
        }

        Column[] keys = [.. by.Select(static dimension => new Column(EnumName.Words(dimension)))];
        string[] figures = ["contacted", "held out", "handed over", "waiting", "void", "delivered", "seen", "clicked", "accepted", "refused", "converted", "booked, yuan"];
        terminal.Table(
            "contacts", [.. keys, .. figures.Select(Column.Number)],
            report.Lines.Select(static line => (string[])
            [
                .. line.Keys, .. new[]
                {
                    line.Contacted + line.Resent, line.HeldOut, line.HandedOver, line.Waiting, line.Voids.Sum(static each => each.Count), line.Delivered, line.Seen + line.Shown, line.Clicked,
                    line.Accepted, line.Refused, line.Outcomes.Sum(static outcome => outcome.Converted),
                }.Select(NumberText.Count),
                NumberText.Yuan(line.Outcomes.Sum(static outcome => outcome.BookedFen)),
            ]));
        var moves = report.Lines.SelectMany(static line => line.Moves.Select(move => (string[])[.. line.Keys, EnumName.Words(move.Cause), NumberText.Count(move.Count)])).ToList();
        if (moves.Count > 0)
        {
            terminal.Table("moves", [.. keys, "cause", Column.Number("moves")], moves);
        }

        var blocked = report.Lines.SelectMany(static line => line.SampledBlocked.Select(each => (string[])
            [.. line.Keys, EnumName.Words(each.Reason), NumberText.Count(each.Count), NumberText.Count(line.SampledOffers)])).ToList();
        if (blocked.Count > 0)
        {
            terminal.Table("not offered, in a sample of the decisions", [.. keys, "why", Column.Number("not offered"), Column.Number("offered")], blocked);
        }

        if (report.IsCut)
        {
            terminal.Warning("There are more lines; divide by less, or ask for fewer days.");
        }
    }
}
