using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>Prints a report of what contacts came to, for people.</summary>
internal static class FunnelTables
{
    private static readonly (string Heading, Func<ReportLine, long> Count)[] s_figures =
    [
        ("contacted", static line => line.Contacted + line.Resent), ("held out", static line => line.HeldOut),
        ("handed over", static line => line.HandedOver), ("waiting", static line => line.Waiting),
        ("void", static line => line.Voids.Sum(static each => each.Count)), ("delivered", static line => line.Delivered),
        ("seen", static line => line.Seen + line.Shown), ("clicked", static line => line.Clicked), ("accepted", static line => line.Accepted),
        ("refused", static line => line.Refused),
    ];

    public static void Print(Terminal terminal, GetReportResponse report, IReadOnlyList<ReportDimension> by)
    {
        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}.");
        if (report.Runs is { } runs)
        {
            PrintRuns(terminal, runs);
        }

        Column[] keys = [.. by.Select(static dimension => new Column(EnumName.Words(dimension)))];
        terminal.Table(
            "contacts", [.. keys, .. s_figures.Select(static figure => Column.Number(figure.Heading))],
            report.Lines.Where(line => by.Count == 0 || s_figures.Any(figure => figure.Count(line) > 0))
                .Select(line => (string[])[.. Keys(line, by), .. s_figures.Select(figure => NumberText.Count(figure.Count(line)))]));

        // A contact may be followed by several outcomes: a sum over them would count it several times.
        PrintParts(
            terminal, report, by, "outcomes",
            ["outcome", Column.Number("converted"), Column.Number("again"), Column.Number("booked"), Column.Number("booked, yuan")],
            static line => line.Outcomes.Select(static each => (string[])
            [
                each.OutcomeId, NumberText.Count(each.Converted), NumberText.Count(each.ConvertedAgain), NumberText.Count(each.Booked),
                NumberText.Yuan(each.BookedFen),
            ]));
        PrintParts(
            terminal, report, by, "moves", ["cause", Column.Number("moves")],
            static line => line.Moves.Select(static move => new[] { EnumName.Words(move.Cause), NumberText.Count(move.Count) }));
        PrintParts(
            terminal, report, by, "not offered, in a sample of the decisions",
            ["why", Column.Number("not offered"), Column.Number("offered")],
            static line => line.SampledBlocked.Select(
                each => new[] { EnumName.Words(each.Reason), NumberText.Count(each.Count), NumberText.Count(line.SampledOffers) }));
        FloorNote.Print(terminal, report.FewerThan);
        if (report.IsCut)
        {
            terminal.Warning("There are more lines; divide by less, or ask for fewer days.");
        }
    }

    /// <summary>The values of a line's dimensions, with words for what has none.</summary>
    internal static IEnumerable<string> Keys(ReportLine line, IReadOnlyList<ReportDimension> by) => line.Keys.Select((key, i) =>
        key.Length > 0 ? key
        : by[i] == ReportDimension.Day ? "(now waiting)"
        : line.Contacted + line.HeldOut + line.Waiting + line.Shown + line.Seen == 0 && line.Outcomes.Count > 0 ? "(no contact)"
        : "(none)");

    private static void PrintRuns(Terminal terminal, ReportRuns runs) => terminal.Table(
        "runs",
        ["what", "why", Column.Number("customers")],
        [
            ["matched", "", NumberText.Count(runs.Matched)], ["contacted", "", NumberText.Count(runs.Contacted)],
            ["held out", "", NumberText.Count(runs.HeldOut)],
            .. new[] { ("not reached, after many attempts", runs.Failed), ("too late after their event", runs.TooOld) }
                .Where(static each => each.Item2 > 0).Select(static each => new[] { each.Item1, "", NumberText.Count(each.Item2) }),
            .. runs.Blocked.Select(static each => new[]
            {
                "not contacted", EnumName.Words(each.Reason) + (each.RuleId.Length == 0 ? "" : $" ({each.RuleId})"),
                NumberText.Count(each.Count),
            }),
        ]);

    private static void PrintParts(
        Terminal terminal, GetReportResponse report, IReadOnlyList<ReportDimension> by, string title, Column[] columns,
        Func<ReportLine, IEnumerable<string[]>> parts)
    {
        List<string[]> rows = [.. report.Lines.SelectMany(line => parts(line).Select(part => (string[])[.. Keys(line, by), .. part]))];
        if (rows.Count > 0)
        {
            terminal.Table(title, [.. by.Select(static dimension => new Column(EnumName.Words(dimension))), .. columns], rows);
        }
    }
}
