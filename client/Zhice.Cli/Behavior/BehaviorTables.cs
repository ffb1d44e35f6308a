using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Behavior;

/// <summary>Analyses of behaviour for people.</summary>
internal static class BehaviorTables
{
    public static void Print(Terminal terminal, CountEventsResponse answer, EventCountsQuery query)
    {
        Begin(terminal, answer.Basis);
        List<Column> columns = ["event"];
        columns.AddRange(query.Property.Length > 0 ? [query.Property] : Array.Empty<Column>());
        columns.AddRange(query.ByDay ? ["day"] : Array.Empty<Column>());
        terminal.Table("", [.. columns, Column.Number("events"), Column.Number("customers")], answer.Counts.Select(count => (string[])
        [
            count.EventTypeId, .. query.Property.Length > 0 ? [count.Value.Length == 0 ? "(none)" : count.Value] : Array.Empty<string>(),
            .. query.ByDay ? [count.Date] : Array.Empty<string>(), NumberText.Count(count.Events), NumberText.Count(count.Customers),
        ]));
        terminal.Line(answer.IsCut ? "There are more lines; ask for fewer days, or do not divide by --by-day." : "");
    }

    public static void Print(Terminal terminal, GetFunnelResponse answer)
    {
        Begin(terminal, answer.Basis);
        var first = answer.Steps.Count == 0 ? 0 : answer.Steps[0].Customers;
        terminal.Table(
            "",
            [Column.Number("step"), "event", Column.Number("customers"), Column.Number("of the first"), Column.Number("of the one before"), "median time"],
            answer.Steps.Select((step, i) => new[]
            {
                $"{i + 1}", Format(step.Step), NumberText.Count(step.Customers), Percent(step.Customers, first),
                Percent(step.Customers, i == 0 ? first : answer.Steps[i - 1].Customers),
                i == 0 || step.Customers == 0 ? "" : Span(step.MedianTime.ToTimeSpan()),
            }));
    }

    public static void Print(Terminal terminal, GetRetentionResponse answer, int periodDays)
    {
        Begin(terminal, answer.Basis);
        var periods = answer.Cohorts.Select(static cohort => cohort.Returned.Count).DefaultIfEmpty(0).Max();
        var unit = periodDays == 1 ? "day" : periodDays == 7 ? "week" : "period";
        terminal.Table(
            "", ["joined from", Column.Number("customers"), .. Enumerable.Range(1, periods).Select(period => Column.Number($"{unit} {period}"))],
            answer.Cohorts.Select(cohort => (string[])
            [
                cohort.FromDate, NumberText.Count(cohort.Customers),
                .. Enumerable.Range(0, periods).Select(period => period < cohort.Returned.Count ? Percent(cohort.Returned[period], cohort.Customers) : ""),
            ]));
        terminal.Line("A cell is the share of the cohort that came back in that period; periods that are not over are empty.");
    }

    public static void Print(Terminal terminal, GetPathsResponse answer, PathsQuery query)
    {
        Begin(terminal, answer.Basis);
        var all = answer.Paths.Sum(static path => path.Customers) + answer.OtherCustomers;
        terminal.Table(
            "", [query.Before ? $"before {Format(query.Around)}, the nearest first" : $"after {Format(query.Around)}", Column.Number("customers"), Column.Number("share")],
            answer.Paths.Select(path => new[]
            {
                path.Events.Count == 0 ? "(nothing)" : string.Join(query.Before ? "  <-  " : "  ->  ", path.Events),
                NumberText.Count(path.Customers), Percent(path.Customers, all),
            }).Concat(answer.OtherCustomers == 0 ? [] : [["(other paths)", NumberText.Count(answer.OtherCustomers), Percent(answer.OtherCustomers, all)]]));
    }

    /// <summary>An event as it is typed.</summary>
    public static string Format(EventMatch match) =>
        new Domain.Measurement.Behavior.EventMatch(match.EventTypeId, match.Property, match.Value).ToString();

    private static void Begin(Terminal terminal, BehaviorBasis basis)
    {
        terminal.Line($"{basis.FromDate} to {basis.ToDate}: {NumberText.Count(basis.Events)} event{(basis.Events == 1 ? "" : "s")} of {NumberText.Customers(basis.Customers)}{(basis.AsOfTime is null ? "" : $", as of {InstantText.Format(basis.AsOfTime)}")}.");
        if (basis.Share is > 0 and < 1)
        {
            terminal.Line($"These are {(100 * basis.Share).ToString("0.##", CultureInfo.InvariantCulture)} % of all customers, drawn by their ids.");
        }

        if (basis.FewerThan > 0)
        {
            terminal.Warning($"Figures of fewer than {basis.FewerThan} customers are left out or 0: your roles show no single customers.");
        }
        else if (basis.Events == 0)
        {
            terminal.Warning("No event is recorded. The catalogue says for each type of event what is recorded (behavior), else the silo's BehaviorSample; both are kept for FactDays days.");
        }
    }

    private static string Percent(long part, long all) =>
        all == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.0} %");

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(span.TotalDays >= 2 ? span.TotalDays : span.TotalHours >= 2 ? span.TotalHours : span.TotalMinutes >= 2 ? span.TotalMinutes : span.TotalSeconds):0.#} {(span.TotalDays >= 2 ? "days" : span.TotalHours >= 2 ? "hours" : span.TotalMinutes >= 2 ? "minutes" : "seconds")}");
}
