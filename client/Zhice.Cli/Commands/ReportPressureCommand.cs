using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report pressure`: how much customers are contacted, and how they answer to it.</summary>
internal static class ReportPressureCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "Channels from this day of the bank on. Example: --from 2026-11-01", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        var to = new Option<string>("--to") { Description = "To this day, which is included. Example: --to 2026-11-30", HelpName = "DATE", DefaultValueFactory = static _ => "" };
        return new Command(
            "pressure",
            "Counts how many places of each contact cap customers use now, and who unsubscribed or complained. Example: zhice report pressure --from 2026-11-01")
        {
            from, to,
        }.Runs(async session =>
        {
            var report = await session.Client.Measurement.GetPressureAsync(
                new() { FromDate = session.Get(from), ToDate = session.Get(to) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(report);
                return;
            }

            Print(session.Terminal, report);
        });
    }

    private static void Print(Terminal terminal, GetPressureResponse report)
    {
        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}. Caps: {NumberText.Customers(report.Customers)}, now.");
        terminal.Table(
            "caps: customers by the places that they use",
            ["cap", "places", Column.Number("customers"), Column.Number("share"), ""],
            report.Caps.SelectMany(cap => cap.Used.Where(used => used.Customers > 0 || used.AtLeast == cap.Limit).Select(used => new[]
            {
                cap.CapId, $"at least {used.AtLeast} of {cap.Limit}", NumberText.Count(used.Customers), Share(used.Customers, report.Customers),
                used.AtLeast == cap.Limit ? "reached" : "",
            })));
        terminal.Table(
            "channels: refusals after contacts",
            [
                "channel", Column.Number("contacted"), Column.Number("handed over"), Column.Number("unsubscribed"), Column.Number("of 10,000"), Column.Number("complained"),
                Column.Number("of 10,000"), Column.Number("dismissed"), Column.Number("refused consent"),
            ],
            report.Channels.Select(static channel => new[]
            {
                channel.ChannelId.Length > 0 ? channel.ChannelId : "(none)", NumberText.Count(channel.Contacted), NumberText.Count(channel.HandedOver),
                NumberText.Count(channel.Unsubscribed), Rate(channel.Unsubscribed, channel.HandedOver), NumberText.Count(channel.Complained),
                Rate(channel.Complained, channel.HandedOver), NumberText.Count(channel.Dismissed), NumberText.Count(channel.ConsentRefused),
            }));
        FloorNote.Print(terminal, report.FewerThan);
        if (report.SampledBlocked > 0)
        {
            terminal.Line($"Of the actions that sampled decisions did not offer, contact caps refused {Share(report.SampledCapped, report.SampledBlocked)}.");
        }
    }

    private static string Share(long part, long all) =>
        all == 0 ? "" : (part / (double)all).ToString("0.00 %", CultureInfo.InvariantCulture);

    private static string Rate(long part, long all) =>
        all == 0 ? "" : (part * 10_000.0 / all).ToString("0.0", CultureInfo.InvariantCulture);
}
