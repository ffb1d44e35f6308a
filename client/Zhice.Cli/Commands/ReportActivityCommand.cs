using System.CommandLine;
using Zhice.Cli.Lake;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report activity`: whether those whom a campaign reached came more often than those whom it held out.</summary>
internal static class ReportActivityCommand
{
    public static Command Create()
    {
        var lake = new Argument<string>("LAKE") { Description = "The folder that 'zhice facts export' wrote. Example: lake" };
        var campaign = new Option<string>("--campaign") { Description = "The campaign. Example: --campaign deposit_weekend", HelpName = "ID", Required = true };
        var type = new Option<string>("--event") { Description = "Only events of this type are activity; any without it. Example: --event app_open", HelpName = "ID", DefaultValueFactory = static _ => "" };
        var days = Numbers.Option("--days", "How many days after the contact count: 30 for monthly activity. Example: --days 7", 365, 30);
        var share = new Option<double>("--behavior-sample") { Description = "The setting BehaviorSample of the silos. Example: --behavior-sample 0.1", HelpName = "SHARE", DefaultValueFactory = static _ => 1 };
        return new Command(
            "activity",
            """
            Compares how many customers were active in the days after a campaign, reached and held out, and on how many days.

            With --days 30 the share is the monthly active customers (MAU), and active days over 30 the daily ones (DAU).
            Example: zhice report activity lake --campaign deposit_weekend --event app_open --days 30
            """)
        {
            lake, campaign, type, days, share,
        }.Runs(session =>
        {
            if (!(session.Get(share) is > 0 and <= 1))
            {
                throw new UsageException("--behavior-sample must be above 0 and at most 1, as the silos have it.");
            }

            var activity = new CampaignActivity(session.Get(days), session.Get(share));
            activity.Read(LakeFacts.Open(session.Get(lake)), session.Get(campaign)!, session.Get(type)!, session.Cancellation);
            var report = ActivityReport.Create(activity.Customers, session.Get(days));
            report.Print(session.Terminal);
            if (activity.TooRecent > 0)
            {
                session.Terminal.Note($"{NumberText.Customers(activity.TooRecent)} {(activity.TooRecent == 1 ? "does" : "do")} not count yet: the {session.Get(days)} days are not over in the lake.");
            }

            return Task.CompletedTask;
        });
    }
}
