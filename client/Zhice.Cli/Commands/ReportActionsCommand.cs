using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

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
            var result = await RunningSimulation.RunAsync(session, options.ToRequest(session));
            var from = TimeProvider.System.GetUtcNow().AddDays(-session.Get(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var report = await session.Client.Measurement.GetReportAsync(
                new() { FromDate = from, By = { ReportDimension.Action } }, cancellationToken: session.Cancellation);
            ActionTables.Print(session.Terminal, ActionReport.Create(result, report), session.Get(days));
        });
    }
}
