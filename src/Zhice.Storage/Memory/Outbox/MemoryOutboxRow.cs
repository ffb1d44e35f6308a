using System.Text;
using Zhice.Domain.Primitives;
using Zhice.Storage.Background;
using Zhice.Storage.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Outbox;

/// <summary>A contact on its way, in memory. What orders it changes only while it is out of <see cref="MemoryOutboxRows"/>.</summary>
internal sealed class MemoryOutboxRow(
    StateKey customer, string contactId, string channelId, string campaignId, byte[] message, long seq, long stateVersion)
{
    public StateKey Customer => customer;

    public string ContactId => contactId;

    public string ChannelId => channelId;

    public string CampaignId => campaignId;

    public byte[] Message => message;

    public long Seq => seq;

    public long StateVersion => stateVersion;

    /// <summary>The group by which it is measured; 0: it is not.</summary>
    public long GroupId { get; init; }

    public required long AvailableAtMs { get; init; }

    /// <summary>From when on it may be leased, or the end of its lease.</summary>
    public required long NextAtMs { get; set; }

    public required long ExpiresAtMs { get; set; }

    public int Attempts { get; set; }

    public Guid? Lease { get; set; }

    /// <summary>Its lease; that of no id where it has none.</summary>
    public LeaseToken Token => new(Lease ?? Guid.Empty, (short)customer.Bucket);

    public string Reason { get; set; } = "";

    /// <summary>What keeps it back; empty for nothing.</summary>
    public string HeldBy { get; set; } = "";

    /// <summary>Whether it waits behind another: <see cref="NextAtMs"/> says when it is looked at again.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Whether some wait behind it.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>In which order the contacts of a customer go: what was tried before what was not, then as they became available.</summary>
    public (bool IsUntried, long AvailableAtMs, long Seq) Turn => (Attempts == 0, AvailableAtMs, seq);

    /// <summary>Whether a consumer has it.</summary>
    public bool IsOut(long nowMs) => Lease is not null && !IsBehind && NextAtMs > nowMs;

    /// <summary>Whether it is among those of which the first in order goes.</summary>
    public bool IsOpen(long nowMs) =>
        ExpiresAtMs > nowMs && (HeldBy.Length == 0 || NextAtMs <= nowMs) && (Attempts > 0 || AvailableAtMs <= nowMs);

    /// <summary>Whether it holds up another of its customer's in its channel.</summary>
    public bool HoldsUp(MemoryOutboxRow other, long nowMs) =>
        other.ChannelId == channelId && other.Seq != seq && (IsOut(nowMs) || (IsOpen(nowMs) && Turn.CompareTo(other.Turn) < 0));

    public WaitingContactRow Waiting => new(contactId, Encoding.UTF8.GetString(customer.Key), channelId, campaignId, new(NextAtMs, seq))
    {
        AvailableAtMs = AvailableAtMs, ExpiresAtMs = ExpiresAtMs, Attempts = Attempts, IsLeased = Lease is not null && !IsBehind,
        HeldBy = HeldBy, Reason = Reason,
        Message = message,
    };

    public LeasedContactRow Leased(bool isExpired, long currentVersion = 0, long expiresAtMs = 0) => new(
        new(message, Attempts, Token.ToString(), NextAtMs), contactId, Encoding.UTF8.GetString(customer.Key), Token, isExpired, Reason)
    {
        CampaignId = campaignId, StateVersion = stateVersion, CurrentVersion = currentVersion, ExpiresAtMs = expiresAtMs,
    };
}
