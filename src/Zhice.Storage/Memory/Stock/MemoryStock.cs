using Zhice.Domain.Effects;
using Zhice.Domain.Stocks;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Memory.Stock;

/// <summary>The stock of actions in memory. What commits do to it is done under the store's gate.</summary>
internal sealed class MemoryStock(Lock gate, TimeProvider clock) : IStockStore
{
    private readonly SortedDictionary<string, long> _granted = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Lease> _leases = [];
    private readonly Dictionary<string, DateTimeOffset> _owners = [];
    private readonly Dictionary<(int Bucket, string ContactId), Unit> _units = [];
    private readonly Dictionary<string, long> _kept = new(StringComparer.Ordinal);

    /// <summary>How many units a lease has left; none when it is over.</summary>
    public int Remaining(Guid lease) => _leases.TryGetValue(lease, out var found) ? found.Remaining : 0;

    /// <summary>Takes a unit out of a lease that has one.</summary>
    public void Take(int bucket, TakenUnit unit)
    {
        // The unit that a dead letter gave back and that has not gone back yet is the one that it takes again.
        var lease = _leases[unit.LeaseId];
        var hasStill = _units.Remove((bucket, unit.ContactId), out var still);
        lease.Remaining -= hasStill ? 0 : 1;
        Count(lease.ActionId, still.GoesBack ? -1 : 0);
        if (unit.EndsAtMs is { } ends)
        {
            _units[(bucket, unit.ContactId)] = new(lease.ActionId, ends, unit.GoesBack);
            Count(lease.ActionId, unit.GoesBack ? 1 : 0);
        }
    }

    /// <summary>Spends a unit that was kept, or gives it back, if it is still there.</summary>
    public void EndUnit(int bucket, EndedUnit unit)
    {
        var key = (bucket, unit.ContactId);
        if (!_units.TryGetValue(key, out var kept))
        {
            return;
        }

        if (unit.IsSpent)
        {
            _units.Remove(key);
            Count(kept.ActionId, kept.GoesBack ? -1 : 0);
        }
        else
        {
            Count(kept.ActionId, kept.GoesBack ? 0 : 1);
            _units[key] = kept with { EndsAtMs = Math.Min(kept.EndsAtMs, unit.AtMs), GoesBack = true };
        }
    }

    public Task<StockLease?> LeaseAsync(string actionId, long units, int limit, string owner, Guid leaseId)
    {
        lock (gate)
        {
            _owners[owner] = clock.GetUtcNow();
            var granted = _granted.GetValueOrDefault(actionId);
            if (granted >= units)
            {
                _granted[actionId] = granted;
                return Task.FromResult<StockLease?>(null);
            }

            var lease = new StockLease(leaseId, (int)Math.Min(limit, Math.Max(1, (units - granted) / 8)));
            _granted[actionId] = granted + lease.Units;
            _leases.Add(lease.LeaseId, new(actionId, owner, clock.GetUtcNow()) { Remaining = lease.Units });
            return Task.FromResult<StockLease?>(lease);
        }
    }

    public Task EndAsync(IReadOnlyList<Guid> leases)
    {
        lock (gate)
        {
            foreach (var lease in leases)
            {
                End(lease);
            }
        }

        return Task.CompletedTask;
    }

    public Task SweepAsync(string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            _owners[owner] = now;
            foreach (var lease in _leases.Where(lease => IsAbandoned(lease.Key, lease.Value)).Select(static lease => lease.Key).ToList())
            {
                End(lease);
            }

            foreach (var (key, unit) in _units.Where(unit => unit.Value.EndsAtMs <= nowMs).ToList())
            {
                _units.Remove(key);
                _granted[unit.ActionId] -= unit.GoesBack ? 1 : 0;
                Count(unit.ActionId, unit.GoesBack ? -1 : 0);
            }

            bool IsAbandoned(Guid id, Lease lease) =>
                _owners[lease.Owner] < now - silence || (lease.Owner == owner && lease.LeasedAt < now - lost && !known.Contains(id));
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StockLevel>> ListAsync()
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<StockLevel>>(
            [
                .. _granted.Select(granted => new StockLevel(
                    granted.Key,
                    granted.Value,
                    _leases.Values.Where(lease => lease.ActionId == granted.Key).Sum(static lease => (long)lease.Remaining),
                    _kept.GetValueOrDefault(granted.Key))),
            ]);
        }
    }

    private void Count(string actionId, int units) => _kept[actionId] = _kept.GetValueOrDefault(actionId) + units;

    private void End(Guid id)
    {
        if (_leases.Remove(id, out var lease))
        {
            _granted[lease.ActionId] -= lease.Remaining;
        }
    }

    private sealed class Lease(string actionId, string owner, DateTimeOffset leasedAt)
    {
        public string ActionId => actionId;

        public string Owner => owner;

        public DateTimeOffset LeasedAt => leasedAt;

        public int Remaining { get; set; }
    }

    private readonly record struct Unit(string ActionId, long EndsAtMs, bool GoesBack);
}
