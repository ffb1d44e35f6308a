using Zhice.Domain.Stocks;

namespace Zhice.Catalogs;

/// <summary>Checks the stock of an action.</summary>
internal static class StockCompiler
{
    private const long MaxUnits = 1_000_000_000_000;
    private const long MaxFen = 1_000_000_000_000_000;

    private static readonly TimeSpan ShortestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxHold = TimeSpan.FromDays(366);

    public static ActionStock Compile(string path, V1.Stock definition, CatalogFaults faults)
    {
        if (!definition.HasUnits && !definition.HasBudgetFen)
        {
            faults.Add(path, "a stock has units, a budget, or both; leave the stock out when there is no end of it");
        }

        if (definition.HasUnits && definition.Units is < 0 or > MaxUnits)
        {
            faults.Add($"{path}.units", $"found {definition.Units}; units are 0 to 10^12");
        }

        if (definition.HasBudgetFen && definition.BudgetFen is < 0 or > MaxFen)
        {
            faults.Add($"{path}.budget_fen", $"found {definition.BudgetFen} fen; a budget is 0 to 10^15");
        }

        if (definition.HasBudgetFen != (definition.UnitCostFen != 0) || definition.UnitCostFen is < 0 or > MaxUnits)
        {
            faults.Add(
                $"{path}.unit_cost_fen",
                definition.HasBudgetFen
                    ? $"found {definition.UnitCostFen} fen; a unit that a budget pays for costs 1 to 10^12"
                    : $"found {definition.UnitCostFen} fen and no budget; give budget_fen, or leave the cost out");
        }

        var units = definition.HasUnits ? definition.Units : long.MaxValue;
        var paid = definition.HasBudgetFen && definition.UnitCostFen > 0 ? definition.BudgetFen / definition.UnitCostFen : long.MaxValue;
        return new(
            Math.Min(units, paid),
            definition.HeldFor is null ? null : faults.Span($"{path}.held_for", definition.HeldFor, ShortestHold, MaxHold));
    }
}
