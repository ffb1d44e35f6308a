using System.Globalization;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Cli.Reports;

/// <summary>A report of lift with what it was made from.</summary>
/// <param name="File">What the file holds.</param>
/// <param name="Settings">How it was computed.</param>
/// <param name="Report">The report.</param>
/// <param name="AlarmBelow">Below which p-value the arms are out of ratio.</param>
internal sealed record PrintedLift(LiftFile File, LiftSettings Settings, LiftReport Report, double AlarmBelow)
{
    /// <summary>The numbers of the arms: the control first, the others by name.</summary>
    public IEnumerable<int> Arms =>
        Enumerable.Range(0, File.Arms.Count).OrderBy(arm => arm != Settings.Control).ThenBy(Name, StringComparer.Ordinal);

    /// <summary>Whether the arms are out of ratio: by the test that may be looked at every day, if the report is.</summary>
    public bool IsAlarm => (Report.WatchedRatio ?? Report.Ratio.Value?.PValue) < AlarmBelow;

    /// <summary>The confidence as people say it: 95 %.</summary>
    public string Level => $"{Math.Round(Settings.Confidence.Level * 100, 3)} %";

    /// <summary>The name of an arm.</summary>
    public string Name(int arm) => File.Arms[arm];

    /// <summary>The mean of a measure in an arm, and its total.</summary>
    public (double Mean, double Total) Of(int measure, int arm)
    {
        var (tally, outcomes) = (File.Tally.Arms[arm], File.Tally.Questions.Outcomes.Count);
        if (measure < outcomes)
        {
            var proportion = tally.Outcome(measure);
            return (proportion.Rate, proportion.Successes);
        }

        var amounts = tally.Amount(measure - outcomes);
        return (amounts.Total / amounts.Customers, amounts.Total);
    }

    /// <summary>The sentence about the choice of an arm for each group.</summary>
    public string? Choice(int measure)
    {
        var name = Report.Measures[measure].Name;
        return Report.Measures[measure].PerGroup switch
        {
            null => null,
            { Refusal: { } reason } => $"Personalising for {name}: nothing can be said. {reason}",
            { Value: { IsSameForAll: true } choice } =>
                $"Personalising for {name}: no gain. '{Name(choice.BestForAll)}' is the best arm for each group.",
            { Value: { } choice } => $"Personalising for {name}: {(choice.IsGain ? "a gain" : "no gain")}. "
                + $"An arm of its own for each group gives {Six(choice.PerGroup.Value)} a customer, "
                + $"'{Name(choice.BestForAll)}' for all gives {Six(choice.ForAll.Value)}; "
                + $"the difference is {Six(choice.Gain.Value)} ({Six(choice.Gain.Interval.Low)} to {Six(choice.Gain.Interval.High)}).",
            _ => null,
        };
    }

    /// <summary>A figure to 6 digits behind the point; an end of an interval that is still everything has none.</summary>
    public static string Six(double value) =>
        double.IsFinite(value) ? value.ToString("0.000000", CultureInfo.InvariantCulture) : "not yet known";
}
