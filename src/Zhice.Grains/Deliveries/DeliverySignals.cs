using System.Collections.Concurrent;

namespace Zhice.Grains.Deliveries;

/// <summary>Wakes the subscriptions of this silo when contacts of their channel were committed, here or on another silo.</summary>
internal sealed class DeliverySignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    /// <summary>Ends when the channel is signalled next. To be asked for before the store is: so no signal is missed.</summary>
    public Task Next(string channelId) =>
        _waiting.GetOrAdd(channelId, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Wakes all who wait for a channel.</summary>
    public void Signal(string channelId)
    {
        if (_waiting.TryRemove(channelId, out var waiting))
        {
            waiting.SetResult();
        }
    }
}
