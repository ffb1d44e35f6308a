using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Stocks;
using Zhice.Storage.Stock;

namespace Zhice.Grains.Stocks;

/// <summary>The stock, as the store has it.</summary>
[GrainType("stock"), StatelessWorker]
internal sealed class StockGrain(StockRows rows) : Grain, IStockGrain
{
    public async ValueTask<ImmutableArray<StockTally>> List() =>
        [.. (await rows.ListAsync()).Select(static level => new StockTally(level.ActionId, level.Granted, level.Leased, level.Kept))];
}
