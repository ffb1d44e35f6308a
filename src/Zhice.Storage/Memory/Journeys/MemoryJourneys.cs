using System.Text;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Storage.Journeys;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Journeys;

/// <summary>Timers and counts of journeys in memory. What commits do to them is done under the store's gate.</summary>
internal sealed class MemoryJourneys(Lock gate) : IJourneyStore
{
    private readonly Dictionary<(StateKey Customer, string Step), Timer> _timers = [];
    private readonly SortedSet<Timer> _due = new(Comparer<Timer>.Create(Timer.Compare));
    private readonly Dictionary<JourneyMove, long> _moves = [];

    /// <summary>All timers, for tests.</summary>
    internal IEnumerable<(string Step, long Generation)> Timers => _due.Select(static timer => (timer.Step, timer.Generation));

    /// <summary>Sets or cancels a timer.</summary>
    public void Change(StateKey customer, TimerChange change)
    {
        if (_timers.Remove((customer, change.Step), out var before))
        {
            _due.Remove(before);
        }

        if (change.DueAtMs is { } due)
        {
            var timer = new Timer(due, customer.Bucket, customer.Key, change.Step, change.Generation);
            _timers[(customer, change.Step)] = timer;
            _due.Add(timer);
        }
    }

    /// <summary>A customer's timers, under the store's gate.</summary>
    public IEnumerable<(string Step, long DueAtMs)> List(StateKey customer) =>
        _timers.Where(timer => timer.Key.Customer.Equals(customer)).Select(static timer => (timer.Key.Step, timer.Value.DueAtMs));

    /// <summary>Removes a customer's timers, under the store's gate.</summary>
    public int Remove(StateKey customer)
    {
        var steps = _timers.Keys.Where(key => key.Customer.Equals(customer)).Select(static key => key.Step).ToList();
        steps.ForEach(step => Change(customer, new(step, 0, null)));
        return steps.Count;
    }

    /// <summary>Counts a move.</summary>
    public void Count(JourneyMove move)
    {
        var alike = move with { AtMs = 0, StayedMs = StayScale.ToMs(StayScale.FromMs(move.StayedMs)) };
        _moves[alike] = _moves.GetValueOrDefault(alike) + 1;
    }

    public Task<IReadOnlyList<DueTimer>> ListDueAsync(int part, int parts, DueTimer? after, long nowMs, int limit)
    {
        var from = after is null
            ? Timer.First(0)
            : new Timer(after.DueAtMs, after.Bucket, Encoding.UTF8.GetBytes(after.CustomerId), after.Step, 0);
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<DueTimer>>(
            [
                .. Between(from, nowMs)
                    .Where(timer => timer.Bucket % parts == part && Timer.Compare(timer, from) > 0)
                    .Take(limit)
                    .Select(static timer => new DueTimer(
                        Encoding.UTF8.GetString(timer.CustomerId), timer.Step, timer.Generation, timer.DueAtMs, (short)timer.Bucket)),
            ]);
        }
    }

    public Task<long> CountOverdueAsync(long beforeMs)
    {
        lock (gate)
        {
            return Task.FromResult((long)Between(Timer.First(0), beforeMs - 1).Count);
        }
    }

    public Task<IReadOnlyList<JourneyCount>> ListCountsAsync(ushort journey)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<JourneyCount>>(
            [
                .. _moves.Where(move => move.Key.Journey == journey)
                    .OrderBy(static move =>
                        (move.Key.Version, move.Key.Arm, move.Key.From, move.Key.To, move.Key.Cause, move.Key.EventType, move.Key.StayedMs))
                    .Select(static move => new JourneyCount(move.Key, move.Value)),
            ]);
        }
    }

    private SortedSet<Timer> Between(Timer from, long untilMs) =>
        from.DueAtMs > untilMs ? [] : _due.GetViewBetween(from, Timer.First(untilMs + 1));

    private sealed record Timer(long DueAtMs, int Bucket, byte[] CustomerId, string Step, long Generation)
    {
        /// <summary>Before all that are due at an instant.</summary>
        public static Timer First(long dueAtMs) => new(dueAtMs, -1, [], "", 0);

        public static int Compare(Timer one, Timer other)
        {
            var order = one.DueAtMs.CompareTo(other.DueAtMs);
            order = order != 0 ? order : one.Bucket.CompareTo(other.Bucket);
            order = order != 0 ? order : one.CustomerId.AsSpan().SequenceCompareTo(other.CustomerId);
            return order != 0 ? order : string.CompareOrdinal(one.Step, other.Step);
        }
    }
}
