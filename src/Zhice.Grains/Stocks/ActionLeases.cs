using Zhice.Storage.Stock;

namespace Zhice.Grains.Stocks;

/// <summary>
/// The leases that this silo has of one action's units. What the store has of a lease is never less than what is here: a unit
/// leaves here before its commit, and comes back only when that is known to have kept nothing.
/// </summary>
internal sealed class ActionLeases
{
    private readonly Lock _lock = new();
    private readonly List<Leased> _leases = [];
    private long _units = -1;
    private long _emptyUntilMs;
    private Task<bool>? _refill;

    /// <summary>Whether there is a unit here, or may be one in the store.</summary>
    public bool HasLeft(long units, long nowMs)
    {
        lock (_lock)
        {
            return units != _units || nowMs >= _emptyUntilMs || Open() is not null;
        }
    }

    /// <summary>Takes a unit; null when none is here.</summary>
    public Guid? TryTake(long units, long nowMs)
    {
        lock (_lock)
        {
            if (units != _units)
            {
                // The stock was changed: what was leased by its old size goes back first.
                _leases.ForEach(static lease => lease.IsOver = true);
                (_units, _emptyUntilMs) = (units, 0);
            }

            if (Open() is not { } lease)
            {
                return null;
            }

            lease.Left--;
            lease.InHand++;
            lease.LastTakenMs = nowMs;
            return lease.Id;
        }
    }

    /// <summary>Gets a lease from the store, once for all who wait.</summary>
    /// <returns>Whether there was one.</returns>
    /// <param name="leaseAsync">Asks the store, by the id that the lease is to have.</param>
    /// <param name="nowMs">The stopwatch.</param>
    /// <param name="emptyFor">For how long the store is not asked again when it has none.</param>
    public Task<bool> RefillAsync(Func<Guid, Task<StockLease?>> leaseAsync, Func<long> nowMs, TimeSpan emptyFor)
    {
        lock (_lock)
        {
            // The pool's work, not that of the customer who happened to ask first.
            return _refill ??= Task.Run(RunAsync);
        }

        async Task<bool> RunAsync()
        {
            var asked = new Leased(Guid.NewGuid(), nowMs());
            lock (_lock)
            {
                // From now on, so that the store does not take it for one that nobody knows.
                _leases.Add(asked);
            }

            StockLease? lease = null;
            try
            {
                lease = await leaseAsync(asked.Id);
                return lease is not null;
            }
            catch
            {
                // Perhaps the store has it: it is to be ended like any other that is over.
                asked.IsOver = true;
                throw;
            }
            finally
            {
                lock (_lock)
                {
                    _refill = null;
                    asked.InHand = 0;
                    if (lease is { } got)
                    {
                        (asked.Left, asked.LastTakenMs) = (got.Units, nowMs());
                    }
                    else if (!asked.IsOver)
                    {
                        _leases.Remove(asked);
                        _emptyUntilMs = nowMs() + (long)emptyFor.TotalMilliseconds;
                    }
                }
            }
        }
    }

    /// <summary>The leases that are here or asked for.</summary>
    public IReadOnlyList<Guid> Known()
    {
        lock (_lock)
        {
            return _leases.ConvertAll(static lease => lease.Id);
        }
    }

    /// <summary>Says what became of a unit that was taken.</summary>
    public void Settle(Guid leaseId, ReservationResult end)
    {
        lock (_lock)
        {
            if (_leases.Find(lease => lease.Id == leaseId) is { } lease)
            {
                lease.InHand--;
                lease.Left += end == ReservationResult.NotTaken ? 1 : 0;
                lease.IsOver |= end == ReservationResult.LeaseOver;
            }
        }
    }

    /// <summary>
    /// Closes leases with nothing left, those that are over, and those not used since an instant: the store is to end them, and
    /// then they are to be removed.
    /// </summary>
    public IReadOnlyList<Guid> CloseIdle(long sinceMs)
    {
        lock (_lock)
        {
            var idle = _leases.FindAll(lease => lease.InHand == 0 && (lease.Left == 0 || lease.IsOver || lease.LastTakenMs <= sinceMs));
            idle.ForEach(static lease => lease.IsOver = true);
            return idle.ConvertAll(static lease => lease.Id);
        }
    }

    /// <summary>Forgets a lease that the store has ended.</summary>
    public void Remove(Guid leaseId)
    {
        lock (_lock)
        {
            _leases.RemoveAll(lease => lease.Id == leaseId);
        }
    }

    private Leased? Open() => _leases.Find(static lease => lease is { IsOver: false, Left: > 0 });

    private sealed class Leased(Guid id, long nowMs)
    {
        public Guid Id { get; } = id;

        public int Left { get; set; }

        // Taken for commits that have not ended. While it is asked for, it is in the hand of who asks.
        public int InHand { get; set; } = 1;

        public bool IsOver { get; set; }

        public long LastTakenMs { get; set; } = nowMs;
    }
}

/// <summary>What became of a unit that was taken for a commit.</summary>
internal enum ReservationResult
{
    /// <summary>It is given out, or may be: the store knows.</summary>
    Taken,

    /// <summary>Nothing was kept.</summary>
    NotTaken,

    /// <summary>Nothing was kept, as its lease is over.</summary>
    LeaseOver,
}
