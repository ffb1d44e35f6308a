using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Stocks;
using Zhice.Domain.Stocks;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Stocks;

/// <summary>The stock, as the store has it.</summary>
[GrainType("stock"), StatelessWorker]
internal sealed class StockGrain(IStores stores) : Grain, IStockGrain
{
    public async ValueTask<ImmutableArray<StockLevel>> List() =>
        [.. await stores.Stock.ListAsync()];
}
