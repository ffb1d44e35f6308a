using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Stocks;
using Zhice.Storage.Stock;

namespace Zhice.Grains.Stocks;

/// <summary>The stock as it was at an instant, for decisions that are made to look at them and give nothing out.</summary>
internal sealed class StockAsOf : IStockLevels
{
    private readonly FrozenDictionary<string, long> _spent;
    private readonly ConcurrentDictionary<string, StrongBox<long>> _asked = new(StringComparer.Ordinal);
    private readonly bool _countsDown;

    private StockAsOf(IReadOnlyList<StockLevel> levels, bool countsDown)
    {
        _spent = levels.ToFrozenDictionary(
            static level => level.ActionId, static level => level.Granted - level.Leased, StringComparer.Ordinal);
        _countsDown = countsDown;
    }

    /// <summary>Reads the stock.</summary>
    /// <param name="store">From where.</param>
    /// <param name="countsDown">Whether each that is found to be left is gone for those who ask next.</param>
    public static async Task<StockAsOf> ReadAsync(IStockStore store, bool countsDown) => new(await store.ListAsync(), countsDown);

    /// <inheritdoc/>
    public bool HasLeft(BankAction action)
    {
        var left = action.Stock!.Units - _spent.GetValueOrDefault(action.FirstId);
        return !_countsDown ? left > 0 : Interlocked.Increment(ref _asked.GetOrAdd(action.FirstId, static _ => new()).Value) <= left;
    }
}
