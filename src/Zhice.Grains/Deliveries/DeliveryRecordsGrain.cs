using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;

namespace Zhice.Grains.Deliveries;

/// <summary>Dead letters and counts, as the store has them.</summary>
[GrainType("deliveryrecords"), StatelessWorker]
internal sealed class DeliveryRecordsGrain(IStores stores, TimeProvider clock) : Grain, IDeliveryRecordsGrain
{
    private const int MaxResent = 1_000;
    private const int CustomersAtOnce = 64;

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<ImmutableArray<DeadLetter>> ListDead(string channelId, (long DiedAtMs, string ContactId)? after, int limit)
    {
        var place = after is { } last ? new DeadLetterPlace(last.DiedAtMs, last.ContactId) : DeadLetterPlace.First;
        return [.. await stores.Outbox.ListDeadAsync(channelId, place, limit)];
    }

    public async ValueTask<ImmutableArray<WaitingContactLine>> ListWaiting(
        string channelId, string campaignId, long availableBeforeMs, (long NextAtMs, long Seq)? after, int maximum)
    {
        var place = after is { } last ? new WaitingPlace(last.NextAtMs, last.Seq) : WaitingPlace.First;
        return [.. (await stores.Outbox.ListWaitingAsync(new(channelId, campaignId, availableBeforeMs), place, maximum)).Select(row => new WaitingContactLine(
            row.Message, row.Attempts, row.AvailableAtMs, row.Place.NextAtMs, row.Place.Seq, row.IsLeased && row.Place.NextAtMs > NowMs,
            row.HeldBy, row.Reason))];
    }

    public async ValueTask<ImmutableArray<WaitingTally>> CountWaiting(string channelId, string campaignId)
    {
        var counts = await stores.Outbox.CountWaitingAsync(channelId, campaignId, NowMs);
        var gateways = new Dictionary<string, int>();
        foreach (var channel in counts.Select(static count => count.ChannelId).Distinct())
        {
            gateways[channel] = await GrainFactory.GetGrain<IChannelGrain>(channel).CountSubscriptions();
        }

        return [.. counts.OrderBy(static count => (count.ChannelId, count.IsLeased, count.HeldBy)).Select(count =>
            new WaitingTally(count.ChannelId, count.IsLeased, count.HeldBy, count.Count, count.OldestAtMs, gateways[count.ChannelId]))];
    }

    public async ValueTask<ImmutableArray<ResentContact>> Resend(string channelId, ImmutableArray<string> contactIds, TimeSpan timeToLive)
    {
        var expiresAtMs = NowMs + (long)timeToLive.TotalMilliseconds;
        var dead = contactIds.IsEmpty
            ? await stores.Outbox.ListDeadAsync(channelId, DeadLetterPlace.First, MaxResent)
            : await stores.Outbox.FindDeadAsync(channelId, contactIds);

        // A customer's go in the order in which they were given up. One who fails holds up no other.
        var (answers, faults) = (new List<ResentContact>(dead.Count), new List<Exception>());
        foreach (var some in dead.Reverse().GroupBy(
            static letter => ContactMessage.ReadCustomerId(letter.Message), static letter => letter.ContactId).Chunk(CustomersAtOnce))
        {
            await Task.WhenAll(some.Select(async customer =>
            {
                try
                {
                    answers.AddRange(await GrainFactory.Customer(customer.Key).ResendContacts([.. customer], expiresAtMs));
                }
                catch (Exception fault)
                {
                    faults.Add(fault);
                }
            }));
        }

        return faults.Count == 0 ? [.. answers.OrderBy(static answer => answer.ContactId, StringComparer.Ordinal)] : throw faults[0];
    }

    public async ValueTask<ImmutableArray<DeliveryCount>> ListCounts(string campaignId, DeliveryCount? after, int limit) =>
        [.. await stores.Outbox.ListCountsAsync(campaignId.Length == 0 ? null : campaignId, after, limit)];
}
