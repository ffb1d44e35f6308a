using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Deliveries;
using Zhice.Storage;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// Says at once that contacts of this silo wait for their channel: to its own subscriptions, and to the other silos. What is committed
/// while a message is under way goes with the next, so that a campaign costs a few messages.
/// </summary>
internal sealed class OutboxNotifier(
    GroupCommitStorage storage, DeliverySignals signals, ILocalSiloDetails here, ISiloStatusOracle oracle, IGrainFactory grains,
    ILogger<OutboxNotifier> log)
    : BackgroundService
{
    // Between two messages to a silo; far below what a contact may take to its subscriber.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // By channel, from when on the earliest is due.
    private readonly ConcurrentDictionary<string, long> _channels = new();
    private readonly SemaphoreSlim _hasSome = new(0);

    public override void Dispose()
    {
        base.Dispose();
        _hasSome.Dispose();
    }

    /// <summary>Says that contacts of a channel wait.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="atMs">From when on the earliest is due, unix milliseconds.</param>
    public void Notify(string channelId, long atMs)
    {
        signals.Signal(channelId);
        while (!_channels.TryAdd(channelId, atMs))
        {
            if (_channels.TryGetValue(channelId, out var earliest) && (earliest <= atMs || _channels.TryUpdate(channelId, atMs, earliest)))
            {
                return;
            }
        }

        _hasSome.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        storage.ContactSent += Notify;
        try
        {
            while (true)
            {
                await _hasSome.WaitAsync(stoppingToken);
                await NotifyAsync();
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
        finally
        {
            storage.ContactSent -= Notify;
        }
    }

    private async Task NotifyAsync()
    {
        List<KeyValuePair<string, long>> taken = [];
        foreach (var channel in _channels.Keys)
        {
            if (_channels.TryRemove(channel, out var earliest))
            {
                taken.Add(new(channel, earliest));
            }
        }

        ImmutableArray<string> channels = [.. taken.Select(static channel => channel.Key)];
        ImmutableArray<long> dueAtMs = [.. taken.Select(static channel => channel.Value)];
        if (channels.IsEmpty)
        {
            return;
        }

        foreach (var silo in oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(here.SiloAddress)))
        {
            try
            {
                await grains.GetGrain<IDeliverySiloGrain>(silo.ToParsableString()).Expect(channels, dueAtMs);
            }
            catch (Exception fault)
            {
                // It may be going; whoever takes its place looks for itself.
                GrainsLog.SiloNotWoken(log, silo, fault);
            }
        }
    }
}
