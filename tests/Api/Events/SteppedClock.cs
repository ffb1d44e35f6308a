namespace Zhice.Api.Tests.Events;

/// <summary>A clock that goes on when it is told, and rings what is due by then.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _ticks = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Step(TimeSpan by)
    {
        _ticks += by.Ticks;
        foreach (var timer in _timers.Where(timer => timer.DueAt <= _ticks).ToList())
        {
            timer.Ring();
        }
    }

    private sealed class Timer(SteppedClock clock, Action ring) : ITimer
    {
        public long DueAt { get; private set; } = long.MaxValue;

        public void Ring()
        {
            DueAt = long.MaxValue;
            ring();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._ticks + dueTime.Ticks;
            return true;
        }

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
