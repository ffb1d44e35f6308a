using System.Runtime.CompilerServices;

namespace Zhice.Domain.Contacts;

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

    /// <summary>Whether it is a window at all; a cap without one is always reached.</summary>
    public bool IsPossible => _slidingMs > 0 || _period is >= CalendarPeriod.Day and <= CalendarPeriod.Month;

    /// <summary>The instant from which contacts count now.</summary>
    public long Since(long nowMs, BankCalendar calendar) =>
        _slidingMs > 0 ? nowMs - _slidingMs + 1 : calendar.GetStart(_period, nowMs);

    /// <summary>When a contact counts no more.</summary>
    public long GetEnd(long contactMs, BankCalendar calendar) =>
        _slidingMs > 0 ? contactMs + _slidingMs : calendar.NextStart(_period, contactMs);
}

/// <summary>At most so many contacts with a customer in a window.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">What it counts together.</param>
/// <param name="ScopeNumber">Only this channel, category, action or treatment; 0: each by itself.</param>
/// <param name="Limit">How many contacts.</param>
/// <param name="Window">In what window.</param>
public sealed record ContactCap(string Id, CapScope Scope, ushort ScopeNumber, int Limit, CapWindow Window)
{
    /// <summary>Only contacts that count at this moment are counted and bound.</summary>
    public CountMoment CountAt { get; init; }

    /// <summary>True: a decision takes the slot at once, and gives it back when nothing comes of it.</summary>
    public bool Reserve { get; init; }

    /// <summary>The last slot is for actions of at least this priority; 0: for all.</summary>
    public int HoldLastForPriority { get; init; }

    /// <summary>Only contacts of these purposes are counted and bound.</summary>
    public BoundPurposes Purposes { get; init; } = BoundPurposes.Marketing;

    /// <summary>Of what it counts each by itself; <see cref="CapScope.All"/>: it has one count for each customer.</summary>
    public CapScope CountsApart => ScopeNumber == 0 ? Scope : CapScope.All;

    /// <summary>Whether it counts and binds a contact: one of a category's group is one of the category.</summary>
    public bool Binds(in ContactRequest ask, CategoryGroups groups) => Binds(ask, ask.Bound, groups);

    /// <summary>The contacts that it counts together by a number of its scope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ContactSelection Selects(ushort number, CategoryGroups groups) =>
        new(Scope, number, CountAt, Purposes, Scope == CapScope.Category && groups.HasGroups(number) ? groups : null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Binds(in ContactRequest ask, BoundPurposes bound, CategoryGroups groups) =>
        (Purposes & bound) != 0
        && (ScopeNumber == 0 || ScopeNumber == ask.Scopes.In(Scope) || (Scope == CapScope.Category && groups.IsWithin(ask.Scopes.Category, ScopeNumber)))
        && (CountAt == CountMoment.Any || ask.Moment == CountMoment.Any || ask.Moment == CountAt);

    /// <summary>How many slots an action of a priority may use up.</summary>
    public int LimitFor(int priority) => priority < HoldLastForPriority ? Limit - 1 : Limit;
}
