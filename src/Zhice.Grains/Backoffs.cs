using System.Collections.Concurrent;

namespace Zhice.Grains;

/// <summary>
/// Lets what fails again and again rest for longer each time, so that it takes no work from the others beside it. What succeeds
/// is forgotten; so is what is not asked for any more. Safe to call from anywhere.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="first">The rest after the first failure; each further one is twice as long.</param>
/// <param name="max">The longest rest.</param>
internal sealed class Backoffs<TKey>(TimeProvider clock, TimeSpan first, TimeSpan max)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (int Failures, long UntilMs)> _resting = new();
    private long _prunedAtMs;

    /// <summary>Whether it is not to be tried yet.</summary>
    public bool IsResting(TKey key) => !_resting.IsEmpty && _resting.TryGetValue(key, out var rest) && clock.StopwatchMs() < rest.UntilMs;

    /// <summary>Notes a failure.</summary>
    /// <returns>Whether it is the first of a row: the one to be logged.</returns>
    public bool Fail(TKey key)
    {
        var nowMs = clock.StopwatchMs();
        Prune(nowMs);
        return _resting.AddOrUpdate(key, _ => Resting(1, nowMs), (_, before) => Resting(before.Failures + 1, nowMs)).Failures == 1;
    }

    /// <summary>Notes a success.</summary>
    public void Succeed(TKey key)
    {
        if (!_resting.IsEmpty)
        {
            _resting.TryRemove(key, out _);
        }
    }

    private (int Failures, long UntilMs) Resting(int failures, long nowMs) =>
        (failures, nowMs + (long)Math.Min(max.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30))));

    // What could have been tried for so long and was not has gone, or is another silo's.
    private void Prune(long nowMs)
    {
        if (nowMs - Volatile.Read(ref _prunedAtMs) >= max.TotalMilliseconds)
        {
            Volatile.Write(ref _prunedAtMs, nowMs);
            foreach (var (key, rest) in _resting)
            {
                if (nowMs - rest.UntilMs >= max.TotalMilliseconds)
                {
                    _resting.TryRemove(key, out _);
                }
            }
        }
    }
}
