using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report funnel`: what contacts came to, of a campaign, a journey or all.</summary>
internal static class ReportFunnelCommand
{
    public static Command Create()
    {
        var campaign = new Option<string>("--campaign") { Description = "Only of this campaign. Example: --campaign deposit_weekend", HelpName = "ID", DefaultValueFactory = static _ => "" };
        var journey = new Option<string>("--journey") { Description = "Only of this journey. Example: --journey loan_platform", HelpName = "ID", DefaultValueFactory = static _ => "" };
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

            FunnelTables.Print(session.Terminal, report, request.By);
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
}
