using Zhice.Domain.Faults;
using Zhice.Domain.Stocks;

namespace Zhice.Storage.Stock;

/// <summary>
/// What a back end keeps of the stock of actions. Units leave it by leases, and leases by the commits of customers. What must
/// hold is in the tests' StockContract, the same for each.
/// </summary>
public interface IStockStore
{
    /// <summary>Leases units: an eighth of what is left, so that many owners find some, and at least one.</summary>
    /// <param name="actionId">Of which action.</param>
    /// <param name="units">How many there are in all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="owner">Who leases; it counts as seen now.</param>
    /// <param name="leaseId">The lease's id, one that was never used: so its owner can end it though the answer was lost.</param>
    /// <returns>The lease; null when nothing is left.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps units are leased, which go
    /// back once the lease is ended or swept.</exception>
    Task<StockLease?> LeaseAsync(string actionId, long units, int limit, string owner, Guid leaseId);

    /// <summary>Ends leases: what they have left goes back, and a commit that would take of them is refused from now on.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task EndAsync(IReadOnlyList<Guid> leases);

    /// <summary>
    /// Says that an owner lives; ends the leases of all that were not seen for a while, and those of the owner that it does not
    /// know; and ends the units whose time is over.
    /// </summary>
    /// <param name="owner">Who lives.</param>
    /// <param name="known">The leases that the owner has or asks for. Others are of lost answers.</param>
    /// <param name="lost">How old a lease is that its owner does not know, before it is ended.</param>
    /// <param name="silence">How long an owner may not be seen.</param>
    /// <param name="nowMs">Now, unix milliseconds: by it units end.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task SweepAsync(string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs);

    /// <summary>What became of the units of each action of which any left the stock, by its id.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<StockLevel>> ListAsync();
}

/// <summary>Units that an owner may give out.</summary>
public readonly record struct StockLease(Guid LeaseId, int Units);
