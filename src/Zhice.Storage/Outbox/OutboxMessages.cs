using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.Storage.Outbox;

/// <summary>Which contacts are wanted, and for how long.</summary>
/// <param name="ChannelId">Of which channel.</param>
/// <param name="Buckets">Of which customers: 1,024 bytes, 1 for each bucket that is meant, 0 for the others.</param>
/// <param name="Limit">How many at the most.</param>
/// <param name="NowMs">Now, unix milliseconds.</param>
/// <param name="EndsAtMs">When the leases end, unix milliseconds.</param>
/// <param name="MaxAttempts">How often a contact is leased at the most; the last lease is its last chance.</param>
public sealed record LeaseTerms(string ChannelId, byte[] Buckets, int Limit, long NowMs, long EndsAtMs, int MaxAttempts);

/// <summary>What a lease gives.</summary>
/// <param name="Contacts">The contacts, fewer than were wanted, or none, where very many wait behind others.</param>
/// <param name="HasMore">Whether there may be more that is due: the next lease goes on from there.</param>
public sealed record LeaseAnswer(IReadOnlyList<LeasedContactRow> Contacts, bool HasMore);

/// <summary>A contact that is leased, as the outbox has it.</summary>
/// <param name="Contact">What its consumer gets.</param>
/// <param name="ContactId">Its id.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Lease">The lease.</param>
/// <param name="IsExpired">Whether it is past its time; then it is leased only to be ended.</param>
/// <param name="Reason">Why it was not sent at the latest attempt; empty when nothing was said.</param>
public sealed record LeasedContactRow(
    LeasedContact Contact, string ContactId, string CustomerId, LeaseToken Lease, bool IsExpired, string Reason)
{
    /// <summary>The campaign that sends it; empty for none.</summary>
    public string CampaignId { get; init; } = "";

    /// <summary>The customer's version after the commit that sent it; 0 when it is not known.</summary>
    public long StateVersion { get; init; }

    /// <summary>The customer's version at the lease; 0 when the customer has no state.</summary>
    public long CurrentVersion { get; init; }

    /// <summary>From when on it was void before this lease, unix milliseconds; the last lease ends the contact's time earlier.</summary>
    public long ExpiresAtMs { get; init; }

    /// <summary>Whether its customer is, at the lease, as the commit that sent it left them.</summary>
    public bool IsUnchanged => StateVersion != 0 && StateVersion == CurrentVersion;
}

/// <summary>A contact and the lease under which it is settled.</summary>
public readonly record struct ContactLease(string ContactId, LeaseToken Lease);

/// <summary>A contact that was not sent, and waits for another attempt.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="NextAtMs">From when on it may be leased again, unix milliseconds.</param>
/// <param name="Reason">Why it was not sent.</param>
public readonly record struct ReturnedContact(ContactLease Contact, long NextAtMs, string Reason);

/// <summary>A contact that may not go now: its lease ends as if it had never been.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="NextAtMs">From when on it may be leased again, unix milliseconds.</param>
/// <param name="ExpiresAtMs">From when on it is void, unix milliseconds: what it was before the lease.</param>
/// <param name="HeldBy">What keeps it back; not empty. A contact that is kept back holds up no other of its customer.</param>
public readonly record struct DeferredContact(ContactLease Contact, long NextAtMs, long ExpiresAtMs, string HeldBy);

/// <summary>Which contacts of the outbox are looked at: those of a channel, of a campaign, or of both. One of them is given.</summary>
/// <param name="ChannelId">The channel; empty for any.</param>
/// <param name="CampaignId">The campaign; empty for any.</param>
/// <param name="AvailableBeforeMs">Only those that might go by then, unix milliseconds.</param>
public sealed record WaitingFilter(string ChannelId, string CampaignId, long AvailableBeforeMs = long.MaxValue);

/// <summary>A place among waiting contacts, the next to go first. A page of them begins after one.</summary>
public readonly record struct WaitingPlace(long NextAtMs, long Seq)
{
    /// <summary>The beginning.</summary>
    public static WaitingPlace First { get; } = new(0, -1);

    /// <summary>The place right after this one.</summary>
    public WaitingPlace Next => this with { Seq = Seq + 1 };

    /// <summary>Whether what is here goes before what is there.</summary>
    public bool IsBefore(WaitingPlace other) => (NextAtMs, Seq).CompareTo((other.NextAtMs, other.Seq)) < 0;
}

/// <summary>A contact in the outbox, as a look at it shows it: nothing is leased.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="ChannelId">Its channel.</param>
/// <param name="CampaignId">The campaign that sends it; empty for none.</param>
/// <param name="Place">Its place in the pages; its instant says when it may go next, or when its lease ends.</param>
public sealed record WaitingContactRow(string ContactId, string CustomerId, string ChannelId, string CampaignId, WaitingPlace Place)
{
    /// <summary>From when on it might be sent, unix milliseconds.</summary>
    public long AvailableAtMs { get; init; }

    /// <summary>From when on it is void, unix milliseconds.</summary>
    public long ExpiresAtMs { get; init; }

    /// <summary>How often it was leased.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether it has a lease, or had one that nobody settled.</summary>
    public bool IsLeased { get; init; }

    /// <summary>What keeps it back; empty for nothing.</summary>
    public string HeldBy { get; init; } = "";

    /// <summary>Why it was not sent at the latest attempt; empty when nothing was said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What is sent.</summary>
    public byte[] Message { get; init; } = [];
}

/// <summary>How many contacts of the outbox are alike.</summary>
/// <param name="ChannelId">Their channel.</param>
/// <param name="IsLeased">Whether they are with a gateway.</param>
/// <param name="HeldBy">What keeps them back; empty for nothing.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestAtMs">Since when the oldest of them might be sent, unix milliseconds.</param>
public sealed record WaitingCountRow(string ChannelId, bool IsLeased, string HeldBy, long Count, long OldestAtMs);

/// <summary>Where a page of dead letters begins: after this one, the latest first.</summary>
public readonly record struct DeadLetterPlace(long DiedAtMs, string ContactId)
{
    /// <summary>The beginning.</summary>
    public static DeadLetterPlace First { get; } = new(long.MaxValue, "");
}
