using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Cli.Reports;

/// <summary>A report of lift for programs.</summary>
internal static class LiftJson
{
    public static object From(PrintedLift lift) => new
    {
        control = lift.Name(lift.Settings.Control),
        confidence = lift.Settings.Confidence.Level,
        customers = lift.File.Tally.Customers,
        rowsWithoutArm = lift.File.WithoutArm,
        arms = lift.Arms.Select(arm => new
        {
            arm = lift.Name(arm),
            customers = lift.File.Tally.Arms[arm].Customers,
            share = lift.Settings.Shares[arm] / lift.Settings.Shares.Sum(),
        }),
        sampleRatio = lift.Report.Ratio.Value is { } ratio
            ? new
            {
                chiSquare = ratio.Statistic,
                p = ratio.PValue,
                watchedP = lift.Report.WatchedRatio,
                alarmBelow = lift.AlarmBelow,
                isAlarm = lift.IsAlarm,
            }
            : null,
        measures = lift.Report.Measures.Select((measure, number) => new
        {
            name = measure.Name,
            isAmount = measure.IsAmount,
            control = Values(lift, number, lift.Settings.Control),
            arms = measure.Arms.OrderBy(arm => lift.Name(arm.Arm), StringComparer.Ordinal).Select(arm => new
            {
                arm = lift.Name(arm.Arm),
                values = Values(lift, number, arm.Arm),
                absolute = Figures(arm.Absolute),
                pAdjusted = arm.AdjustedP,
                relative = Figures(arm.Relative),
                methods = arm.Methods.Select(method => new { method = method.Method, figures = Figures(method.Estimate) }),
                refusals = arm.Refusals,
            }),
            groups = measure.Groups.Select(group => new
            {
                group = lift.File.Groups[group.Group],
                arm = lift.Name(group.Arm),
                customers = group.Customers,
                controls = group.Controls,
                absolute = Figures(group.Absolute),
                pAdjusted = group.AdjustedP,
            }),
            winner = measure.Winner is { } winner
                ? new { arm = winner.Value is { } won ? lift.Name(won) : null, refusal = winner.Refusal }
                : null,
            perGroup = measure.PerGroup is { } choice
                ? new
                {
                    isGain = choice.Value?.IsGain,
                    bestForAll = choice.Value is { } best ? lift.Name(best.BestForAll) : null,
                    gain = Figures(choice.Value?.Gain),
                    perGroup = Figures(choice.Value?.PerGroup),
                    forAll = Figures(choice.Value?.ForAll),
                    sentence = lift.Choice(number),
                }
                : null,
        }),
    };

    private static object Values(PrintedLift lift, int measure, int arm)
    {
        var (mean, total) = lift.Of(measure, arm);
        return new { mean, total };
    }

    // What is not finite is no number of JSON: an interval that is still everything has null ends.
    private static object? Figures(Estimate? estimate) => estimate is { } known
        ? new
        {
            value = Finite(known.Value),
            standardError = Finite(known.StandardError),
            low = Finite(known.Interval.Low),
            high = Finite(known.Interval.High),
            p = known.PValue,
        }
        : null;

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
