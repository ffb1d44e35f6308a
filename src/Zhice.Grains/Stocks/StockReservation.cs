using System.Collections.Immutable;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Grains.Stocks;

/// <summary>Units that were taken for a commit that has not ended.</summary>
internal sealed class StockReservation
{
    private readonly ImmutableArray<Unit> _units;

    private StockReservation(ImmutableArray<Unit> units) => _units = units;

    /// <summary>None: what most commits need.</summary>
    public static StockReservation None { get; } = new([]);

    /// <summary>Whether there is none.</summary>
    public bool IsNone => _units.IsEmpty;

    /// <summary>These and one more.</summary>
    public StockReservation And(Unit unit) => new(_units.Add(unit));

    /// <summary>These and others.</summary>
    public StockReservation And(StockReservation others) => others._units.IsEmpty ? this : new(_units.AddRange(others._units));

    /// <summary>Puts them into the customer's next state and its effects.</summary>
    /// <param name="next">The state.</param>
    /// <param name="voidAtMs">When the contacts are void if no channel sent them; null when they wait for none.</param>
    /// <param name="atMs">When they are taken, unix milliseconds; null: at the decisions.</param>
    public void AddTo(CustomerState next, long? voidAtMs = null, long? atMs = null)
    {
        foreach (var unit in _units)
        {
            StockUse.Take(next, unit.Contact, unit.Stock, unit.LeaseId, voidAtMs, atMs);
        }
    }

    /// <summary>Spends them at once, for something that is no offer.</summary>
    /// <param name="what">What for, for people.</param>
    /// <param name="next">The customer's next state.</param>
    public void PayFor(string what, CustomerState next)
    {
        foreach (var unit in _units)
        {
            (next.Effects ??= new()).Take(new(what, unit.LeaseId, null, GoesBack: false));
        }
    }

    /// <summary>Commits what they were taken for, and says to the leases what became of them.</summary>
    /// <returns>False when a lease was over: nothing was kept, and it may be tried with others.</returns>
    public async Task<bool> CommitAsync(Task commit)
    {
        try
        {
            await commit;
            Settle(ReservationResult.Taken);
            return true;
        }
        catch (StockLeaseOverException)
        {
            Settle(ReservationResult.LeaseOver);
            return false;
        }
        catch (Exception fault)
        {
            // Of what failed otherwise nobody can say here that it was not kept: the lease's end counts what is left.
            Settle(
                fault is StoreOverloadedException or ContactCountedException or CustomerErasedException
                    ? ReservationResult.NotTaken
                    : ReservationResult.Taken);
            throw;
        }
    }

    /// <summary>Says to the leases what became of the units.</summary>
    public void Settle(ReservationResult end)
    {
        foreach (var unit in _units)
        {
            unit.Line.Settle(unit.LeaseId, end);
        }
    }

    /// <summary>A unit for an offer, and where it came from.</summary>
    internal readonly record struct Unit(ContactId Contact, ActionStock Stock, ActionLeases Line, Guid LeaseId);
}
