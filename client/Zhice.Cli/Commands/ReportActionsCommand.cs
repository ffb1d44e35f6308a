using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report actions`: which actions are never offered, blocked, starved or losing.</summary>
internal static class ReportActionsCommand
{
    private const int DefaultDays = 30;

    public static Command Create()
    {
        var options = new SampledCustomers();
        var days = Numbers.Option("--days", "How many days back customers were reached and accepted. Example: --days 90", 3_650, DefaultDays);
        var command = new Command(
            "actions",
            """
            Says which actions are blocked for everyone, outranked, offered and never shown, or accepted more rarely than others.

            Decides for each customer of the sample by the catalogue in force, and adds what reports counted. Nothing is changed.
            Example: zhice report actions --sample 0.1 --days 30
            """)
        {
            days,
        };
        options.AddTo(command);
        return command.Runs(async session =>
        {
            var request = options.ToRequest(session);
            var report = await session.Terminal.WatchAsync("health of actions", async _ => await session.Client.Measurement.GetActionHealthAsync(
                new() { Audience = request.Audience, Sample = request.Sample, PlacementIds = { request.PlacementIds }, Days = session.Get(days) },
                LongCall.Create(session)));
            ActionTables.Print(session.Terminal, report);
        });
    }
}
