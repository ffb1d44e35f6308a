using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report experiment`: what the arms of an experiment of the catalogue brought, or a holdout of it.</summary>
internal static class ReportExperimentCommand
{
    public static Command Create()
    {
        var experiment = new Argument<string>("EXPERIMENT")
        {
            Description = "The experiment of the catalogue. Example: warm_tone", Arity = ArgumentArity.ZeroOrOne,
        };
        var holdout = new Option<string>("--holdout") { Description = "A holdout of the catalogue instead. Example: --holdout global", HelpName = "ID" };
        var outcome = new Option<string>("--outcome") { Description = "The outcome of the catalogue. Example: --outcome deposit_opened", HelpName = "ID", Required = true };
        var control = new Option<string>("--control") { Description = "The arm that the others are compared with. Example: --control plain", HelpName = "ARM" };
        var tier = new Option<bool>("--by-tier") { Description = "Divides it by the tier of the customers too" };
        var confidence = new Option<double>("--confidence") { Description = "How sure the intervals are. Example: --confidence 0.9", HelpName = "LEVEL", DefaultValueFactory = static _ => 0.95 };
        var expected = new Option<long>("--watched")
        {
            Description = "The number of customers of two arms at which the decision is expected. Example: --watched 50000", HelpName = "N",
            DefaultValueFactory = static _ => 10_000,
        };
        var days = CourseTable.Days();
        var command = new Command(
            "experiment",
            """
            Compares the arms of an experiment of the catalogue, or those whom a holdout keeps out with all others.

            Customers count from their first decision in a placement in which the arms differ.
            Example: zhice report experiment warm_tone --outcome deposit_opened
            """)
        {
            experiment, holdout, outcome, control, tier, confidence, expected, days,
        };
        return command.Runs(async session =>
        {
            var request = new GetExperimentLiftRequest
            {
                ExperimentId = session.Get(experiment) ?? "", HoldoutId = session.Get(holdout) ?? "", OutcomeId = session.Get(outcome),
                ControlArmId = session.Get(control) ?? "", ByTier = session.Get(tier), Confidence = session.Get(confidence),
                ExpectedCustomers = session.Get(expected), Days = session.Get(days),
            };
            var lift = await session.Client.Measurement.GetExperimentLiftAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(lift);
                return;
            }

            Print(session.Terminal, lift);
        });
    }

    private static void Print(Terminal terminal, GetExperimentLiftResponse lift)
    {
        terminal.Line($"As of {InstantText.Format(lift.AsOfTime)}. The control is '{lift.ControlArmId}'.");
        if (lift.IsSampleRatioAlarm)
        {
            var p = lift.SampleRatioPValue.ToString("0.0000", CultureInfo.InvariantCulture);
            terminal.Warning($"The arms are out of ratio (p = {p}): no figure below is to be believed until it is known why.");
        }

        terminal.Table(
            "customers who were exposed",
            ["arm", Column.Number("customers"), Column.Number("should be"), Column.Number("converted"), Column.Number("share")],
            lift.Arms.Select(static arm => new[]
            {
                arm.ArmId, NumberText.Count(arm.Customers), ReportHoldoutCommand.Percent(arm.ExpectedShare), NumberText.Count(arm.Converted),
                arm.Customers == 0 ? "" : ReportHoldoutCommand.Percent(arm.Converted / (double)arm.Customers),
            }));
        terminal.Table(
            "against the control",
            [
                "arm", "tier", Column.Number("customers"), Column.Number("of the control"), "difference (read at the end)", "difference (may be watched)",
                "amount, yuan a customer",
            ],
            lift.Lines.Select(static line => new[]
            {
                line.Keys[0], line.Keys.ElementAtOrDefault(1) ?? "", NumberText.Count(line.Contacted), NumberText.Count(line.HeldOut),
                ReportHoldoutCommand.Text(line.Absolute, ReportHoldoutCommand.Percent),
                ReportHoldoutCommand.Text(line.Watched, ReportHoldoutCommand.Percent),
                line.AmountFen is null ? line.Refusal : ReportHoldoutCommand.Text(line.AmountFen, NumberText.Yuan),
            }));
        MethodTable.Print(terminal, lift.Lines, lift.Lines.Any(static line => line.Keys.Count > 1) ? ["arm", "tier"] : ["arm"]);
        CourseTable.Print(terminal, lift.Courses, lift.CourseRefusal, "of the control");
        FloorNote.Print(terminal, lift.FewerThan);
        terminal.Line(lift.Winner.ArmId.Length > 0
            ? $"Winner: '{lift.Winner.ArmId}' is above every other arm."
            : $"Winner: none yet. {lift.Winner.Refusal}");
    }
}
