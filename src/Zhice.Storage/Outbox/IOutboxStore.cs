using Zhice.Domain.Deliveries;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Outbox;

/// <summary>
/// What a back end does with contacts on their way to channels. A contact leaves by its acknowledgement, or in a commit of
/// its customer. What must hold is in the tests' OutboxContract, the same for each.
/// </summary>
public interface IOutboxStore
{
    /// <summary>
    /// Leases contacts that are due, those first that are due longest. A customer has one out at a time in a channel: the next
    /// waits until the one before it has ended, and is due since then. Contacts are in the order in which they became available; one
    /// that was tried comes before all that were not.
    /// </summary>
    /// <remarks>
    /// It is short whatever waits: it may give fewer than there are, and none, where very many wait behind others, and says so. The
    /// next lease goes on from there.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are leased until the leases end.</exception>
    Task<LeaseAnswer> LeaseAsync(LeaseTerms terms);

    /// <summary>What the latest lease left to be done beside it; for tests.</summary>
    Task BesideLeases { get; }

    /// <summary>
    /// Leases contacts of any channel that are past their time, or whose last lease is over, for whoever ends them in a
    /// commit of their customers.
    /// </summary>
    /// <param name="limit">How many at the most.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="endsAtMs">When the leases end, and the contacts are found again.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<LeasedContactRow>> LeaseOverdueAsync(int limit, long nowMs, long endsAtMs);

    /// <summary>Ends contacts that were sent, and counts them by campaign, in one transaction.</summary>
    /// <param name="contacts">Each at most once. A lease whose time is over still holds until another takes its place.</param>
    /// <param name="day">The day for which they are counted, days since 1970-01-01.</param>
    /// <param name="nowMs">Now, unix milliseconds: the next of each customer may go from then on.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are ended.</exception>
    Task<SettlementOutcome[]> AcknowledgeAsync(IReadOnlyList<ContactLease> contacts, int day, long nowMs);

    /// <summary>Ends leases of contacts that were not sent, each at most once; they wait for another attempt.</summary>
    /// <param name="contacts">The contacts.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are returned.</exception>
    Task<SettlementOutcome[]> ReturnAsync(IReadOnlyList<ReturnedContact> contacts, long nowMs);

    /// <summary>
    /// Ends leases of contacts that may not go now, each at most once: the attempt does not count. What keeps them back is
    /// named; until their time they hold up nothing.
    /// </summary>
    /// <param name="contacts">The contacts.</param>
    /// <param name="nowMs">Now, unix milliseconds: the next of each customer may go from then on.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are deferred.</exception>
    Task<SettlementOutcome[]> DeferAsync(IReadOnlyList<DeferredContact> contacts, long nowMs);

    /// <summary>What keeps contacts back now, each name once.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<string>> ListHoldersAsync();

    /// <summary>Lets contacts go that something kept back.</summary>
    /// <param name="heldBy">What kept them back.</param>
    /// <param name="nowMs">From when on they may be leased, unix milliseconds.</param>
    /// <param name="maximum">How many in this call, so that it is short.</param>
    /// <returns>How many; as many as the maximum when there may be more.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps they are released.</exception>
    Task<int> ReleaseAsync(string heldBy, long nowMs, int maximum);

    /// <summary>Ends the time of what waits of a campaign; what is leased stays its consumer's.</summary>
    /// <param name="campaignId">The campaign.</param>
    /// <param name="decidedBeforeMs">Of the contacts that were decided before it, unix milliseconds.</param>
    /// <param name="nowMs">Since when they are void, unix milliseconds.</param>
    /// <param name="maximum">How many in this call, so that it is short.</param>
    /// <returns>How many; as many as the maximum when there may be more.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps their time is ended.</exception>
    Task<int> VoidCampaignAsync(string campaignId, long decidedBeforeMs, long nowMs, int maximum);

    /// <summary>A page of the contacts that wait or are out, the next to go first. It changes nothing.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<WaitingContactRow>> ListWaitingAsync(WaitingFilter filter, WaitingPlace after, int maximum);

    /// <summary>
    /// How many contacts of a channel, of a campaign or of both wait or are out, by what they are. One of the two is given.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<WaitingCountRow>> CountWaitingAsync(string channelId, string campaignId, long nowMs);

    /// <summary>The contacts whose lease holds, in order; null for each that ended or has another lease.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<LeasedContactRow?[]> FindAsync(IReadOnlyList<ContactLease> contacts);

    /// <summary>A page of dead letters, the latest first.</summary>
    /// <param name="channelId">Of which channel; empty for all.</param>
    /// <param name="after">Where the page begins.</param>
    /// <param name="limit">How many at the most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DeadLetter>> ListDeadAsync(string channelId, DeadLetterPlace after, int limit);

    /// <summary>Dead letters of a channel, the latest first; those that are not there are left out.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DeadLetter>> FindDeadAsync(string channelId, IReadOnlyList<string> contactIds);

    /// <summary>Dead letters of a customer; those that are not there are left out. A commit of the customer sends them again.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DeadLetter>> FindDeadOfCustomerAsync(string customerId, IReadOnlyList<string> contactIds);

    /// <summary>Forgets dead letters that were given up before an instant, unix milliseconds.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task ForgetDeadAsync(long beforeMs);

    /// <summary>A page of counts, by campaign, channel, day and outcome.</summary>
    /// <param name="campaignId">Of which campaign; null for all.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="limit">How many at the most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<DeliveryCount>> ListCountsAsync(string? campaignId, DeliveryCount? after, int limit);

    /// <summary>How many contacts of a channel wait or are out.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<long> CountAsync(string channelId);

    /// <summary>
    /// Says that contacts may be there that are due from an instant on, which this process need not have put there itself. Without a
    /// word they are found a little later.
    /// </summary>
    /// <param name="channelId">Of which channel; null when it may be any.</param>
    /// <param name="atMs">From when on they are due, unix milliseconds.</param>
    void Expect(string? channelId, long atMs);
}
