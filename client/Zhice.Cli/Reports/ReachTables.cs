using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Reports;

/// <summary>Prints which customers get nothing, and why, for people.</summary>
internal static class ReachTables
{
    private const int ShownChecks = 10;

    public static void Print(Terminal terminal, SimulationResult result)
    {
        if (result.Matched == 0)
        {
            terminal.Line(result.FewerThan > 0
                ? $"Fewer than {result.FewerThan} customers are of the sample, so your roles are shown nothing; take a larger one."
                : "No customer is of the sample; take a larger one (--sample), or another condition (--audience).");
            return;
        }

        terminal.Line($"{NumberText.Count(result.WithoutAction.Now)} of {NumberText.Customers(result.Matched)} ({Share(result.WithoutAction.Now, result.Matched)}) "
            + $"get nothing in any of {result.Placements.Count} placements, by catalogue version {result.CatalogVersion}.");
        terminal.Table(
            "",
            ["placement", Column.Number("customers without an action"), Column.Number("share")],
            result.Placements.OrderByDescending(static placement => placement.Empty.Now).Select(placement => new[]
            {
                placement.PlacementId, NumberText.Count(placement.Empty.Now), Share(placement.Empty.Now, result.Matched),
            }));
        terminal.Table(
            "what keeps them: closest, of the actions that came furthest; refuses, at least one action; alone, all actions",
            ["placement", "check", "rule", Column.Number("closest"), Column.Number("share of those without"), Column.Number("refuses"), Column.Number("alone")],
            result.Placements.OrderByDescending(static placement => placement.Empty.Now).SelectMany(static placement => placement.EmptyChecks.Where(static check => check.Customers.Now > 0)
                .OrderByDescending(static check => check.Closest.Now).ThenByDescending(static check => check.Customers.Now)
                .Take(ShownChecks)
                .Select(check => new[]
                {
                    placement.PlacementId, EnumName.Words(check.Code), check.RuleId, NumberText.Count(check.Closest.Now),
                    Share(check.Closest.Now, placement.Empty.Now), NumberText.Count(check.Customers.Now), NumberText.Count(check.Alone.Now),
                })));
        FloorNote.Print(terminal, result.FewerThan);
        if (result.UnreadableCustomers > 0)
        {
            terminal.Warning($"The states of {NumberText.Customers(result.UnreadableCustomers)} more cannot be read; the silo's log names them.");
        }
    }

    private static string Share(long part, long all) =>
        all == 0 ? "" : (part / (double)all).ToString("0.0 %", CultureInfo.InvariantCulture);
}
