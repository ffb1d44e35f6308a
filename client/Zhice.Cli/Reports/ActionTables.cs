using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>Prints the health of actions.</summary>
internal static class ActionTables
{
    public static void Print(Terminal terminal, GetActionHealthResponse report)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                asOf = report.AsOfTime.ToDateTimeOffset(),
                customers = report.Customers,
                days = report.Days,
                actions = report.Actions.Select(static each => new
                {
                    action = each.ActionId,
                    finding = EnumName.UpperSnake(each.Finding.ToString()),
                    offered = each.Offered,
                    outranked = each.Outranked,
                    blocked = each.Blocked,
                    mainCheck = each.MainCode == ReasonCode.Unspecified ? null : EnumName.UpperSnake(each.MainCode.ToString()),
                    mainRule = each.MainCode == ReasonCode.Unspecified ? null : each.MainRuleId,
                    reached = each.Reached,
                    accepted = each.Accepted,
                    difference = each.Difference?.Value,
                    pAdjusted = each.HasAdjustedPValue ? each.AdjustedPValue : (double?)null,
                }),
            }));
            return;
        }

        if (report.Customers == 0)
        {
            terminal.Line(report.FewerThan > 0
                ? $"Fewer than {report.FewerThan} customers are of the sample, so your roles are shown nothing; take a larger one."
                : "No customer is of the sample; take a larger one (--sample), or another condition (--audience).");
            return;
        }

        terminal.Line($"As of {InstantText.Format(report.AsOfTime)}. Offered and blocked: {NumberText.Customers(report.Customers)} now, placements added up. Reached and accepted: the last {report.Days} days.");
        if (report.FewerThan > 0)
        {
            terminal.Warning($"Numbers of fewer than {report.FewerThan} customers are 0, and findings are made of these: your roles show no single customers.");
        }

        terminal.Table(
            "",
            [
                "action", "finding", Column.Number("offered"), Column.Number("not offered"), "mostly by", Column.Number("reached"), Column.Number("accepted"),
                Column.Number("share"), Column.Number("more than others"), Column.Number("p adjusted"),
            ],
            report.Actions.Select(static each => new[]
            {
                each.ActionId, Words(each.Finding), NumberText.Count(each.Offered), NumberText.Count(each.Blocked),
                each.MainCode == ReasonCode.Unspecified ? "" : $"{EnumName.Words(each.MainCode)} {each.MainRuleId}".TrimEnd(), NumberText.Count(each.Reached),
                NumberText.Count(each.Accepted), Share(each), Percent(each.Difference?.Value),
                each.HasAdjustedPValue ? each.AdjustedPValue.ToString("0.0000", CultureInfo.InvariantCulture) : "",
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

    private static string Share(ActionHealth action) =>
        action.Reached == 0 ? "" : Percent(Math.Min(action.Accepted, action.Reached) / (double)action.Reached);

    private static string Percent(double? share) => share?.ToString("0.00 %", CultureInfo.InvariantCulture) ?? "";
}
