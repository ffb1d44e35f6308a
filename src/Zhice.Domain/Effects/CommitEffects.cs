namespace Zhice.Domain.Effects;

/// <summary>
/// What a commit does beside keeping the state: contacts counted and sent, timers set. The store writes all of it in the
/// state's own transaction, so that there is never one without the other.
/// </summary>
public sealed class CommitEffects
{
    private readonly List<CountedContact> _counted = [];
    private readonly List<OutboundContact> _sent = [];
    private readonly List<TimerChange> _timers = [];

    /// <summary>Contacts for the ledger.</summary>
    public IReadOnlyList<CountedContact> Counted => _counted;

    /// <summary>Contacts for the outbox.</summary>
    public IReadOnlyList<OutboundContact> Sent => _sent;

    /// <summary>Timers that are set or cancelled; one for a step.</summary>
    public IReadOnlyList<TimerChange> Timers => _timers;

    /// <summary>Counts a contact, which no other commit may have counted: else this one is refused.</summary>
    public void Count(CountedContact contact) => _counted.Add(contact);

    /// <summary>Hands a contact to its channel.</summary>
    public void Send(OutboundContact contact) => _sent.Add(contact);

    /// <summary>Sets or cancels the timer of a step; the last change of a step is the one that counts.</summary>
    public void Change(TimerChange timer)
    {
        _timers.RemoveAll(other => other.Step == timer.Step);
        _timers.Add(timer);
    }
}

/// <summary>A contact that counts towards the caps.</summary>
/// <param name="ContactId">Its id, by which it counts once.</param>
/// <param name="CountedAtMs">When, in unix milliseconds.</param>
public readonly record struct CountedContact(string ContactId, long CountedAtMs);

/// <summary>A contact on its way to a channel.</summary>
/// <param name="ContactId">Its id, by which the receiver knows a repeat.</param>
/// <param name="ChannelId">The channel that takes it.</param>
/// <param name="AvailableAtMs">From when on it may be sent, in unix milliseconds.</param>
/// <param name="ExpiresAtMs">From when on it is void, in unix milliseconds.</param>
/// <param name="Message">What is sent.</param>
public sealed record OutboundContact(string ContactId, string ChannelId, long AvailableAtMs, long ExpiresAtMs, byte[] Message);

/// <summary>A timer of a customer, set or cancelled.</summary>
/// <param name="Step">What it is for; a customer has one timer for a step.</param>
/// <param name="Generation">Which setting of it: one that fires with an older generation does nothing.</param>
/// <param name="DueAtMs">When it fires, in unix milliseconds; null cancels it.</param>
public readonly record struct TimerChange(string Step, long Generation, long? DueAtMs);
