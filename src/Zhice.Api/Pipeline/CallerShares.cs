using System.Collections.Concurrent;
using Zhice.Api.Calls;
using Zhice.Api.Identity;

namespace Zhice.Api.Pipeline;

/// <summary>The shares of all callers, by their names: no caller takes more than a part of a gate, or comes faster than it may.</summary>
internal sealed class CallerShares(IdentityOptions options, TimeProvider clock)
{
    private const int MaxKnown = 10_000;
    private static readonly int Classes = Enum.GetValues<CallClass>().Length;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, CallerShare> _byName = new(StringComparer.Ordinal);

    /// <summary>Counts a call in; null when the caller has or does too much already.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="callClass">The class of the call.</param>
    /// <param name="limit">How many calls the gate of the class holds.</param>
    public CallerShare? TryEnter(Caller caller, CallClass callClass, int limit)
    {
        var share = _byName.TryGetValue(caller.Name, out var known) ? known : Add(caller.Name);
        return share.TryTakeTurn() && share.TryEnter((int)callClass, Math.Max(1, (int)(limit * (long)options.MaxPercentOfCaller / 100)))
            ? share
            : null;
    }

    private CallerShare Add(string name)
    {
        if (_byName.Count >= MaxKnown)
        {
            foreach (var (other, share) in _byName)
            {
                if (!share.IsBusy && clock.GetElapsedTime(share.CalledAt) > Idle)
                {
                    _byName.TryRemove(other, out _);
                }
            }
        }

        return _byName.GetOrAdd(
            name, static (_, shares) => new(Classes, shares.MaxPerSecond, shares.Clock),
            (MaxPerSecond: options.MaxCallsPerSecond, Clock: clock));
    }
}
