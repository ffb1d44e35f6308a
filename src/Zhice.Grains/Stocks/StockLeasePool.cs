using System.Collections.Concurrent;
using Orleans.Runtime;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Stocks;

/// <summary>
/// The units of stock that this silo leased and gives out to its customers. When it has none of an action it asks the store
/// for more; when the store has none either, the action is out of stock for a second, and then asked for again.
/// </summary>
/// <param name="silo">Which silo this is, and which start of it: a name that no other leases by.</param>
/// <param name="clock">The time.</param>
/// <param name="stores">The stock; null in a silo whose storage keeps none, and then nothing that has a stock is offered.</param>
internal sealed class StockLeasePool(ILocalSiloDetails silo, TimeProvider clock, IStores? stores = null) : IStockLevels
{
    /// <summary>How many units a lease has at the most.</summary>
    public const int MaxLeased = 1_000;

    private static readonly TimeSpan EmptyFor = TimeSpan.FromSeconds(1);

    // A lease that came while the sweep was being asked for is younger.
    private static readonly TimeSpan LostFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, ActionLeases> _lines = new(StringComparer.Ordinal);

    // A silo that never gave out anything looks after what the others left less often.
    private long _sweepAtMs;

    /// <summary>By what name this silo leases.</summary>
    public string Owner { get; } = silo.SiloAddress.ToParsableString();

    /// <inheritdoc/>
    public bool HasLeft(BankAction action) =>
        stores is not null && (!_lines.TryGetValue(action.FirstId, out var line) || line.HasLeft(action.Stock!.Units, clock.StopwatchMs()));

    /// <summary>Takes what offers need of units, for the commit to come.</summary>
    /// <param name="offers">The offers, of whose decision nothing is committed yet.</param>
    /// <param name="state">The state of the customer.</param>
    /// <param name="catalog">The catalogue that they are of.</param>
    /// <param name="atMs">When they are taken, unix milliseconds; null: at the decisions.</param>
    /// <returns>The units; null when one of the actions has run out meanwhile: to be decided again.</returns>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async ValueTask<StockReservation?> TakeAsync(
        IReadOnlyList<ContactId> offers, CustomerState state, Catalog catalog, long? atMs = null)
    {
        var units = StockReservation.None;
        foreach (var offer in offers)
        {
            if (catalog.Action(offer.Action) is not { Stock: { } stock } action
                || !StockUse.IsNeeded(action, state, atMs ?? offer.Decision.DecidedAtMs))
            {
                continue;
            }

            try
            {
                var line = _lines.GetOrAdd(action.FirstId, static _ => new());
                if (await TakeAsync(line, action.FirstId, stock.Units) is not { } lease)
                {
                    units.Settle(ReservationResult.NotTaken);
                    return null;
                }

                units = units.And(new StockReservation.Unit(offer, stock, line, lease));
            }
            catch
            {
                units.Settle(ReservationResult.NotTaken);
                throw;
            }
        }

        return units;
    }

    /// <summary>Takes one of a number of places that are no action's stock; null when all are taken.</summary>
    /// <param name="name">What they are places of.</param>
    /// <param name="units">How many there are in all.</param>
    public async ValueTask<StockReservation?> TakePlaceAsync(string name, long units)
    {
        if (stores is null)
        {
            return null;
        }

        var line = _lines.GetOrAdd(name, static _ => new());
        return await TakeAsync(line, name, units) is { } lease
            ? StockReservation.None.And(new StockReservation.Unit(default, new(units, null), line, lease))
            : null;
    }

    /// <summary>Gives leases back that nobody uses, and says that this silo lives.</summary>
    /// <param name="idle">For how long a lease is kept without use.</param>
    /// <param name="silence">After how long without a word another silo's leases go back.</param>
    public async Task KeepAsync(TimeSpan idle, TimeSpan silence)
    {
        if (stores is not null)
        {
            await ReturnAsync(clock.StopwatchMs() - (long)idle.TotalMilliseconds, stores);
            if (!_lines.IsEmpty || clock.StopwatchMs() >= _sweepAtMs)
            {
                await stores.Stock.SweepAsync(
                    Owner, [.. _lines.Values.SelectMany(static line => line.Known())], LostFor, silence,
                    clock.GetUtcNow().ToUnixTimeMilliseconds());
                _sweepAtMs = clock.StopwatchMs() + (long)silence.TotalMilliseconds;
            }
        }
    }

    /// <summary>Gives all leases back, as the silo stops.</summary>
    public Task ReturnAsync() => stores is null ? Task.CompletedTask : ReturnAsync(long.MaxValue, stores);

    private async ValueTask<Guid?> TakeAsync(ActionLeases line, string actionId, long units)
    {
        while (true)
        {
            if (line.TryTake(units, clock.StopwatchMs()) is { } lease)
            {
                return lease;
            }

            // What others took out of the new lease meanwhile is gone: then the next one is asked for.
            if (!line.HasLeft(units, clock.StopwatchMs())
                || !await line.RefillAsync(
                    lease => stores!.Stock.LeaseAsync(actionId, units, MaxLeased, Owner, lease), clock.StopwatchMs, EmptyFor))
            {
                return null;
            }
        }
    }

    private async Task ReturnAsync(long sinceMs, IStores stores)
    {
        // They leave their lines only once the store has ended them: a store that is away for a moment is asked again.
        var idle = _lines.Values.SelectMany(line => line.CloseIdle(sinceMs).Select(lease => (Line: line, Lease: lease))).ToArray();
        if (idle.Length > 0)
        {
            await stores.Stock.EndAsync([.. idle.Select(static each => each.Lease)]);
            foreach (var each in idle)
            {
                each.Line.Remove(each.Lease);
            }
        }
    }
}
