using Zhice.Domain.Primitives;

namespace Zhice.Domain.Deliveries;

/// <summary>
/// Who has which of the buckets of a channel's customers. Shares are even to within one and change as little as they
/// can: so the contacts of a customer keep going to one consumer, and consumers do not reach for the same rows.
/// </summary>
public sealed class BucketShares
{
    private readonly string?[] _holders = new string?[CustomerBucket.Count];
    private readonly SortedDictionary<string, long> _seenAtMs = new(StringComparer.Ordinal);

    /// <summary>The holders.</summary>
    public IReadOnlyCollection<string> Holders => _seenAtMs.Keys;

    /// <summary>Notes that a holder is there, and evens out the shares when it is new.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="nowMs">Now, milliseconds of any one clock.</param>
    /// <param name="held">What it has held until now, which it keeps as far as it is free; null for none.</param>
    public void Renew(string holder, long nowMs, byte[]? held = null)
    {
        var isNew = !_seenAtMs.ContainsKey(holder);
        _seenAtMs[holder] = nowMs;
        if (isNew)
        {
            for (var bucket = 0; held is not null && bucket < CustomerBucket.Count; bucket++)
            {
                _holders[bucket] ??= held[bucket] != 0 ? holder : null;
            }

            EvenOut();
        }
    }

    /// <summary>Takes a share back.</summary>
    public void Leave(string holder)
    {
        if (_seenAtMs.Remove(holder))
        {
            EvenOut();
        }
    }

    /// <summary>Takes the shares back of all that were last seen before an instant.</summary>
    public void LeaveUnseenSince(long beforeMs)
    {
        string[] gone = [.. _seenAtMs.Where(seen => seen.Value < beforeMs).Select(seen => seen.Key)];
        foreach (var holder in gone)
        {
            _seenAtMs.Remove(holder);
        }

        if (gone.Length > 0)
        {
            EvenOut();
        }
    }

    /// <summary>A holder's share: 1 for each bucket that is its own, 0 for the others.</summary>
    public byte[] GetShare(string holder) => Array.ConvertAll(_holders, other => (byte)(other == holder ? 1 : 0));

    // Who has more than its part gives up the surplus; who has less takes of what is free.
    private void EvenOut()
    {
        if (_seenAtMs.Count == 0)
        {
            Array.Clear(_holders);
            return;
        }

        var (least, more) = Math.DivRem(CustomerBucket.Count, _seenAtMs.Count);
        var counts = _seenAtMs.Keys.ToDictionary(holder => holder, _ => 0, StringComparer.Ordinal);
        for (var bucket = 0; bucket < CustomerBucket.Count; bucket++)
        {
            if (_holders[bucket] is { } holder && counts.TryGetValue(holder, out var count)
                && (count < least || (count == least && more > 0)))
            {
                more -= count == least ? 1 : 0;
                counts[holder] = count + 1;
            }
            else
            {
                _holders[bucket] = null;
            }
        }

        var bucketAt = 0;
        foreach (var holder in _seenAtMs.Keys)
        {
            while (counts[holder] < least || (counts[holder] == least && more > 0))
            {
                more -= counts[holder] == least ? 1 : 0;
                bucketAt = Array.IndexOf(_holders, null, bucketAt);
                _holders[bucketAt] = holder;
                counts[holder]++;
            }
        }
    }
}
