using Zhice.Contracts.Cluster;

namespace Zhice.Grains.Cluster;

/// <summary>
/// Counts durations by their class in slots of five seconds, of which the last twelve are kept. Its owner lets one thread at a time in.
/// </summary>
internal sealed class RecentDurations(TimeProvider clock)
{
    private const int Slots = 12;
    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(5);

    private readonly long[][] _slots = [.. Enumerable.Range(0, Slots).Select(static _ => new long[CallDurations.Count])];
    private readonly long[] _turns = new long[Slots];
    private long _beganAt;

    /// <summary>Forgets all, and counts from now on.</summary>
    public void Begin()
    {
        _beganAt = clock.GetTimestamp();
        Array.Fill(_turns, -1);
    }

    /// <summary>Counts a duration, in seconds.</summary>
    public void Note(double seconds)
    {
        var turn = GetTurn();
        var slot = turn % Slots;
        if (_turns[slot] != turn)
        {
            _turns[slot] = turn;
            Array.Clear(_slots[slot]);
        }

        _slots[slot][CallDurations.Find(seconds)]++;
    }

    /// <summary>Over how many seconds it has counted, at most 60. The slot that is being filled counts with the part that is over.</summary>
    public double GetSeconds()
    {
        var whole = clock.GetElapsedTime(_beganAt);
        var kept = (SlotLength * (Slots - 1)) + (whole - (SlotLength * GetTurn()));
        return Math.Min(whole.TotalSeconds, kept.TotalSeconds);
    }

    /// <summary>How many durations there were of each class.</summary>
    public long[] Count()
    {
        var (counts, oldest) = (new long[CallDurations.Count], GetTurn() - Slots);
        for (var slot = 0; slot < Slots; slot++)
        {
            for (var index = 0; index < counts.Length && _turns[slot] > oldest; index++)
            {
                counts[index] += _slots[slot][index];
            }
        }

        return counts;
    }

    private long GetTurn() => (long)(clock.GetElapsedTime(_beganAt) / SlotLength);
}
