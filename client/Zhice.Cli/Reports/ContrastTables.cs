using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>Prints what the ways to decide bring.</summary>
internal static class ContrastTables
{
    public static void Print(Terminal terminal, GetContrastsResponse report)
    {
        if (terminal.IsJson)
        {
            foreach (var line in report.Contrasts)
            {
                terminal.Json(ObjectJson.Serialize(new
                {
                    group = line.ContrastId, customers = line.Customers, shown = line.Shown, converted = line.Converted, fen = line.AmountFen,
                    gain = line.HasDifference ? line.Difference : (double?)null, gainLow = line.Watched?.Low, gainHigh = line.Watched?.High,
                }));
            }

            return;
        }

        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}. From {report.FromDate} on. Intervals may be looked at on any day; they are by the spread over customers, who come several times.");
        terminal.Table(
            "",
            ["decided by", Column.Number("customers"), Column.Number("shown"), Column.Number("converted"), Column.Number("share"), Column.Number("yuan an offer"), "the usual decisions bring"],
            report.Contrasts.Select(static line => new[]
            {
                line.ContrastId, NumberText.Count(line.Customers), NumberText.Count(line.Shown), NumberText.Count(line.Converted),
                line.Shown == 0 ? "" : Percent((double)line.Converted / line.Shown),
                line.Shown == 0 ? "" : NumberText.Yuan((double)line.AmountFen / line.Shown), Gain(line),
            }));
        FloorNote.Print(terminal, report.FewerThan);
    }

    private static string Gain(ContrastLine line) => !line.HasDifference ? ""
        : line.Watched is not { } look ? $"{Percent(line.Difference)} more, not known how sure: {line.Refusal}"
        : $"{Percent(look.Value)} more ({Percent(look.Low)} to {Percent(look.High)}){(look.IsClear ? "" : ", not clear")}";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");
}
