using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;

namespace Zhice.Grains.Deliveries;

/// <summary>Shares the customers of a channel among its subscriptions. What it knows is what they tell it every second.</summary>
[GrainType("channel")]
internal sealed class ChannelGrain(TimeProvider clock) : Grain, IChannelGrain
{
    /// <summary>How long a subscription that is not heard of keeps its share.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BucketShares _shares = new();

    public ValueTask<byte[]> Renew(string subscriptionId, byte[]? held)
    {
        var nowMs = clock.StopwatchMs();
        _shares.LeaveUnseenSince(nowMs - (long)Patience.TotalMilliseconds);
        _shares.Renew(subscriptionId, nowMs, held);
        return ValueTask.FromResult(_shares.GetShare(subscriptionId));
    }

    public ValueTask<int> CountSubscriptions()
    {
        _shares.LeaveUnseenSince(clock.StopwatchMs() - (long)Patience.TotalMilliseconds);
        return ValueTask.FromResult(_shares.Holders.Count);
    }

    public ValueTask Leave(string subscriptionId)
    {
        _shares.Leave(subscriptionId);
        return ValueTask.CompletedTask;
    }
}
