using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Stocks;

namespace Zhice.Contracts.Stocks;

/// <summary>Tells where the units of actions are. Any key.</summary>
[Alias("zhice.stock")]
public interface IStockGrain : IGrainWithStringKey
{
    /// <summary>The actions of which any unit left the stock, by their ids.</summary>
    [Alias("List")]
    ValueTask<ImmutableArray<StockLevel>> List();
}
