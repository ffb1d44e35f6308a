using System.Collections.Immutable;

namespace Zhice.Domain.Contacts;

/// <summary>What binds contacts beside the caps: marketing, but for spacings that bind service too.</summary>
public sealed record ContactRules
{
    /// <summary>How long a reservation is held when the bank does not say.</summary>
    public static readonly TimeSpan DefaultReservationExpiry = TimeSpan.FromMinutes(30);

    /// <summary>No rules.</summary>
    public static ContactRules None { get; } = new();

    /// <summary>Where contacts ask for consent in another way than by default: marketing by opt-out, all else by none.</summary>
    public ImmutableArray<ConsentRule> Consents { get; init; } = [];

    /// <summary>Customers whom no marketing reaches.</summary>
    public ImmutableArray<DoNotContactList> DoNotContact { get; init; } = [];

    /// <summary>When channels are quiet; one for a channel.</summary>
    public ImmutableArray<QuietHours> QuietHours { get; init; } = [];

    /// <summary>The least time between contacts.</summary>
    public ImmutableArray<ContactSpacing> Spacings { get; init; } = [];

    /// <summary>Actions that keep each other away.</summary>
    public ImmutableArray<ExclusionGroup> Exclusions { get; init; } = [];

    /// <summary>How long an answer keeps away.</summary>
    public ImmutableArray<CoolDown> CoolDowns { get; init; } = [];

    /// <summary>Which categories are groups of others: what binds a category binds its groups.</summary>
    public CategoryGroups Categories { get; init; } = CategoryGroups.None;

    /// <summary>How long a reserved slot is held, in milliseconds.</summary>
    public long ReservationExpiryMs { get; init; } = (long)DefaultReservationExpiry.TotalMilliseconds;
}

/// <summary>A span of the local day in which a channel says nothing to sell.</summary>
/// <param name="ChannelId">The channel's id.</param>
/// <param name="Channel">The channel's number.</param>
/// <param name="FromMinute">From which minute of the local day, 0 to 1439.</param>
/// <param name="UntilMinute">Until which, exclusive; before <paramref name="FromMinute"/>: over midnight.</param>
public sealed record QuietHours(string ChannelId, ushort Channel, int FromMinute, int UntilMinute)
{
    private const int MinutesOfDay = 24 * 60;

    /// <summary>Whether the span is none, so that every minute is quiet.</summary>
    public bool NeverEnd => (uint)FromMinute >= MinutesOfDay || (uint)UntilMinute >= MinutesOfDay || FromMinute == UntilMinute;

    /// <summary>Whether a minute of the local day is quiet; with a span that is none, every one is.</summary>
    public bool Holds(int minute)
    {
        if (NeverEnd)
        {
            return true;
        }

        return FromMinute < UntilMinute
            ? minute >= FromMinute && minute < UntilMinute
            : minute >= FromMinute || minute < UntilMinute;
    }
}

/// <summary>The least time between two contacts.</summary>
/// <param name="ChannelId">The channel's id; empty for all.</param>
/// <param name="Channel">The channel whose contacts are meant; 0 for all.</param>
/// <param name="Ms">The time, in milliseconds.</param>
public sealed record ContactSpacing(string ChannelId, ushort Channel, long Ms)
{
    /// <summary>Only contacts of these purposes are spaced, from each other.</summary>
    public BoundPurposes Purposes { get; init; } = BoundPurposes.Marketing;

    internal bool Binds(ushort channel, BoundPurposes purpose) => (Purposes & purpose) != 0 && (Channel == 0 || Channel == channel);

    internal ContactSelection Selects => new(Channel == 0 ? CapScope.All : CapScope.Channel, Channel, CountMoment.Any, Purposes);
}

/// <summary>Actions of which only one may be said in a window; that one may be said again.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Actions">The actions' numbers.</param>
/// <param name="WindowMs">How long a contact about one keeps the others away, in milliseconds.</param>
public sealed record ExclusionGroup(string Id, ImmutableArray<ushort> Actions, long WindowMs);

/// <summary>How long an answer to an action, or to any of a category, keeps it away.</summary>
/// <param name="Id">The id of the action or category.</param>
/// <param name="Action">The action; 0 for a category.</param>
/// <param name="Category">The category; 0 for an action.</param>
/// <param name="DismissalMs">After a dismissal, in milliseconds; 0: not at all.</param>
/// <param name="AcceptanceMs">After an acceptance, in milliseconds; 0: not at all.</param>
public sealed record CoolDown(string Id, ushort Action, ushort Category, long DismissalMs, long AcceptanceMs)
{
    internal bool Holds(long dismissedAtMs, long acceptedAtMs, long nowMs) =>
        (DismissalMs > 0 && dismissedAtMs != long.MinValue && nowMs < dismissedAtMs + DismissalMs)
        || (AcceptanceMs > 0 && acceptedAtMs != long.MinValue && nowMs < acceptedAtMs + AcceptanceMs);
}
