using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Prints a campaign with its figures.</summary>
internal static class CampaignTable
{
    public static void Print(Terminal terminal, CampaignStatus status)
    {
        if (terminal.IsJson)
        {
            terminal.Json(status);
            return;
        }

        terminal.Line($"{status.Campaign.CampaignId}: {EnumName.Words(status.State)}{(status.Note.Length == 0 ? "" : $" ({status.Note})")}, by {status.Author}{(status.Approver.Length == 0 ? "" : $", approved by {status.Approver}")}");
        if (status.Runs.Count > 0)
        {
            terminal.Line($"run {status.Runs[0].Run}: {Sentence(status)}");
            Print(terminal, status.Runs[0]);
        }

        if (status.Deliveries is { } deliveries)
        {
            Print(terminal, deliveries);
        }

        terminal.Table("log", ["when", "who", "what"], status.Log.Select(static entry => new[] { InstantText.Format(entry.Time), entry.Actor.Length == 0 ? "(itself)" : entry.Actor, entry.Text }));
    }

    private static void Print(Terminal terminal, CampaignDeliveries deliveries)
    {
        terminal.Table(
            "contacts",
            ["what", "where, or why", Column.Number("contacts")],
            deliveries.Waiting.Select(WaitingText.ToRow).Concat(deliveries.Outcomes.Select(static each => new[] { EnumName.Words(each.Outcome), "", NumberText.Count(each.Count) })));
        foreach (var warning in WaitingText.Warnings(deliveries.Waiting))
        {
            terminal.Line(warning);
        }
    }

    public static void Print(Terminal terminal, CampaignRun run)
    {
        if (terminal.IsJson)
        {
            terminal.Json(run);
            return;
        }

        terminal.Table(
            "",
            ["what", "where, or why", Column.Number("customers")],
            run.ByPlacement.Select(static each => new[] { "contacted", each.PlacementId + (each.ArmId.Length == 0 ? "" : $" / {each.ArmId}"), NumberText.Count(each.Customers) })
                .Concat(run.HeldOut.Select(static each => new[] { "holdout", $"would be contacted in {each.PlacementId}{(each.ArmId.Length == 0 ? "" : $" / {each.ArmId}")}", NumberText.Count(each.Customers) }))
                .Append(["holdout, all", "kept out to measure the lift", NumberText.Count(run.Holdout)])
                .Concat(run.Blocked.Select(static each => new[] { "not contacted", each.Reason.Message, NumberText.Count(each.Customers) }))
                .Append(["failed", "could not be reached", NumberText.Count(run.Failed)])
                .Concat(run.TooOld == 0 ? [] : [["too late", "the event was too old", NumberText.Count(run.TooOld)]])
                .Append(["all", "", NumberText.Count(run.Matched)]));
        FloorNote.Print(terminal, run.FewerThan);
    }

    public static string Sentence(CampaignStatus status)
    {
        var run = status.Runs[0];
        var left = run.TimeLeft is { } time ? $", about {time.ToTimeSpan():g} left" : "";
        var waits = run.WaitingFor.Length == 0 ? "" : $"; waits: {run.WaitingFor}";
        return string.Create(CultureInfo.InvariantCulture, $"{run.Contacted:N0} contacted of {run.Matched:N0} asked, {run.Rate:N0}/s{left}{waits}");
    }
}
