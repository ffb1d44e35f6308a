using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>The figures by which a bank is judged as the silos tell them, for people.</summary>
internal static class ValueTables
{
    private const double PointsOfAll = 100;

    public static void Print(Terminal terminal, GetValueResponse value, ValueDimension by)
    {
        terminal.Line($"As of {InstantText.Format(value.AsOfTime)}; AUM and conditions are of now, what customers did is of the {Days(value.Days)} after the first contact or holdout.");
        if (value.SampleRatio is { IsAlarm: true } ratio)
        {
            terminal.Warning($"Contacted and held out are out of ratio (p = {Probability(ratio.PValue)}): no figure below is to be believed until it is known why.");
        }

        if (value.Lines.Count == 0)
        {
            terminal.Line(value.FewerThan > 0
                ? $"Fewer than {value.FewerThan} customers are in a group, so your roles are shown nothing."
                : "Nobody was contacted or held out yet, or the facts of it are not kept any more (FactDays); a lake has them longer.");
        }

        foreach (var line in value.Lines)
        {
            var title = $"{NumberText.Customers(line.Contacted)} contacted, {NumberText.Count(line.HeldOut)} held out";
            terminal.Table(
                by == ValueDimension.None ? title : $"{by.ToString().ToLowerInvariant()} {(line.Keys[0].Length > 0 ? line.Keys[0] : "(none)")}: {title}",
                [
                    "figure", Column.Number("contacted"), Column.Number("of"), Column.Number("held out"), Column.Number("of"), "difference",
                    Column.Number("p"), Column.Number("p adjusted"),
                ],
                line.Figures.Select(figure => Row(figure, value.Days)));
        }

        PrintNotes(terminal, value);
    }

    private static void PrintNotes(Terminal terminal, GetValueResponse value)
    {
        if (value.CustomersNotOver > 0)
        {
            terminal.Note($"The {Days(value.Days)} after it {(value.Days == 1 ? "is" : "are")} not over for {NumberText.Customers(value.CustomersNotOver)}: they count in AUM and conditions alone. Fewer days: --days.");
        }

        if (value.WithoutFacts > 0)
        {
            terminal.Note($"{NumberText.Count(value.WithoutFacts)} contacts and holdouts are in no figure: their facts are not kept any more (FactDays), or their customers were erased.");
        }

        if (value.AnswersNotCounted > 0)
        {
            terminal.Note($"{NumberText.Count(value.AnswersNotCounted)} answers are no whole number from 0 to 10, and do not count.");
        }

        if (value.RecordedShare is > 0 and < 1)
        {
            terminal.Note($"Activity is that of the {value.RecordedShare.ToString("0.## %", CultureInfo.InvariantCulture)} of the customers whose events are recorded.");
        }

        if (value.FewerThan > 0)
        {
            terminal.Note($"Lines and figures of fewer than {value.FewerThan} customers are not shown to your roles.");
        }

        terminal.Line("Read it once, at the end that was planned; 'p adjusted' is among all figures of this report (Benjamini and Hochberg).");
    }

    private static string[] Row(Zhice.V1.ValueFigure figure, int days)
    {
        Func<double, string> text = figure.Kind switch
        {
            ValueKind.Aum => NumberText.Yuan,
            ValueKind.Nps => static of => (of * PointsOfAll).ToString("0.0", CultureInfo.InvariantCulture),
            _ => static of => of.ToString("0.00 %", CultureInfo.InvariantCulture),
        };
        return
        [
            GetName(figure.Kind, days), figure.HasContacted ? text(figure.Contacted) : "", Count(figure.ContactedCustomers),
            figure.HasHeldOut ? text(figure.HeldOut) : "", Count(figure.HeldOutCustomers),
            figure.Difference is null ? figure.Refusal : Text(figure.Difference, text),
            figure.Difference is { } difference ? Probability(difference.PValue) : "", figure.HasAdjustedPValue ? Probability(figure.AdjustedPValue) : "",
        ];
    }

    private static string GetName(ValueKind kind, int days) => kind switch
    {
        ValueKind.Active => $"active within {Days(days)} (MAU)",
        ValueKind.ActiveOnADay => "active on a day (DAU)",
        ValueKind.Aum => "AUM now, yuan a customer",
        ValueKind.Churned => "churned",
        ValueKind.Nps => "NPS, points",
        _ => EnumName.Words(kind),
    };

    private static string Days(int days) => days == 1 ? "day" : $"{days} days";

    private static string Text(LiftEstimate estimate, Func<double, string> text) =>
        $"{text(estimate.Value)} ({text(estimate.Low)} to {text(estimate.High)}){(estimate.IsClear ? "" : ", not clear")}";

    private static string Count(long customers) => customers == 0 ? "" : NumberText.Count(customers);

    private static string Probability(double p) => p.ToString("0.0000", CultureInfo.InvariantCulture);
}
