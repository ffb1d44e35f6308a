using System.Collections.Immutable;
using Orleans;

namespace Zhice.Contracts.Stocks;

/// <summary>Tells where the units of actions are. Any key.</summary>
[Alias("zhice.stock")]
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>The actions of which any unit left the stock, by their ids.</summary>
    [Alias("List")]
    ValueTask<ImmutableArray<StockTally>> List();
}

/// <summary>Where units of an action are.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Granted">How many left the stock: leased, kept and spent.</param>
/// <param name="Leased">How many silos have ready to give out.</param>
/// <param name="Kept">How many are kept for customers, and may go back.</param>
[GenerateSerializer, Immutable, Alias("zhice.stock-tally")]
public readonly record struct StockTally(
    [property: Id(0)] string ActionId, [property: Id(1)] long Granted, [property: Id(2)] long Leased, [property: Id(3)] long Kept);
