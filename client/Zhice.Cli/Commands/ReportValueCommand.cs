using System.CommandLine;
using Zhice.Cli.Lake;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement.Behavior;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report value`: what a campaign moved of the figures by which a bank is judged.</summary>
internal sealed class ReportValueCommand
{
    private const string UsualAum = "aum";
    private const string UsualNps = "nps_answered";

    private readonly Argument<string> _source = new("CAMPAIGN|LAKE") { Description = "The campaign, by the figures of the silos; or, with --campaign, the folder that 'zhice facts export' wrote. Example: deposit_weekend" };
    private readonly Option<string?> _campaign = new("--campaign") { Description = "The campaign, when a lake is read. Example: --campaign deposit_weekend", HelpName = "ID" };
    private readonly Option<int> _days = Numbers.Option("--days", "How many days after the contact count. Example: --days 90", 365, 30);
    private readonly Option<ValueDimension> _by = new("--by") { Description = "What it is divided by: arm, tier or day of the contact. Example: --by tier", DefaultValueFactory = static _ => ValueDimension.None };
    private readonly Option<string?> _customers = new("--customers") { Description = "A file of the customers now, as 'zhice export' writes it: their AUM. Example: --customers december.parquet", HelpName = "FILE" };
    private readonly Option<string?> _before = new("--before") { Description = "The same from before the campaign, for the AUM that moved. Example: --before november.parquet", HelpName = "FILE" };
    private readonly Option<string> _aum = new("--aum") { Description = "The tag, or column of the files, with the AUM in yuan. Example: --aum deposit_balance", HelpName = "TAG", DefaultValueFactory = static _ => UsualAum };
    private readonly Option<string?> _churned = new("--churned") { Description = "The column of --customers that says who has churned, or COLUMN=VALUE. Example: --churned status=closed", HelpName = "TAG" };
    private readonly Option<string> _churnCondition = new("--churn-condition") { Description = "By the silos: who has churned, as a condition. Example: --churn-condition 'tags.segment == \"dormant\"'", HelpName = "CONDITION", DefaultValueFactory = static _ => "" };
    private readonly Option<string> _churnOutcome = new("--churn-outcome") { Description = "In its place an outcome that says that a customer has left. Example: --churn-outcome account_closed", HelpName = "ID", DefaultValueFactory = static _ => "" };
    private readonly Option<string> _nps = new("--nps-outcome") { Description = "The outcome whose amount is the answer, 0 to 10. Example: --nps-outcome survey_answered", HelpName = "ID", DefaultValueFactory = static _ => UsualNps };
    private readonly Option<string> _event = new("--event") { Description = "Only events of this type are activity; any without it. Example: --event app_open", HelpName = "ID", DefaultValueFactory = static _ => "" };
    private readonly Option<double?> _share = new("--behavior-sample") { Description = "Of a lake: the setting BehaviorSample of the silos. Example: --behavior-sample 0.1", HelpName = "SHARE" };

    public static Command Create() => new ReportValueCommand().CreateCommand();

    private Command CreateCommand() => new Command(
        "value",
        """
        Compares those whom a campaign reached with those whom it held out: MAU, DAU, AUM, churn and NPS, in one report.

        What has no source is left out, and the report says which one it needs. The silos have the facts of FactDays and the AUM of now; a lake
        has years, and files of the customers tell what moved.
        Example: zhice report value deposit_weekend --by tier
        Example: zhice report value lake --campaign deposit_weekend --customers december.parquet --before november.parquet --by tier
        """)
    {
        _source, _campaign, _days, _by, _customers, _before, _aum, _churned, _churnCondition, _churnOutcome, _nps, _event, _share,
    }.Runs(session => session.Get(_campaign) is { } campaign ? ReadLakeAsync(session, campaign) : AskAsync(session));

    private async Task AskAsync(Session session)
    {
        var source = session.Get(_source)!;
        if (Directory.Exists(source))
        {
            throw new UsageException($"'{source}' is a folder: say which campaign is meant, --campaign ID. Without a lake name the campaign alone.");
        }

        if (session.Get(_customers) is not null || session.Get(_before) is not null || session.Get(_churned) is not null || session.Get(_share) is not null)
        {
            throw new UsageException("--customers, --before, --churned and --behavior-sample go with a lake: zhice report value LAKE --campaign ID. The silos know the customers of now; say --churn-condition or --churn-outcome.");
        }

        var by = session.Get(_by);
        if (by == ValueDimension.Day)
        {
            throw new UsageException("--by day goes with a lake; by the silos it is arm or tier.");
        }

        var (aum, nps) = (session.Get(_aum)!, session.Get(_nps)!);
        var request = new GetValueRequest
        {
            CampaignId = source, Days = session.Get(_days), EventTypeId = session.Get(_event)!, AumTagId = aum == UsualAum ? "" : aum,
            ChurnCondition = session.Get(_churnCondition)!, ChurnOutcomeId = session.Get(_churnOutcome)!, NpsOutcomeId = nps == UsualNps ? "" : nps,
        };
        if (by != ValueDimension.None)
        {
            request.By.Add(by == ValueDimension.Arm ? ReportDimension.Arm : ReportDimension.Tier);
        }

        var value = await session.Client.Measurement.GetValueAsync(request, LongCall.Create(session));
        if (session.Terminal.IsJson)
        {
            session.Terminal.Json(value);
            return;
        }

        ValueTables.Print(session.Terminal, value, by);
    }

    private Task ReadLakeAsync(Session session, string campaign)
    {
        if (session.Get(_churnCondition)!.Length > 0)
        {
            throw new UsageException("--churn-condition goes without a lake; by files say --churned COLUMN, or --churn-outcome ID.");
        }

        var options = new ValueOptions(campaign, session.Get(_days), session.Get(_by))
        {
            Event = session.Get(_event)!, BehaviorParts = BehaviorSample.ToParts(session.Get(_share) ?? 1), ChurnOutcome = session.Get(_churnOutcome)!,
            NpsOutcome = session.Get(_nps)!,
        };
        Check(session, options);
        var values = new CampaignValues(options);
        values.Read(LakeFacts.Open(session.Get(_source)!), session.Cancellation);
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
        if (!((session.Get(_share) ?? 1) is > 0 and <= 1))
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
