using System.CommandLine;
using Zhice.Cli.Lake;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report value`: what a campaign moved of the figures by which a bank is judged.</summary>
internal sealed class ReportValueCommand
{
    private readonly Argument<string> _lake = new("LAKE") { Description = "The folder that 'zhice facts export' wrote. Example: lake" };
    private readonly Option<string> _campaign = new("--campaign") { Description = "The campaign. Example: --campaign deposit_weekend", HelpName = "ID", Required = true };
    private readonly Option<int> _days = Numbers.Option("--days", "How many days after the contact count. Example: --days 90", 365, 30);
    private readonly Option<ValueDimension> _by = new("--by") { Description = "What it is divided by: arm, tier or day of the contact. Example: --by tier", DefaultValueFactory = static _ => ValueDimension.None };
    private readonly Option<string?> _customers = new("--customers") { Description = "A file of the customers now, as 'zhice export' writes it: their AUM. Example: --customers december.parquet", HelpName = "FILE" };
    private readonly Option<string?> _before = new("--before") { Description = "The same from before the campaign, for the AUM that moved. Example: --before november.parquet", HelpName = "FILE" };
    private readonly Option<string> _aum = new("--aum") { Description = "The column of the files with the AUM in yuan. Example: --aum deposit_balance", HelpName = "TAG", DefaultValueFactory = static _ => "aum" };
    private readonly Option<string?> _churned = new("--churned") { Description = "The column of --customers that says who has churned, or COLUMN=VALUE. Example: --churned status=closed", HelpName = "TAG" };
    private readonly Option<string> _churnOutcome = new("--churn-outcome") { Description = "In its place an outcome that says that a customer has left. Example: --churn-outcome account_closed", HelpName = "ID", DefaultValueFactory = static _ => "" };
    private readonly Option<string> _nps = new("--nps-outcome") { Description = "The outcome whose amount is the answer, 0 to 10. Example: --nps-outcome survey_answered", HelpName = "ID", DefaultValueFactory = static _ => "nps_answered" };
    private readonly Option<string> _event = new("--event") { Description = "Only events of this type are activity; any without it. Example: --event app_open", HelpName = "ID", DefaultValueFactory = static _ => "" };
    private readonly Option<double> _share = new("--behavior-sample") { Description = "The setting BehaviorSample of the silos. Example: --behavior-sample 0.1", HelpName = "SHARE", DefaultValueFactory = static _ => 1 };

    public static Command Create() => new ReportValueCommand().CreateCommand();

    private Command CreateCommand() => new Command(
        "value",
        """
        Compares those whom a campaign reached with those whom it held out: MAU, DAU, AUM, churn and NPS, in one report.

        What has no source is left out, and the report says which one it needs.
        Example: zhice report value lake --campaign deposit_weekend --customers december.parquet --before november.parquet --by tier
        """)
    {
        _lake, _campaign, _days, _by, _customers, _before, _aum, _churned, _churnOutcome, _nps, _event, _share,
    }.Runs(RunAsync);

    private Task RunAsync(Session session)
    {
        var options = new ValueOptions(session.Get(_campaign)!, session.Get(_days), session.Get(_by))
        {
            Event = session.Get(_event)!, BehaviorParts = BehaviorSample.ToParts(session.Get(_share)), ChurnOutcome = session.Get(_churnOutcome)!,
            NpsOutcome = session.Get(_nps)!,
        };
        Check(session, options);
        var values = new CampaignValues(options);
        values.Read(LakeFacts.Open(session.Get(_lake)!), session.Cancellation);
        var (now, before) = (Read(session, _customers, session.Get(_churned), values), Read(session, _before, null, values));
        ValueReport.Create(values.List(now, before), options, GetSources(session, options, values)).Print(session.Terminal);
        if (values.TooRecent > 0)
        {
            session.Terminal.Note($"{NumberText.Customers(values.TooRecent)} {(values.TooRecent == 1 ? "does" : "do")} not count yet: the {options.Days} days are not over in the lake.");
        }

        if (values.NoScores > 0)
        {
            session.Terminal.Note($"{NumberText.Count(values.NoScores)} of the outcomes '{options.NpsOutcome}' {(values.NoScores == 1 ? "has" : "have")} no amount that is a whole number from 0 to 10, and {(values.NoScores == 1 ? "does" : "do")} not count.");
        }

        return Task.CompletedTask;
    }

    private void Check(Session session, ValueOptions options)
    {
        if (!(session.Get(_share) is > 0 and <= 1))
        {
            throw new UsageException("--behavior-sample must be above 0 and at most 1, as the silos have it.");
        }

        if (session.Get(_churned) is not null && options.ChurnOutcome.Length > 0)
        {
            throw new UsageException("--churned and --churn-outcome both say who has churned; give one of them.");
        }

        if (session.Get(_customers) is null && (session.Get(_churned) ?? session.Get(_before)) is not null)
        {
            throw new UsageException("--churned and --before need --customers, the file of the customers now.");
        }
    }

    private ValueFile? Read(Session session, Option<string?> file, string? churned, CampaignValues values) => session.Get(file) is { } path
        ? ValueFile.Read(path, session.Get(_aum)!, churned, values.Has, session.Cancellation)
        : null;

    private ValueSources GetSources(Session session, ValueOptions options, CampaignValues values) => new(
        values.HasEvents ? null : $"the lake has no events{(options.Event.Length > 0 ? $" '{options.Event}'" : "")}: silos record them of the share BehaviorSample",
        session.Get(_customers) is null ? "give the customers now: --customers FILE" : null,
        session.Get(_before) is null ? "give the customers before the campaign: --before FILE" : null,
        session.Get(_churned) is null && options.ChurnOutcome.Length == 0 ? "say who has churned: --churned TAG, or --churn-outcome ID" : null);
}
