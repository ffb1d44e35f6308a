using System.Collections.Immutable;
using Orleans.Placement;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>
/// One consumer of a channel: leases contacts of its share for it, at once when some are committed. It lives on the silo that
/// the consumer is connected to, and remembers nothing that the store does not know, but what its contacts teach once they are sent.
/// </summary>
[GrainType("subscription"), PreferLocalPlacement]
internal sealed class SubscriptionGrain(
    IStores stores, HandOvers handOvers, SettlementProcessor reports, SentLessons lessons, DeliverySignals signals, DeliveryOptions options,
    TimeProvider clock) : Grain, ISubscriptionGrain
{
    private static readonly TimeSpan MaxTake = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShareAge = TimeSpan.FromSeconds(1);

    private string? _channelId;
    private byte[]? _share;
    private long _sharedAt;
    private bool _hasLeft;

    public async ValueTask<ImmutableArray<LeasedContact>> Take(SubscriptionTerms terms, int limit)
    {
        for (var begun = clock.GetTimestamp(); ;)
        {
            var next = signals.Next(terms.ChannelId);
            var share = await ShareAsync(terms.ChannelId);
            if (_hasLeft)
            {
                return [];
            }

            var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var endsAtMs = nowMs + (long)terms.LeaseDuration.TotalMilliseconds;
            var (leased, hasMore) = await stores.Outbox.LeaseAsync(
                new(terms.ChannelId, share, limit, nowMs, endsAtMs, options.MaxAttempts));
            var allowed = leased.Count == 0 ? leased : await handOvers.AllowedAsync(leased);
            if (_hasLeft)
            {
                // The consumer went away meanwhile: others may have them at once.
                await stores.Outbox.ReturnAsync(
                    [.. allowed.Select(contact => new ReturnedContact(new(contact.ContactId, contact.Lease), nowMs, contact.Reason))],
                    nowMs);
                return [];
            }

            if (allowed.Count > 0 || clock.GetElapsedTime(begun) >= MaxTake)
            {
                return [.. allowed.Select(lessons.Lend)];
            }

            if (leased.Count > 0 || hasMore)
            {
                // What may not go now is out of the way, or was passed over: there may be more behind it.
                continue;
            }

            await next.WaitAsync(options.Poll, clock)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public async ValueTask<ImmutableArray<SettlementOutcome>> Report(SubscriptionTerms terms, ImmutableArray<ContactReport> told)
    {
        var outcomes = await reports.SettleAsync(told);
        await lessons.TeachAsync(told, outcomes);

        // The next contact of each customer may go now.
        signals.Signal(terms.ChannelId);
        return outcomes;
    }

    public async ValueTask Leave()
    {
        _hasLeft = true;
        if (_channelId is { } channelId)
        {
            signals.Signal(channelId);
            await GrainFactory.GetGrain<IChannelGrain>(channelId).Leave(this.GetPrimaryKeyString());
        }

        DeactivateOnIdle();
    }

    // A share that is not renewed serves on: it says what to try first, and the store what may be taken.
    private async ValueTask<byte[]> ShareAsync(string channelId)
    {
        _channelId = channelId;
        if (_share is { } share && clock.GetElapsedTime(_sharedAt) < ShareAge)
        {
            return share;
        }

        try
        {
            _share = await GrainFactory.GetGrain<IChannelGrain>(channelId).Renew(this.GetPrimaryKeyString(), _share);
        }
        catch (Exception fault) when (_share is not null && fault is OrleansException or TimeoutException)
        {
        }

        _sharedAt = clock.GetTimestamp();
        return _share!;
    }
}
