namespace Zhice.Domain.Contacts;

/// <summary>
/// A contact policy at an instant: what is the same for all contacts of one channel with one customer. A decision over
/// many candidates finds it out once.
/// </summary>
public readonly ref struct PolicyMoment
{
    internal PolicyMoment(
        ContactState memory, ushort channel, long nowMs, Span<CapMoment> caps, bool isConsented, bool isServiceConsented,
        int quietHours, int spacing, int serviceSpacing)
    {
        Caps = caps;
        (Memory, Channel, NowMs, QuietHours) = (memory, channel, nowMs, quietHours);
        (History, Reservations) = (memory.History, memory.Reservations);
        (IsConsented, IsServiceConsented) = (isConsented, isServiceConsented);
        (Spacing, ServiceSpacing) = (spacing, serviceSpacing);
    }

    internal ContactState Memory { get; }

    // Of the memory, what caps ask for each candidate: to copy the whole of it costs more than to ask.
    internal ContactHistory History { get; }

    internal Reservations Reservations { get; }

    internal ushort Channel { get; }

    internal long NowMs { get; }

    internal Span<CapMoment> Caps { get; }

    // What the customer's words say to marketing, and to service messages.
    internal bool IsConsented { get; }

    internal bool IsServiceConsented { get; }

    // The do-not-contact list that the customer is on; -1 for none.
    internal int DoNotContact { get; init; } = -1;

    // Which of the policy's hold now; -1 for none.
    internal int QuietHours { get; }

    internal int Spacing { get; }

    // That which binds service.
    internal int ServiceSpacing { get; }
}
