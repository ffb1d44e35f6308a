using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Cli.Reports;

/// <summary>Prints a report of lift for people.</summary>
internal static class LiftTables
{
    private const int MaxGroupRows = 200;

    public static void Print(Terminal terminal, PrintedLift lift)
    {
        PrintArms(terminal, lift);
        for (var measure = 0; measure < lift.Report.Measures.Length; measure++)
        {
            PrintMeasure(terminal, lift, measure);
        }

        terminal.Line("p adjusted: by Benjamini and Hochberg, over all outcomes, amounts and arms, and over all groups.");
        terminal.Line(lift.Settings.Sequence is null
            ? "These intervals hold for a file that is read once. To look every day until it is clear, use the intervals of --watched."
            : "Of these intervals only those watched daily hold when the report is looked at every day.");
    }

    private static void PrintArms(Terminal terminal, PrintedLift lift)
    {
        var (tally, shares) = (lift.File.Tally, lift.Settings.Shares);
        terminal.Table(
            "",
            ["arm", Column.Number("customers"), Column.Number("share"), Column.Number("should be")],
            lift.Arms.Select(arm => new[]
            {
                arm == lift.Settings.Control ? $"{lift.Name(arm)} (control)" : lift.Name(arm), NumberText.Count(tally.Arms[arm].Customers),
                Percent(tally.Arms[arm].Customers / (double)tally.Customers), Percent(shares[arm] / shares.Sum()),
            }));
        if (lift.File.WithoutArm > 0)
        {
            terminal.Line($"{NumberText.Count(lift.File.WithoutArm)} rows have no arm, and were left out.");
        }

        if (lift.Report.Ratio.Value is not { } ratio)
        {
            return;
        }

        var watched = lift.Report.WatchedRatio is { } daily ? $", p of the daily watch {P(daily)}" : "";
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"sample ratio: chi-square {ratio.Statistic:0.0000}, p {P(ratio.PValue)}{watched}; the alarm is below {lift.AlarmBelow}."));
        if (lift.IsAlarm)
        {
            terminal.Warning("The arms do not have the customers that they should: the assignment or the records are broken. "
                + "Do not believe the figures below before you know why.");
        }
    }

    private static void PrintMeasure(Terminal terminal, PrintedLift lift, int measure)
    {
        var found = lift.Report.Measures[measure];
        var control = lift.Of(measure, lift.Settings.Control);
        var (what, method) = found.IsAmount ? ("amount a customer", "Welch") : ("share of the customers", "Newcombe");
        terminal.Table(
            $"{found.Name}: {what}, difference from the control's {Six(control.Mean)} ({method})",
            [
                "arm", Column.Number(found.IsAmount ? "total" : "did it"), Column.Number("mean"), .. Difference(lift),
                Column.Number("p adjusted"),
                Column.Number("relative"), Column.Number("±"),
            ],
            Sorted(lift, found).Select(arm => (string[])
            [
                lift.Name(arm.Arm), Total(found.IsAmount, lift.Of(measure, arm.Arm).Total), Six(lift.Of(measure, arm.Arm).Mean),
                .. Cells(arm.Absolute),
                arm.AdjustedP is { } adjusted ? P(adjusted) : "", arm.Relative is { } relative ? Four(relative.Value) : "",
                arm.Relative is { } same ? Four(same.Interval.High - same.Value) : "",
            ]));
        PrintMethods(terminal, lift, found);
        PrintGroups(terminal, lift, found);
        if (found.Winner is { } winner)
        {
            terminal.Line(winner.Value is { } arm
                ? $"Winner for {found.Name}: '{lift.Name(arm)}' is above every other arm; it may be promoted."
                : $"Winner for {found.Name}: none yet. {winner.Refusal}");
        }

        if (lift.Choice(measure) is { } choice)
        {
            terminal.Line(choice);
        }
    }

    private static void PrintMethods(Terminal terminal, PrintedLift lift, MeasureLift found)
    {
        var arms = Sorted(lift, found).ToList();
        terminal.Table(
            $"{found.Name}: by other methods",
            ["arm", "method", .. Difference(lift)],
            arms.SelectMany(arm =>
                arm.Methods.Select(method => (string[])[lift.Name(arm.Arm), Words(method.Method), .. Cells(method.Estimate)])));
        foreach (var arm in arms)
        {
            foreach (var refusal in arm.Refusals)
            {
                terminal.Line($"{lift.Name(arm.Arm)}: {refusal}");
            }
        }

        if (found.IsAmount && lift.Settings.Draws == 0)
        {
            terminal.Line("No bootstrap: with so many amounts its draws take long; ask for it by --bootstrap.");
        }
    }

    private static void PrintGroups(Terminal terminal, PrintedLift lift, MeasureLift found)
    {
        var rows = found.Groups
            .OrderBy(group => lift.File.Groups[group.Group], StringComparer.Ordinal)
            .ThenBy(group => lift.Name(group.Arm), StringComparer.Ordinal)
            .ToList();
        terminal.Table(
            $"{found.Name}: within groups",
            ["group", "arm", Column.Number("customers"), Column.Number("of the control"), .. Difference(lift), Column.Number("p adjusted")],
            rows.Take(MaxGroupRows).Select(group => (string[])
            [
                lift.File.Groups[group.Group], lift.Name(group.Arm), NumberText.Count(group.Customers), NumberText.Count(group.Controls),
                .. Cells(group.Absolute), group.AdjustedP is { } adjusted ? P(adjusted) : "",
            ]));
        if (rows.Count > MaxGroupRows)
        {
            terminal.Line($"{rows.Count - MaxGroupRows} more rows are in the output of --json.");
        }
    }

    private static IOrderedEnumerable<ArmLift> Sorted(PrintedLift lift, MeasureLift found) =>
        found.Arms.OrderBy(arm => lift.Name(arm.Arm), StringComparer.Ordinal);

    private static Column[] Difference(PrintedLift lift) =>
        [Column.Number("difference"), Column.Number("std. error"), Column.Number($"{lift.Level} from"), Column.Number("to"), Column.Number("p")];

    private static string[] Cells(Estimate? estimate) => estimate is { } known
        ? [Six(known.Value), Six(known.StandardError), Six(known.Interval.Low), Six(known.Interval.High), P(known.PValue)]
        : ["", "", "", "", ""];

    private static string Words(LiftMethod method) => method switch
    {
        LiftMethod.AgrestiCaffo => "Agresti-Caffo",
        LiftMethod.LargeSample => "large sample (normal)",
        LiftMethod.Winsorised => "winsorised (Welch)",
        LiftMethod.BootstrapPercentile => "bootstrap, percentile",
        LiftMethod.BootstrapBca => "bootstrap, BCa",
        LiftMethod.Cuped => "CUPED",
        LiftMethod.Stratified => "stratified by group",
        _ => "watched daily",
    };

    private static string Total(bool isAmount, double total) =>
        isAmount ? total.ToString("N2", CultureInfo.InvariantCulture) : NumberText.Count((long)total);

    private static string Six(double value) => PrintedLift.Six(value);

    private static string Four(double value) =>
        double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "not yet known";

    private static string Percent(double share) => share.ToString("0.00 %", CultureInfo.InvariantCulture);

    private static string P(double p) => p.ToString(p < 0.0001 ? "0.0e-0" : "0.0000", CultureInfo.InvariantCulture);
}
