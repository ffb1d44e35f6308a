namespace Zhice.Storage.Background;

/// <summary>When callers whose calls go before all other work were last here.</summary>
public static class Calls
{
    private static long _lastMs = long.MinValue / 2;

    /// <summary>Says that such a call comes.</summary>
    /// <remarks>Hot path: one read, and a write each millisecond.</remarks>
    public static void Note()
    {
        var nowMs = Environment.TickCount64;
        if (Volatile.Read(ref _lastMs) != nowMs)
        {
            Volatile.Write(ref _lastMs, nowMs);
        }
    }

    /// <summary>Whether one came within so many milliseconds.</summary>
    public static bool CameWithin(long milliseconds) => Environment.TickCount64 - Volatile.Read(ref _lastMs) <= milliseconds;
}
