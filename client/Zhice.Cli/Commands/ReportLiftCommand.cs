using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report lift`: compares the arms of an experiment in a file with the control, with no server.</summary>
internal static class ReportLiftCommand
{
    // So many amounts are drawn in about 4 seconds.
    private const double MaxSteps = 4e8;

    public static Command Create()
    {
        var options = new LiftOptions();
        var command = new Command(
            "lift",
            """
            Compares the arms of an experiment with its control, from a file with a row for each customer; no server is called.

            Says first whether the arms have as many customers as they should: if not, no other figure is to be believed.
            Example: zhice report lift --file campaign.csv --arm segment --outcome visit --amount spend --control none --by tier
            """);
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs(session => Run(session, options));
    }

    private static Task Run(Session session, LiftOptions options)
    {
        var columns = new LiftColumns
        {
            Arm = session.Get(options.Arm)!,
            Outcomes = session.Get(options.Outcome)!,
            Amounts = session.Get(options.Amount)!,
            By = session.Get(options.By)!,
            Covariate = session.Get(options.Covariate),
        };
        Check(columns, session.Get(options.Draws));
        var file = LiftFile.Read(session.Get(options.File)!, columns, session.Cancellation);
        var settings = Settings(session, options, file);
        var printed = new PrintedLift(file, settings, LiftReporting.Report(file.Tally, settings), session.Get(options.RatioAlarm));
        if (session.Terminal.IsJson)
        {
            session.Terminal.Json(ObjectJson.Serialize(LiftJson.From(printed)));
        }
        else
        {
            LiftTables.Print(session.Terminal, printed);
        }

        return Task.CompletedTask;
    }

    private static LiftSettings Settings(Session session, LiftOptions options, LiftFile file)
    {
        var (confidence, draws, expected) = (
            new Confidence(session.Get(options.Confidence)), session.Get(options.Draws), session.Get(options.Watched));
        return new()
        {
            Control = LiftShares.FindControl(file.Arms, session.Get(options.Control)),
            Groups = [.. file.Groups],
            Shares = LiftShares.Parse(file.Arms, session.Get(options.Share)!),
            Confidence = confidence,
            Winsorise = session.Get(options.Winsorise),
            Draws = draws > 0 ? draws : CountAmounts(file.Tally) * Bootstrap.DefaultDraws <= MaxSteps ? Bootstrap.DefaultDraws : 0,
            Seed = session.Get(options.Seed),
            Sequence = expected > 0 ? new(confidence, expected) : null,
            Winner = expected > 0 && file.Arms.Count > 2 ? (new(file.Arms.Count, confidence, expected), [.. file.Arms]) : null,
        };
    }

    private static void Check(LiftColumns columns, int draws)
    {
        if (columns.Outcomes.Length + columns.Amounts.Length == 0)
        {
            throw new UsageException("Say what is measured: --outcome COLUMN for who did it, --amount COLUMN for how much.");
        }

        var measured = columns.Outcomes.Concat(columns.Amounts);
        if (measured.GroupBy(static column => column).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"The column '{twice.Key}' is measured twice; give it once, as --outcome or as --amount.");
        }

        if (columns.Covariate is { } covariate && measured.Contains(covariate))
        {
            throw new UsageException($"The column '{covariate}' is measured and cannot be the covariate: a covariate is from before the experiment.");
        }

        if (columns.Covariate == columns.Arm)
        {
            throw new UsageException($"The column '{columns.Arm}' says the arm and cannot be the covariate.");
        }

        if (draws is > 0 and < Bootstrap.MinDraws)
        {
            throw new UsageException($"--bootstrap must be {Bootstrap.MinDraws} or more: with fewer draws the ends of an interval are chance.");
        }
    }

    // How many amounts a draw of all arms takes.
    private static double CountAmounts(LiftTally tally) => Enumerable.Range(0, tally.Questions.Amounts.Count).Sum(amount => tally.Arms
        .Sum(arm => arm.Amount(amount).Sorted.Where(static each => each.Amount != 0).Sum(static each => each.Customers)));
}
