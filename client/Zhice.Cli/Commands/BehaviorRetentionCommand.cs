using System.CommandLine;
using Zhice.Cli.Behavior;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Behavior;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice behaviour retention`: who comes back.</summary>
internal static class BehaviorRetentionCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("EVENT") { Description = "The event by which customers join. Example: login" };
        var again = new Option<string?>("--again") { Description = "The event by which they come back; without it the same. Example: --again transfer", HelpName = "EVENT" };
        var period = Numbers.Option("--period", "Days of a period: 1 for days, 7 for weeks. Example: --period 1", 31, 7);
        var periods = Numbers.Option("--periods", "How many periods after the first are shown. Example: --periods 4", CohortRetention.MaxPeriods, 8);
        var after = Numbers.Option("--after", "With --save: the period after their own in which they came back. Example: --after 2", CohortRetention.MaxPeriods, 1);
        var gone = new Option<bool>("--gone") { Description = "With --save: those who did not come back. Example: --gone" };
        var cohort = new Option<string>("--cohort") { Description = "With --save: only customers who joined in the period from this day on. Example: --cohort 2026-11-01", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var options = new BehaviorOptions();
        var command = new Command(
            "retention",
            """
            Counts the customers who came back, by the period in which they joined.

            A customer joins by the first event of the days asked for. --save saves those who came back, or with --gone those who did not.
            Example: zhice behaviour retention login --again transfer --period 7
            """)
        {
            first, again, period, periods, after, gone, cohort,
        };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs(async session =>
        {
            var run = new BehaviorRun(session, options);
            var query = new RetentionQuery
            {
                First = BehaviorOptions.ParseMatch(session.Get(first)), Again = session.Get(again) is { } text ? BehaviorOptions.ParseMatch(text) : null,
                PeriodDays = session.Get(period), Periods = session.Get(periods),
            };
            if (await run.SaveAsync(new() { Retention = new() { Query = query, Period = session.Get(after), Gone = session.Get(gone), CohortDate = session.Get(cohort)! } }))
            {
                return;
            }

            var answer = await run.AskAsync(
                files => files.CountRetention(query),
                async () => await session.Client.Behavior.GetRetentionAsync(new() { Scope = run.Scope, Query = query }, run.Call));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            BehaviorTables.Print(session.Terminal, answer, query.PeriodDays);
        });
    }
}
