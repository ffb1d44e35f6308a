namespace Zhice.Api.Identity;

/// <summary>
/// What one caller has under way, and how fast its calls come: so that one that floods is refused while others are served.
/// </summary>
/// <remarks>Hot path: two counts and one comparison; nothing allocated.</remarks>
internal sealed class CallerShare(int classes, int maxPerSecond, TimeProvider clock)
{
    private readonly int[] _inFlight = new int[classes];

    // The generic cell rate algorithm: when the next call would be due if all came evenly. It may run ahead of the clock by a second.
    private readonly long _interval = maxPerSecond == 0 ? 0 : Math.Max(1, clock.TimestampFrequency / maxPerSecond);
    private long _due;

    /// <summary>When the caller called last, by the clock's time stamps.</summary>
    public long CalledAt { get; private set; }

    /// <summary>Whether calls of the caller are under way.</summary>
    public bool IsBusy => _inFlight.Any(static count => count > 0);

    /// <summary>Counts a call that begins; false when it comes too fast.</summary>
    public bool TryTakeTurn()
    {
        var now = CalledAt = clock.GetTimestamp();
        if (_interval == 0)
        {
            return true;
        }

        while (true)
        {
            var due = Volatile.Read(ref _due);
            var next = Math.Max(due, now) + _interval;
            if (next - now > clock.TimestampFrequency)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _due, next, due) == due)
            {
                return true;
            }
        }
    }

    /// <summary>Counts a call of a class in; false when the caller has as many as it may.</summary>
    public bool TryEnter(int callClass, int limit)
    {
        if (Interlocked.Increment(ref _inFlight[callClass]) <= limit)
        {
            return true;
        }

        Leave(callClass);
        return false;
    }

    /// <summary>Counts a call out.</summary>
    public void Leave(int callClass) => Interlocked.Decrement(ref _inFlight[callClass]);
}
