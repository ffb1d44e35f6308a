namespace Zhice.Api.Calls;

/// <summary>Counts the calls of a class that are under way, and lets no more in than it may hold.</summary>
/// <param name="callClass">The class.</param>
/// <param name="limit">How many it may hold.</param>
/// <param name="makeRoom">Ends one of them for one that comes; false when none can go.</param>
internal sealed class CallGate(string callClass, int limit, Func<bool>? makeRoom = null)
{
    private int _inFlight;

    public string CallClass => callClass;

    /// <summary>The class, for a gate of methods.</summary>
    public CallClass Class { get; init; }

    public int Limit => limit;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether fewer than a quarter of the places are left.</summary>
    public bool IsNearlyFull => InFlight > limit - Math.Max(1, limit / 4);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= limit || makeRoom?.Invoke() == true)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);
}
