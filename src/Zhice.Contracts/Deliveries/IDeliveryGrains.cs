using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Deliveries;

namespace Zhice.Contracts.Deliveries;

/// <summary>One consumer of a channel, keyed by an id of its own. It lives as long as it is called.</summary>
[Alias("zhice.subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Contacts for the consumer, as soon as there are some; none after 5 seconds.</summary>
    /// <param name="terms">What the consumer asks for.</param>
    /// <param name="limit">How many at the most, 1 to 500.</param>
    [AlwaysInterleave, Alias("Take")]
    ValueTask<ImmutableArray<LeasedContact>> Take(SubscriptionTerms terms, int limit);

    /// <summary>Settles contacts, durably.</summary>
    /// <returns>What became of each, in order.</returns>
    [AlwaysInterleave, Alias("Report")]
    ValueTask<ImmutableArray<SettlementOutcome>> Report(SubscriptionTerms terms, ImmutableArray<ContactReport> reports);

    /// <summary>Ends: what the consumer shared in goes to others at once, what it has leased when the leases are over.</summary>
    [AlwaysInterleave, Alias("Leave")]
    ValueTask Leave();
}

/// <summary>Shares the customers of a channel, by bucket, among its consumers. Only a hint: the store's leases are exact.</summary>
[Alias("zhice.channel")]
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>Says that a subscription is there, and what it has held until now.</summary>
    /// <returns>Its share: 1,024 bytes, 1 for each bucket that is its own.</returns>
    [Alias("Renew")]
    ValueTask<byte[]> Renew(string subscriptionId, byte[]? held);

    /// <summary>How many subscriptions there are; webhooks are among them.</summary>
    [AlwaysInterleave, Alias("CountSubscriptions")]
    ValueTask<int> CountSubscriptions();

    /// <summary>Says that a subscription has ended.</summary>
    [Alias("Leave")]
    ValueTask Leave(string subscriptionId);
}

/// <summary>The other silos' way to the subscriptions of this one, keyed by its address.</summary>
[Alias("zhice.delivery-silo")]
public interface IDeliverySiloGrain : IGrainWithStringKey
{
    /// <summary>Says that contacts were committed for some channels; earlier releases say so.</summary>
    [OneWay, AlwaysInterleave, Alias("Wake")]
    Task Wake(ImmutableArray<string> channelIds);

    /// <summary>Says that contacts were committed for some channels.</summary>
    /// <param name="channelIds">The channels.</param>
    /// <param name="dueAtMs">For each, from when on the earliest of them is due, unix milliseconds.</param>
    [OneWay, AlwaysInterleave, Alias("Expect")]
    Task Expect(ImmutableArray<string> channelIds, ImmutableArray<long> dueAtMs);
}

/// <summary>Dead letters and counts, for operators.</summary>
[Alias("zhice.delivery-records")]
public interface IDeliveryRecordsGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string Key = "all";

    /// <summary>A page of the contacts that wait or are with a gateway, the next to go first. It changes nothing.</summary>
    /// <param name="channelId">Of which channel; empty for any, when a campaign is given.</param>
    /// <param name="campaignId">Of which campaign; empty for any, when a channel is given.</param>
    /// <param name="availableBeforeMs">Only those that might be sent by then, unix milliseconds.</param>
    /// <param name="after">The place of the last of the page before; null for the first page.</param>
    /// <param name="maximum">How many at the most.</param>
    [Alias("ListWaiting")]
    ValueTask<ImmutableArray<WaitingContactLine>> ListWaiting(
        string channelId, string campaignId, long availableBeforeMs, (long NextAtMs, long Seq)? after, int maximum);

    /// <summary>How many contacts of a channel or a campaign wait, or are with a gateway.</summary>
    [Alias("CountWaiting")]
    ValueTask<ImmutableArray<WaitingTally>> CountWaiting(string channelId, string campaignId);

    /// <summary>A page of dead letters, the latest first.</summary>
    /// <param name="channelId">Of which channel; empty for all.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most.</param>
    [Alias("ListDead")]
    ValueTask<ImmutableArray<DeadLetter>> ListDead(string channelId, (long DiedAtMs, string ContactId)? after, int limit);

    /// <summary>Sends dead letters of a channel again, each as its customer allows.</summary>
    /// <param name="channelId">The channel.</param>
    /// <param name="contactIds">Which; empty for the latest.</param>
    /// <param name="timeToLive">How long they may be sent from now on.</param>
    /// <returns>What becomes of each dead letter.</returns>
    [Alias("ResendDeadLetters")]
    ValueTask<ImmutableArray<ResentContact>> Resend(string channelId, ImmutableArray<string> contactIds, TimeSpan timeToLive);

    /// <summary>A page of counts, by campaign, channel, day and outcome.</summary>
    /// <param name="campaignId">Of which campaign; empty for all.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most.</param>
    [Alias("ListCounts")]
    ValueTask<ImmutableArray<DeliveryCount>> ListCounts(string campaignId, DeliveryCount? after, int limit);
}
