using System.Globalization;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Cli.Reports;

/// <summary>Why figures are missing that no source was given for; null where there is a source.</summary>
/// <param name="Activity">Of activity.</param>
/// <param name="Aum">Of AUM.</param>
/// <param name="Before">Of AUM before the campaign.</param>
/// <param name="Churn">Of churn.</param>
internal sealed record ValueSources(string? Activity, string? Aum, string? Before, string? Churn);

/// <summary>A figure of both groups.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Unit">"share", "days", "yuan" or "points".</param>
/// <param name="Contacted">That of those who were contacted, in the unit; null for nobody.</param>
/// <param name="HeldOut">That of those who were held out.</param>
/// <param name="Difference">The difference.</param>
internal sealed record ValueFigure(string Name, string Unit, double? Contacted, double? HeldOut, Measured<Estimate> Difference)
{
    private const double FenAYuan = 100;
    private const double PointsOfAll = 100;

    /// <summary>Why there is no difference; null where there is one.</summary>
    public string? Refusal { get; private init; } = Difference.Refusal;

    /// <summary>A value in the unit, for people.</summary>
    public string Text(double? value) => value is not { } number ? "" : Unit switch
    {
        "share" => number.ToString("0.00 %", CultureInfo.InvariantCulture),
        "yuan" => NumberText.Yuan(number * FenAYuan),
        "points" => number.ToString("0.0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.000", CultureInfo.InvariantCulture),
    };

    /// <summary>The figures of a line, in the order in which they are read.</summary>
    public static IReadOnlyList<ValueFigure> List(ValueLift lift, ValueOptions options, ValueSources sources)
    {
        var (own, control) = (lift.Contacted, lift.HeldOut);
        return
        [
            Of($"active within {options.Days} days (MAU)", "share", own, control, static of => Share(of.Active, of.ActiveDays.Count), lift.Active, 1, sources.Activity),
            Of("active on a day (DAU)", "share", own, control, of => Mean(of.ActiveDays) / options.Days, lift.ActiveDays, 1.0 / options.Days, sources.Activity),
            Sum("AUM, all together", own, control, sources.Aum),
            Of("AUM a customer", "yuan", own, control, static of => Mean(of.Aum) / FenAYuan, lift.Aum, 1 / FenAYuan, sources.Aum),
            Of("AUM moved a customer (CUPED)", "yuan", own, control, static of => GetMoved(of.AumAndBefore) / FenAYuan, lift.AumMoved, 1 / FenAYuan, sources.Before ?? sources.Aum),
            Of("churned", "share", own, control, static of => Share(of.Churned, of.ChurnKnown), lift.Churn, 1, sources.Churn),
            Of("NPS, points", "points", own, control, static of => Mean(of.Answers) * PointsOfAll, lift.Nps, PointsOfAll, null),
            Counts("answers", own.Answers.Count, control.Answers.Count),
            Counts("AUM known of", own.Aum.Count, control.Aum.Count),
        ];
    }

    private static ValueFigure Of(
        string name, string unit, ValueTally own, ValueTally control, Func<ValueTally, double?> of, Measured<Estimate> difference, double scale, string? missing) =>
        missing is not null
            ? new(name, unit, null, null, default) { Refusal = missing }
            : new(name, unit, of(own), of(control), difference.Value is { } found ? Scale(found, scale) : difference);

    // Groups have different sizes, so their sums are not to be compared.
    private static ValueFigure Sum(string name, ValueTally own, ValueTally control, string? missing) =>
        new(name, "yuan", missing is null ? (double)own.AumFen / FenAYuan : null, missing is null ? (double)control.AumFen / FenAYuan : null, default)
        {
            Refusal = missing ?? "groups of different sizes: compare the means",
        };

    private static ValueFigure Counts(string name, long own, long control) => new(name, "customers", own, control, default) { Refusal = "" };

    private static Measured<Estimate> Scale(in Estimate estimate, double scale) => new Estimate(
        estimate.Value * scale, estimate.StandardError * scale, new(estimate.Interval.Low * scale, estimate.Interval.High * scale), estimate.PValue);

    private static double? Share(long those, long all) => all == 0 ? null : (double)those / all;

    private static double? Mean(Moments moments) => moments.Count == 0 ? null : moments.Mean;

    private static double? GetMoved(PairedMoments moments) => moments.Outcome.Count == 0 ? null : moments.Outcome.Mean - moments.Covariate.Mean;
}
