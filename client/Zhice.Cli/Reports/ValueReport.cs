using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Cli.Reports;

/// <summary>Activity, AUM, churn and NPS of those whom a campaign reached and held out.</summary>
internal sealed class ValueReport
{
    private readonly ValueOptions _options;
    private readonly List<(string Key, ValueLift Lift, IReadOnlyList<ValueFigure> Figures)> _lines;
    private readonly Queue<double> _adjusted;

    private ValueReport(ValueOptions options, List<(string, ValueLift, IReadOnlyList<ValueFigure>)> lines)
    {
        (_options, _lines) = (options, lines);
        _adjusted = new(FalseDiscoveries.Adjust(
            [.. _lines.SelectMany(static line => line.Figures).Where(static each => each.Difference.HasValue).Select(static each => each.Difference.Value!.Value.PValue)]));
    }

    /// <summary>Adds the customers up.</summary>
    /// <param name="customers">The customers, each with the values of what the report is divided by.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="sources">Why figures are missing that no source was given for.</param>
    /// <exception cref="FailureException">There is nobody whose days are over.</exception>
    public static ValueReport Create(
        IEnumerable<(string Key, bool IsHeldOut, ValuedCustomer Customer)> customers, ValueOptions options, ValueSources sources)
    {
        var groups = new SortedDictionary<string, (ValueTally Contacted, ValueTally HeldOut)>(StringComparer.Ordinal);
        foreach (var (key, isHeldOut, customer) in customers)
        {
            if (!groups.TryGetValue(key, out var both))
            {
                groups[key] = both = (new(), new());
            }

            (isHeldOut ? both.HeldOut : both.Contacted).Add(customer);
        }

        if (groups.Count == 0)
        {
            throw new FailureException(
                $"No customer of the campaign '{options.Campaign}' has {options.Days} days behind the contact in the lake. Ask for fewer days (--days), or export more.");
        }

        return new(
            options,
            [
                .. groups.Select(group => (group.Key, ValueLift.Compare(group.Value.Contacted, group.Value.HeldOut, Confidence.Default)))
                    .Select(each => (each.Key, each.Item2, ValueFigure.List(each.Item2, options, sources))),
            ]);
    }

    public void Print(Terminal terminal)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                campaign = _options.Campaign,
                days = _options.Days,
                by = _options.By.ToString().ToLowerInvariant(),
                lines = _lines.Select(line => new
                {
                    key = line.Key, contacted = line.Lift.Contacted.Customers, heldOut = line.Lift.HeldOut.Customers,
                    figures = line.Figures.Select(Json),
                }),
            }));
            return;
        }

        foreach (var (key, lift, figures) in _lines)
        {
            var title = $"{NumberText.Customers(lift.Contacted.Customers)} contacted, {NumberText.Count(lift.HeldOut.Customers)} held out, {_options.Days} days after";
            terminal.Table(
                _options.By == ValueDimension.None ? title : $"{_options.By.ToString().ToLowerInvariant()} {(key.Length > 0 ? key : "(none)")}: {title}",
                ["figure", Column.Number("contacted"), Column.Number("held out"), "difference", Column.Number("p"), Column.Number("p adjusted")],
                figures.Select(Row));
        }

        terminal.Line("Read it once, at the end that was planned; 'p adjusted' is among all figures of this report (Benjamini and Hochberg).");
    }

    private object Json(ValueFigure figure) => new
    {
        figure = figure.Name, unit = figure.Unit, contacted = figure.Contacted, heldOut = figure.HeldOut, difference = figure.Difference.Value?.Value,
        low = figure.Difference.Value?.Interval.Low, high = figure.Difference.Value?.Interval.High, p = figure.Difference.Value?.PValue,
        pAdjusted = figure.Difference.HasValue ? _adjusted.Dequeue() : (double?)null, refusal = figure.Refusal,
    };

    private string[] Row(ValueFigure figure) => figure.Difference.Value is { } found
        ?
        [
            figure.Name, figure.Text(figure.Contacted), figure.Text(figure.HeldOut),
            $"{figure.Text(found.Value)} ({figure.Text(found.Interval.Low)} to {figure.Text(found.Interval.High)}){(found.IsClear ? "" : ", not clear")}",
            Probability(found.PValue), Probability(_adjusted.Dequeue()),
        ]
        : [figure.Name, figure.Text(figure.Contacted), figure.Text(figure.HeldOut), figure.Refusal ?? "", "", ""];

    private static string Probability(double p) => p.ToString("0.0000", CultureInfo.InvariantCulture);
}
