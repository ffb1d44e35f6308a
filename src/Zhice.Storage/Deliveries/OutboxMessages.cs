using Zhice.Domain.Deliveries;

namespace Zhice.Storage.Deliveries;

/// <summary>Which contacts are wanted, and for how long.</summary>
/// <param name="ChannelId">Of which channel.</param>
/// <param name="Buckets">Of which customers: 1,024 bytes, 1 for each bucket that is meant, 0 for the others.</param>
/// <param name="Most">How many at the most.</param>
/// <param name="NowMs">Now, unix milliseconds.</param>
/// <param name="EndsAtMs">When the leases end, unix milliseconds.</param>
/// <param name="MostAttempts">How often a contact is leased at the most; the last lease is its last chance.</param>
public sealed record LeaseTerms(string ChannelId, byte[] Buckets, int Most, long NowMs, long EndsAtMs, int MostAttempts);

/// <summary>A contact that is leased.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="CustomerId">Its customer.</param>
/// <param name="Lease">The lease.</param>
/// <param name="Attempt">Which lease of the contact it is, from 1.</param>
/// <param name="IsExpired">Whether it is past its time; then it is leased only to be ended.</param>
/// <param name="Reason">Why it was not sent at the latest attempt; empty when nothing was said.</param>
/// <param name="Message">What is sent.</param>
public sealed record LeasedContact(
    string ContactId, string CustomerId, LeaseToken Lease, int Attempt, bool IsExpired, string Reason, byte[] Message);

/// <summary>A contact and the lease under which it is settled.</summary>
public readonly record struct HeldContact(string ContactId, LeaseToken Lease);

/// <summary>A contact that was not sent, and waits for another attempt.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="NextAtMs">From when on it may be leased again, unix milliseconds.</param>
/// <param name="Reason">Why it was not sent.</param>
public readonly record struct ReturnedContact(HeldContact Contact, long NextAtMs, string Reason);

/// <summary>What became of a settlement.</summary>
public enum SettlementOutcome : byte
{
    /// <summary>It holds, durably.</summary>
    Settled = 1,

    /// <summary>The contact had come to its end before.</summary>
    Ended = 2,

    /// <summary>The contact is there, and the lease is no longer its own.</summary>
    LeaseOver = 3,
}

/// <summary>A contact that was given up.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Attempts">How often it was leased.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="DiedAtMs">When, unix milliseconds.</param>
/// <param name="Message">What was to be sent.</param>
public sealed record DeadLetterRow(string ContactId, int Attempts, string Reason, long DiedAtMs, byte[] Message);

/// <summary>Where a page of dead letters begins: after this one, the latest first.</summary>
public readonly record struct DeadLetterPlace(long DiedAtMs, string ContactId)
{
    /// <summary>The beginning.</summary>
    public static DeadLetterPlace First { get; } = new(long.MaxValue, "");
}

/// <summary>How many contacts came to an end on a day.</summary>
/// <param name="CampaignId">Their campaign; empty for none.</param>
/// <param name="ChannelId">Their channel.</param>
/// <param name="Day">The day, days since 1970-01-01.</param>
/// <param name="Outcome">How they ended, or what was heard of them.</param>
/// <param name="Count">How many.</param>
public sealed record DeliveryCountRow(string CampaignId, string ChannelId, int Day, DeliveryOutcome Outcome, long Count);
