using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report contrasts`: what the decisions themselves bring.</summary>
internal static class ReportContrastsCommand
{
    public static Command Create()
    {
        var outcome = new Option<string>("--outcome") { Description = "The outcome of the catalogue. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var from = new Option<string>("--from") { Description = "From this day of the bank on. Example: --from 2026-11-01", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var to = new Option<string>("--to") { Description = "To this day, which is included. Example: --to 2026-11-30", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var confidence = new Option<double>("--confidence") { Description = "How sure the intervals are. Example: --confidence 0.9", HelpName = "LEVEL", DefaultValueFactory = static _ => 0.95 };
        var command = new Command(
            "contrasts",
            """
            Compares the usual decisions with other ways to decide, by groups of customers that the catalogue draws (decision_contrasts).

            Counts offers that were shown, or seen where only feedback tells it, and how many of them the outcome followed.
            Example: zhice report contrasts --outcome deposit_opened --from 2026-11-01
            """)
        {
            outcome, from, to, confidence,
        };
        return command.Runs(async session =>
        {
            var report = await session.Client.Measurement.GetContrastsAsync(
                new() { OutcomeId = session.Get(outcome)!, FromDate = session.Get(from)!, ToDate = session.Get(to)!, Confidence = session.Get(confidence) }, cancellationToken: session.Cancellation);
            if (report.Refusal.Length > 0)
            {
                throw new FailureException(report.Refusal);
            }

            ContrastTables.Print(session.Terminal, report);
        });
    }
}
