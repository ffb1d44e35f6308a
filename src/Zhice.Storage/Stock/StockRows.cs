using Zhice.Domain.Faults;

namespace Zhice.Storage.Stock;

/// <summary>The stock of actions, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class StockRows(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IStockStore.LeaseAsync"/>
    public Task<StockLease?> LeaseAsync(string actionId, long units, int most, string owner, Guid leaseId) =>
        storage.Stock.LeaseAsync(actionId, units, most, owner, leaseId);

    /// <inheritdoc cref="IStockStore.EndAsync"/>
    public Task EndAsync(IReadOnlyList<Guid> leases) => storage.Stock.EndAsync(leases);

    /// <inheritdoc cref="IStockStore.SweepAsync"/>
    public Task SweepAsync(string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs) =>
        storage.Stock.SweepAsync(owner, known, lost, silence, nowMs);

    /// <inheritdoc cref="IStockStore.ListAsync"/>
    public Task<IReadOnlyList<StockLevel>> ListAsync() => storage.Stock.ListAsync();
}
