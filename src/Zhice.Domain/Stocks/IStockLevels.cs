using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Stocks;

/// <summary>What is left of the actions that have a stock. It is asked on the hot path: no I/O, no waiting.</summary>
public interface IStockLevels
{
    /// <summary>
    /// Whether there may be a unit of an action with a stock. Yes is no promise: the unit is taken before the offer is
    /// committed, and if none is left then, it is decided again.
    /// </summary>
    bool HasLeft(BankAction action);
}

/// <summary>Levels that do not look at any stock.</summary>
public sealed class UnlimitedStock : IStockLevels
{
    private UnlimitedStock()
    {
    }

    /// <summary>There is always one more.</summary>
    public static UnlimitedStock Instance { get; } = new();

    /// <inheritdoc/>
    public bool HasLeft(BankAction action) => true;
}
