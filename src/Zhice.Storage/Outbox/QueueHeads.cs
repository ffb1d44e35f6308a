using System.IO.Hashing;
using Zhice.Domain.Effects;
using Zhice.Storage.States;

namespace Zhice.Storage.Outbox;

/// <summary>Where the queues of channels begin, for each share of the customers that is asked for. Used by any thread.</summary>
internal sealed class QueueHeads
{
    // Shares change as consumers come and go; one that is asked for no more is forgotten.
    private const int MaxShares = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string ChannelId, UInt128 Share), QueueHead> _heads = [];

    /// <summary>The queue of a channel for a share.</summary>
    public QueueHead Get(string channelId, byte[] buckets)
    {
        var key = (channelId, XxHash128.HashToUInt128(buckets));
        lock (_gate)
        {
            if (!_heads.TryGetValue(key, out var head))
            {
                if (_heads.Count >= MaxShares)
                {
                    _heads.Clear();
                }

                _heads[key] = head = new();
            }

            return head;
        }
    }

    /// <summary>Says that something was put into the queue of a channel.</summary>
    /// <param name="channelId">The channel; null when it may be any.</param>
    /// <param name="atMs">From when on it is due, unix milliseconds.</param>
    public void Lower(string? channelId, long atMs)
    {
        lock (_gate)
        {
            foreach (var (key, head) in _heads)
            {
                if (channelId is null || key.ChannelId == channelId)
                {
                    head.Lower(new(atMs, 0));
                }
            }
        }
    }

    /// <summary>Says that a batch was written, or perhaps was.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="beforeMs">How long ago, in milliseconds, one may have ended whose end has no time of its own.</param>
    public void Expect(IReadOnlyList<StateWrite> batch, long beforeMs)
    {
        foreach (var effects in batch.Select(static write => write.Effects).OfType<CommitEffects>())
        {
            foreach (var contact in effects.Sent)
            {
                Lower(contact.ChannelId, contact.AvailableAtMs);
            }

            foreach (var contact in effects.Ended)
            {
                Lower(null, contact.AtMs ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - beforeMs);
            }
        }
    }

    /// <summary>Does what may put something into the queues of any channels.</summary>
    /// <param name="atMs">From when on it is due, unix milliseconds.</param>
    /// <param name="put">Does it.</param>
    public async Task<T> PutAsync<T>(long atMs, Func<Task<T>> put)
    {
        try
        {
            return await put();
        }
        finally
        {
            Lower(null, atMs);
        }
    }
}
