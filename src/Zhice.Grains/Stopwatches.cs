namespace Zhice.Grains;

/// <summary>For how long something is, as against when: the clock of the day may be set back, and a pause must not grow by it.</summary>
internal static class Stopwatches
{
    /// <summary>Milliseconds since some instant of this process's own, of a clock that is never set.</summary>
    public static long StopwatchMs(this TimeProvider clock) => (long)clock.GetElapsedTime(0).TotalMilliseconds;
}
