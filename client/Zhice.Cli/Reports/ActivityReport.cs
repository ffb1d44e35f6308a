using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Cli.Reports;

/// <summary>How active customers were who were reached, and those who were held out.</summary>
/// <param name="Days">The days after the contact.</param>
/// <param name="Reached">The customers who were contacted, also those whose contact became void: how many, and how many of them were active.</param>
/// <param name="HeldOut">Those who were held out.</param>
/// <param name="ReachedDays">The active days of those who were contacted.</param>
/// <param name="HeldOutDays">Those of the others.</param>
internal sealed record ActivityReport(int Days, Proportion Reached, Proportion HeldOut, Moments ReachedDays, Moments HeldOutDays)
{
    /// <summary>Compares the two groups.</summary>
    /// <exception cref="FailureException">One of them has nobody.</exception>
    public static ActivityReport Create(IEnumerable<(bool IsHeldOut, int ActiveDays)> customers, int days)
    {
        var (active, moments) = (new long[2], new Moments[2]);
        foreach (var (isHeldOut, activeDays) in customers)
        {
            var group = isHeldOut ? 1 : 0;
            active[group] += activeDays > 0 ? 1 : 0;
            moments[group] = moments[group].With(activeDays);
        }

        return moments[0].Count > 0 && moments[1].Count > 0
            ? new(days, new(active[0], moments[0].Count), new(active[1], moments[1].Count), moments[0], moments[1])
            : throw new FailureException(
                $"{NumberText.Customers(moments[0].Count)} were contacted and {NumberText.Customers(moments[1].Count)} held out whose {days} days are over; both groups need customers. Ask for fewer days, or export more.");
    }

    public void Print(Terminal terminal)
    {
        var share = ProportionLift.Between(Reached, HeldOut, Confidence.Default).Absolute;
        var activeDays = AmountLift.Between(ReachedDays, HeldOutDays, Confidence.Default);
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                days = Days,
                contacted = new { customers = Reached.Trials, active = Reached.Successes, activeDays = ReachedDays.Mean },
                heldOut = new { customers = HeldOut.Trials, active = HeldOut.Successes, activeDays = HeldOutDays.Mean },
                share = new { value = share.Value, low = share.Interval.Low, high = share.Interval.High, p = share.PValue },
                activeDays = activeDays.Value is { Welch: var days }
                    ? new { value = days.Value, low = days.Interval.Low, high = days.Interval.High, p = days.PValue }
                    : null,
                refusal = activeDays.Refusal,
            }));
            return;
        }

        terminal.Table(
            $"activity in the {Days} days after a customer was contacted or held out",
            ["group", Column.Number("customers"), Column.Number("active"), Column.Number("share"), Column.Number("active days a customer"), Column.Number("active on a day")],
            [Row("contacted", Reached, ReachedDays), Row("held out", HeldOut, HeldOutDays)]);
        terminal.Line($"Active within {Days} days: {Text(share, "0.00 %")}.");
        terminal.Line(activeDays.Value is { Welch: var welch }
            ? $"Active days a customer: {Text(welch, "0.000")}."
            : $"Active days a customer: {activeDays.Refusal}");
        terminal.Line("Read it once, at the end that was planned.");
    }

    private string[] Row(string group, Proportion active, Moments activeDays) =>
    [
        group, NumberText.Count(active.Trials), NumberText.Count(active.Successes), Format(active.Rate, "0.00 %"), Format(activeDays.Mean, "0.000"),
        Format(activeDays.Mean / Days, "0.00 %"),
    ];

    private static string Text(Estimate estimate, string format) =>
        $"{Format(estimate.Value, format)} more ({Format(estimate.Interval.Low, format)} to {Format(estimate.Interval.High, format)}, p {Format(estimate.PValue, "0.0000")}){(estimate.IsClear ? "" : ", not clear")}";

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
