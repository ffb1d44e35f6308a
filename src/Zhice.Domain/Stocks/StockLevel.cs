using Orleans;

namespace Zhice.Domain.Stocks;

/// <summary>Where units of an action are.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Granted">How many left the stock: leased, kept and spent.</param>
/// <param name="Leased">How many leases still have: silos have them ready to give out.</param>
/// <param name="Kept">How many are kept for customers, and may go back.</param>
[GenerateSerializer, Immutable, Alias("zhice.stock-tally")]
public readonly record struct StockLevel(
    [property: Id(0)] string ActionId, [property: Id(1)] long Granted, [property: Id(2)] long Leased, [property: Id(3)] long Kept);
