using System.Text;
using Zhice.Domain.Faults;
using Zhice.Storage.Customers;
using Zhice.Storage.States;

namespace Zhice.Storage.Outbox;

/// <summary>The contacts on their way to channels, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class OutboxRows(GroupCommitStorage storage)
{
    /// <inheritdoc cref="IOutboxStore.LeaseAsync"/>
    public Task<LeaseAnswer> LeaseAsync(LeaseTerms terms) => storage.Outbox.LeaseAsync(terms);

    /// <inheritdoc cref="IOutboxStore.LeaseOverdueAsync"/>
    public Task<IReadOnlyList<LeasedContact>> LeaseOverdueAsync(int most, long nowMs, long endsAtMs) => storage.Outbox.LeaseOverdueAsync(most, nowMs, endsAtMs);

    /// <inheritdoc cref="IOutboxStore.AcknowledgeAsync"/>
    public Task<SettlementOutcome[]> AcknowledgeAsync(IReadOnlyList<ContactLease> contacts, int day, long nowMs) =>
        storage.Outbox.AcknowledgeAsync(contacts, day, nowMs);

    /// <inheritdoc cref="IOutboxStore.ReturnAsync"/>
    public Task<SettlementOutcome[]> ReturnAsync(IReadOnlyList<ReturnedContact> contacts, long nowMs) => storage.Outbox.ReturnAsync(contacts, nowMs);

    /// <inheritdoc cref="IOutboxStore.DeferAsync"/>
    public Task<SettlementOutcome[]> DeferAsync(IReadOnlyList<DeferredContact> contacts, long nowMs) => storage.Outbox.DeferAsync(contacts, nowMs);

    /// <inheritdoc cref="IOutboxStore.ListHoldersAsync"/>
    public Task<IReadOnlyList<string>> ListHoldersAsync() => storage.Outbox.ListHoldersAsync();

    /// <inheritdoc cref="IOutboxStore.ReleaseAsync"/>
    public Task<int> ReleaseAsync(string heldBy, long nowMs, int maximum) => storage.Outbox.ReleaseAsync(heldBy, nowMs, maximum);

    /// <inheritdoc cref="IOutboxStore.VoidCampaignAsync"/>
    public Task<int> VoidCampaignAsync(string campaignId, long decidedBeforeMs, long nowMs, int maximum) =>
        storage.Outbox.VoidCampaignAsync(campaignId, decidedBeforeMs, nowMs, maximum);

    /// <inheritdoc cref="IOutboxStore.ListWaitingAsync"/>
    public Task<IReadOnlyList<WaitingContactRow>> ListWaitingAsync(WaitingFilter filter, WaitingPlace after, int maximum) =>
        storage.Outbox.ListWaitingAsync(filter, after, maximum);

    /// <inheritdoc cref="IOutboxStore.CountWaitingAsync"/>
    public Task<IReadOnlyList<WaitingCountRow>> CountWaitingAsync(string channelId, string campaignId, long nowMs) =>
        storage.Outbox.CountWaitingAsync(channelId, campaignId, nowMs);

    /// <inheritdoc cref="IOutboxStore.FindAsync"/>
    public Task<LeasedContact?[]> FindAsync(IReadOnlyList<ContactLease> contacts) => storage.Outbox.FindAsync(contacts);

    /// <inheritdoc cref="IOutboxStore.ListDeadAsync"/>
    public Task<IReadOnlyList<DeadLetterRow>> ListDeadAsync(string channelId, DeadLetterPlace after, int most) => storage.Outbox.ListDeadAsync(channelId, after, most);

    /// <inheritdoc cref="IOutboxStore.FindDeadAsync(string, IReadOnlyList{string})"/>
    public Task<IReadOnlyList<DeadLetterRow>> FindDeadAsync(string channelId, IReadOnlyList<string> contactIds) => storage.Outbox.FindDeadAsync(channelId, contactIds);

    /// <inheritdoc cref="IOutboxStore.FindDeadAsync(StateKey, IReadOnlyList{string})"/>
    public Task<IReadOnlyList<DeadLetterRow>> FindDeadOfAsync(string customerId, IReadOnlyList<string> contactIds) =>
        storage.Outbox.FindDeadAsync(new StateKey(CustomerStates.GrainType, CustomerStates.StateName, Encoding.UTF8.GetBytes(customerId)), contactIds);

    /// <inheritdoc cref="IOutboxStore.ForgetDeadAsync"/>
    public Task ForgetDeadAsync(long beforeMs) => storage.Outbox.ForgetDeadAsync(beforeMs);

    /// <inheritdoc cref="IOutboxStore.ListCountsAsync"/>
    public Task<IReadOnlyList<DeliveryCountRow>> ListCountsAsync(string? campaignId, DeliveryCountRow? after, int most) =>
        storage.Outbox.ListCountsAsync(campaignId, after, most);

    /// <inheritdoc cref="IOutboxStore.CountAsync"/>
    public Task<long> CountAsync(string channelId) => storage.Outbox.CountAsync(channelId);

    /// <inheritdoc cref="IOutboxStore.Expect"/>
    public void Expect(string? channelId, long atMs) => storage.Outbox.Expect(channelId, atMs);
}
