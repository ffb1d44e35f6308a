namespace Zhice.Domain.Contacts;

/// <summary>What a cap counts together. The numbers are stored, and those of the public contract.</summary>
public enum CapScope : byte
{
    /// <summary>All contacts.</summary>
    All = 1,

    /// <summary>Contacts in a channel.</summary>
    Channel = 2,

    /// <summary>Contacts about a category.</summary>
    Category = 3,

    /// <summary>Contacts about an action.</summary>
    Action = 4,
}

/// <summary>The window of a cap: a sliding span, or the present calendar period.</summary>
public readonly record struct CapWindow
{
    private readonly long _slidingMs;
    private readonly CalendarPeriod _period;

    private CapWindow(long slidingMs, CalendarPeriod period) => (_slidingMs, _period) = (slidingMs, period);

    /// <summary>The last so many milliseconds: a contact at t counts while now is before t + span.</summary>
    public static CapWindow Sliding(long ms) => new(ms, default);

    /// <summary>The present calendar period of the bank.</summary>
    public static CapWindow Calendar(CalendarPeriod period) => new(0, period);

    /// <summary>The instant from which contacts count now.</summary>
    public long Since(long nowMs, BankCalendar calendar) =>
        _slidingMs > 0 ? nowMs - _slidingMs + 1 : calendar.StartOf(_period, nowMs);

    /// <summary>When a contact counts no more.</summary>
    public long EndOf(long contactMs, BankCalendar calendar) =>
        _slidingMs > 0 ? contactMs + _slidingMs : calendar.NextStart(_period, contactMs);
}

/// <summary>At most so many contacts with a customer in a window.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">What it counts together.</param>
/// <param name="ScopeNumber">Only this channel, category or action; 0: each by itself.</param>
/// <param name="Limit">How many contacts.</param>
/// <param name="Window">In what window.</param>
public sealed record ContactCap(string Id, CapScope Scope, ushort ScopeNumber, int Limit, CapWindow Window);

/// <summary>What a contact belongs to.</summary>
public readonly record struct ContactScopes(ushort Channel, ushort Category, ushort Action)
{
    /// <summary>The number that it has in a scope.</summary>
    public ushort In(CapScope scope) => scope switch
    {
        CapScope.Channel => Channel,
        CapScope.Category => Category,
        CapScope.Action => Action,
        _ => 0,
    };
}
