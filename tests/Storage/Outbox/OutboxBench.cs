using Xunit;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Outbox;

/// <summary>A back end with an outbox, and customers who send.</summary>
internal sealed class OutboxBench(IBackend store, TempFolder folder) : IAsyncDisposable
{
    public const int MaxAttempts = 3;
    public const long Start = 1_800_000_000_000;
    public const long Lease = 30_000;
    public const long Life = 600_000;

    private readonly Dictionary<string, long> _versions = [];

    public static readonly byte[] AllBuckets = [.. Enumerable.Repeat((byte)1, CustomerBucket.Count)];

    public IOutboxStore Outbox => store.Outbox;

    public static async Task<OutboxBench> OpenAsync(Backend backend)
    {
        var folder = new TempFolder();
        return new(await backend.OpenAsync(folder), folder);
    }

    /// <summary>Sends contacts of a customer in one commit.</summary>
    public Task SendAsync(string customer, long atMs, params string[] contacts) =>
        CommitAsync(customer, effects => Array.ForEach(contacts, contact => effects.Send(Contact(contact, atMs))));

    public static OutboundContact Contact(string id, long atMs, long life = Life, string channel = "sms") =>
        new(id, channel, atMs, atMs + life, Keys.Bytes(id)) { CampaignId = "spring" };

    /// <summary>Commits a customer's next state with effects.</summary>
    public Task CommitAsync(string customer, Action<CommitEffects> fill) => CommitAsync([customer], (_, effects) => fill(effects));

    /// <summary>Commits the next states of customers with effects, in one batch.</summary>
    public async Task CommitAsync(IReadOnlyList<string> customers, Action<string, CommitEffects> fill)
    {
        var writes = customers.Select(customer =>
        {
            var effects = new CommitEffects();
            fill(customer, effects);
            return StateWrite.Create(Keys.Customer(customer), _versions.GetValueOrDefault(customer), [1], effects);
        });
        var outcomes = await store.WriteAsync([.. writes]);
        for (var i = 0; i < outcomes.Length; i++)
        {
            Assert.True(outcomes[i].IsWritten);
            _versions[customers[i]] = outcomes[i].Version;
        }
    }

    public async Task<IReadOnlyList<LeasedContactRow>> LeaseAsync(
        long nowMs, int limit = 100, byte[]? buckets = null, string channel = "sms") =>
        (await AskAsync(nowMs, limit, buckets, channel)).Contacts;

    /// <summary>Leases, and hears whether there may be more.</summary>
    public Task<LeaseAnswer> AskAsync(long nowMs, int limit = 100, byte[]? buckets = null, string channel = "sms") =>
        Outbox.LeaseAsync(new(channel, buckets ?? AllBuckets, limit, nowMs, nowMs + Lease, MaxAttempts));

    public async Task<SettlementOutcome> AcknowledgeAsync(LeasedContactRow contact, int day = 20_000, long nowMs = Start) =>
        (await Outbox.AcknowledgeAsync([Held(contact)], day, nowMs))[0];

    public async Task<SettlementOutcome> ReturnAsync(LeasedContactRow contact, long nextAtMs, string reason = "busy", long nowMs = Start) =>
        (await Outbox.ReturnAsync([new(Held(contact), nextAtMs, reason)], nowMs))[0];

    public async Task<string[]> CountsAsync() =>
        [.. (await Outbox.ListCountsAsync(null, null, 100)).Select(count =>
            $"{count.CampaignId} {count.ChannelId} {count.Day} {count.Outcome} {count.Count}")];

    public static ContactLease Held(LeasedContactRow contact) => new(contact.ContactId, contact.Lease);

    public static short BucketOf(string customer) => (short)Keys.Customer(customer).Bucket;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }
}
