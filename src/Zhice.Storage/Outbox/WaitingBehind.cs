namespace Zhice.Storage.Outbox;

/// <summary>
/// How contacts wait that are due and may not go, as another of their customer's goes first in their channel: they leave the head
/// of the queue, so that no lease meets them again and again. The end of the one before wakes the next.
/// </summary>
internal static class WaitingBehind
{
    /// <summary>How many contacts a lease looks at in one turn once it has met some that wait.</summary>
    public const int AtOnce = 200;

    /// <summary>How many of those that wait a lease puts behind in one turn: it takes longer than to look at them.</summary>
    public const int PutInLease = 16;

    /// <summary>How many contacts a lease passes over in one turn that looks for one that is free; the next lease goes on.</summary>
    public const int PassedAtOnce = 500;

    /// <summary>How many contacts the step beside leases looks at in one turn, and puts behind.</summary>
    public const int PutAtOnce = 32;

    /// <summary>How many turns a lease takes in memory; the next lease goes on.</summary>
    public const int MaxTurnsInMemory = 5;

    /// <summary>
    /// When a contact is looked at again: when the one before it may change without a word, or, where that goes now, right behind it.
    /// </summary>
    /// <param name="nextAtMs">From when on the one before may be leased again, unix milliseconds.</param>
    /// <param name="expiresAtMs">From when on the one before is void, unix milliseconds.</param>
    /// <param name="nowMs">Now, unix milliseconds; one that is void and with a consumer goes first until its lease is over.</param>
    /// <param name="wasSentLater">Whether the one before was sent later, and comes later of two that are due at an instant.</param>
    public static long UntilMs(long nextAtMs, long expiresAtMs, long nowMs, bool wasSentLater) =>
        expiresAtMs <= nowMs ? nextAtMs : Math.Min(expiresAtMs, wasSentLater ? nextAtMs + 1 : nextAtMs);
}
