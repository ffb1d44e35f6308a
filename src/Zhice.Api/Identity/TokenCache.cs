using System.Collections.Concurrent;

namespace Zhice.Api.Identity;

/// <summary>The callers of tokens that were checked, until each token ends: a check costs 30 µs and more, a look-up less than 2 µs.</summary>
/// <param name="capacity">How many it keeps; only tokens that passed are kept, so that nobody without one can fill it.</param>
/// <param name="clock">Tells when a token ends.</param>
internal sealed class TokenCache(int capacity, TimeProvider clock)
{
    private readonly ConcurrentDictionary<TokenHash, Caller> _callers = [];
    private int _count;

    /// <summary>How many tokens it keeps.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The caller of a token; null for one that is not known, or ended.</summary>
    public Caller? Find(in TokenHash token)
    {
        if (!_callers.TryGetValue(token, out var caller))
        {
            return null;
        }

        if (clock.GetUtcNow() < caller.Expires)
        {
            return caller;
        }

        Remove(token);
        return null;
    }

    /// <summary>Keeps the caller of a token that was checked.</summary>
    public void Add(in TokenHash token, Caller caller)
    {
        if (Count >= capacity)
        {
            MakeRoom();
        }

        if (clock.GetUtcNow() < caller.Expires && _callers.TryAdd(token, caller))
        {
            Interlocked.Increment(ref _count);
        }
    }

    // What ended goes first; if that is not enough, an eighth of the rest, whichever comes first.
    private void MakeRoom()
    {
        var now = clock.GetUtcNow();
        foreach (var (token, caller) in _callers)
        {
            if (caller.Expires <= now)
            {
                Remove(token);
            }
        }

        var wanted = capacity - Math.Max(1, capacity / 8);
        foreach (var (token, _) in _callers)
        {
            if (Count <= wanted)
            {
                break;
            }

            Remove(token);
        }
    }

    private void Remove(in TokenHash token)
    {
        if (_callers.TryRemove(token, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
