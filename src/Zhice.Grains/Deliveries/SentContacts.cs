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
internal sealed class SentContacts(
    GroupCommitStorage storage, DeliverySignals signals, ILocalSiloDetails here, ISiloStatusOracle oracle, IGrainFactory grains, ILogger<SentContacts> log)
    : BackgroundService
{
    // Between two messages to a silo; far below what a contact may take to its subscriber.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, bool> _channels = new();
    private readonly SemaphoreSlim _hasSome = new(0);

    public override void Dispose()
    {
        base.Dispose();
        _hasSome.Dispose();
    }

    /// <summary>Says that contacts of a channel wait.</summary>
    public void Tell(string channelId)
    {
        signals.Signal(channelId);
        if (_channels.TryAdd(channelId, true))
        {
            _hasSome.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        storage.ContactSent += Tell;
        try
        {
            while (true)
            {
                await _hasSome.WaitAsync(stoppingToken);
                await TellAsync();
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
        finally
        {
            storage.ContactSent -= Tell;
        }
    }

    private async Task TellAsync()
    {
        var channels = _channels.Keys.ToImmutableArray();
        foreach (var channel in channels)
        {
            _channels.TryRemove(channel, out _);
        }

        if (channels.IsEmpty)
        {
            return;
        }

        foreach (var silo in oracle.GetApproximateSiloStatuses(onlyActive: true).Keys.Where(silo => !silo.Equals(here.SiloAddress)))
        {
            try
            {
                await grains.GetGrain<IDeliverySiloGrain>(silo.ToParsableString()).Wake(channels);
            }
            catch (Exception fault)
            {
                // It may be going; whoever takes its place looks for itself.
                GrainsLog.SiloNotWoken(log, silo, fault);
            }
        }
    }
}
