using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice models fairness`: how an action's model and decisions treat groups of customers.</summary>
internal static class ModelsFairnessCommand
{
    public static Command Create()
    {
        var action = new Argument<string>("ACTION") { Description = "The action's id. Example: term_deposit" };
        var tag = new Option<string>("--tag") { Description = "By which tag customers are grouped. Example: --tag age", HelpName = "TAG", Required = true };
        var placement = new Option<string>("--placement")
        {
            Description = "Where it would be offered, if more than one placement can show the action. Example: --placement app_home",
            HelpName = "PLACEMENT",
        };
        return new Command("fairness", "Compares propensity, offers and acceptance by a tag. Example: zhice models fairness term_deposit --tag age")
        {
            action, tag, placement,
        }.Runs(async session =>
        {
            var request = new GetFairnessReportRequest
            {
                ActionId = session.Get(action), TagId = session.Get(tag) ?? "", PlacementId = session.Get(placement) ?? "",
            };
            var answer = await session.Client.Models.GetFairnessReportAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            Print(session.Terminal, answer.Report);
        });
    }

    private static void Print(Terminal terminal, FairnessReport report)
    {
        terminal.Table(
            "",
            [
                report.TagId, Column.Number("customers"), Column.Number("mean propensity"), Column.Number("offered"), Column.Number("ratio"),
                Column.Number("contacts"), Column.Number("accepted"), "",
            ],
            report.Slices.Select(static slice => new[]
            {
                Name(slice), NumberText.Count(slice.Customers), NumberText.Probability(slice.MeanPropensity), NumberText.Probability(slice.OfferedShare),
                slice.HasOfferedRatio ? NumberText.Probability(slice.OfferedRatio) : "-", NumberText.Count(slice.Contacts),
                slice.HasAcceptedShare ? NumberText.Probability(slice.AcceptedShare) : "-", slice.Uneven ? "uneven" : "",
            }));
        terminal.Line($"{NumberText.Customers(report.Customers)} sampled in {report.PlacementId}; "
            + $"{NumberText.Count(report.HiddenCustomers)} refuse personalization. "
            + $"Groups not shown, as they have fewer than 30 customers or there are more than 50: {NumberText.Count(report.SuppressedSlices)}.");
        if (report.Slices.Any(static slice => slice.Uneven))
        {
            terminal.Line("uneven: offered less than four fifths as often as the largest group, or the largest group than it. "
                + "Small groups differ by chance too.");
        }
    }

    private static string Name(FairnessSlice slice) =>
        slice.Missing ? "(none)"
        : slice.Value.Length > 0 ? slice.Value
        : slice.From.Length == 0 && slice.To.Length == 0 ? "all"
        : slice.From.Length == 0 ? $"below {slice.To}"
        : slice.To.Length == 0 ? $"from {slice.From}"
        : $"{slice.From} to below {slice.To}";
}
