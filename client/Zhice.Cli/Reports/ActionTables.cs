using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Cli.Reports;

/// <summary>Prints the health of actions.</summary>
internal static class ActionTables
{
    public static void Print(Terminal terminal, ActionReport report, int days)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                customers = report.Customers,
                days,
                actions = report.Actions.Select(static each => new
                {
                    action = each.Health.Figures.ActionId,
                    finding = EnumName.UpperSnake(each.Health.Finding.ToString()),
                    offered = each.Health.Figures.Offered,
                    outranked = each.Health.Figures.Outranked,
                    blocked = each.Blocked,
                    mainCheck = each.Main is null ? null : EnumName.UpperSnake(each.Main.Code.ToString()),
                    mainRule = each.Main?.RuleId,
                    reached = each.Health.Figures.Reached,
                    accepted = each.Health.Figures.Accepted,
                    difference = each.Health.Difference?.Value,
                    pAdjusted = each.Health.AdjustedP,
                }),
            }));
            return;
        }

        terminal.Line($"Offered and blocked: {NumberText.Customers(report.Customers)} now, placements added up. Reached and accepted: the last {days} days.");
        terminal.Table(
            "",
            [
                "action", "finding", Column.Number("offered"), Column.Number("not offered"), "mostly by", Column.Number("reached"), Column.Number("accepted"),
                Column.Number("share"), Column.Number("more than others"), Column.Number("p adjusted"),
            ],
            report.Actions.Select(static each => new[]
            {
                each.Health.Figures.ActionId, Words(each.Health.Finding), NumberText.Count(each.Health.Figures.Offered), NumberText.Count(each.Blocked),
                each.Main is null ? "" : $"{EnumName.Words(each.Main.Code)} {each.Main.RuleId}".TrimEnd(), NumberText.Count(each.Health.Figures.Reached),
                NumberText.Count(each.Health.Figures.Accepted), Share(each.Health.Figures), Percent(each.Health.Difference?.Value),
                each.Health.AdjustedP?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "",
            }));
        terminal.Line("Losing compares an action with all others, also where these are offered to other customers: try it in an experiment before it goes.");
    }

    private static string Words(ActionFinding finding) => finding switch
    {
        ActionFinding.Blocked => "never offered: blocked",
        ActionFinding.Outranked => "never offered: outranked",
        ActionFinding.Starved => "starved",
        ActionFinding.Losing => "losing",
        _ => "",
    };

    private static string Share(in ActionFigures figures) =>
        figures.Reached == 0 ? "" : Percent(Math.Min(figures.Accepted, figures.Reached) / (double)figures.Reached);

    private static string Percent(double? share) => share?.ToString("0.00 %", CultureInfo.InvariantCulture) ?? "";
}
