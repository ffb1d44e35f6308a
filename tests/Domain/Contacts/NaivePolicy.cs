using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>A rule book drawn by lot, and a log of all that happened, which is counted anew for every question.</summary>
internal sealed class NaivePolicy
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    // Without summer time, and with it.
    private static readonly string[] Zones = ["Asia/Shanghai", "Europe/Berlin", "America/New_York"];

    // Days before clocks change, months and years end, and a leap day.
    private static readonly DateTime[] Starts =
    [
        new(2026, 3, 6), new(2026, 3, 27), new(2026, 10, 23), new(2026, 10, 30), new(2026, 12, 28), new(2028, 2, 26), new(2026, 6, 1),
    ];

    private static readonly long[] Spans = [HourMs, 5 * HourMs, DayMs, 7 * DayMs, 30 * DayMs];

    private readonly TimeZoneInfo _zone;

    public NaivePolicy(Random dice, int maxLimit = 5)
    {
        Parent = (ushort)(dice.Next(2) == 0 ? 0 : 2);
        SpacesService = dice.Next(3) == 0;
        ZoneId = Zones[dice.Next(Zones.Length)];
        _zone = TimeZoneInfo.FindSystemTimeZoneById(ZoneId);
        StartMs = new DateTimeOffset(Starts[dice.Next(Starts.Length)], TimeSpan.Zero).ToUnixTimeMilliseconds();
        Caps = [.. Enumerable.Range(0, dice.Next(1, 7)).Select(i => DrawCap(dice, i, maxLimit))];
        Quiet = dice.Next(2) == 0 ? null : ((ushort)dice.Next(1, 3), dice.Next(1440), dice.Next(1440));
        Quiet = Quiet is { } quiet && quiet.From == quiet.Until ? null : Quiet;
        SpacingMs = dice.Next(3) == 0 ? dice.Next(1, 3 * (int)HourMs) : 0;
        ChannelSpacingMs = dice.Next(3) == 0 ? dice.Next(1, 30 * (int)HourMs) : 0;
        Group = dice.Next(2) == 0 ? [] : [1, 2, 4];
        GroupMs = Spans[dice.Next(Spans.Length)];
        ActionCoolDown = dice.Next(2) == 0 ? default : ((ushort)3, dice.Next(2) * Spans[3], dice.Next(2) * Spans[4]);
        CategoryCoolDown = dice.Next(2) == 0 ? default : ((ushort)dice.Next(1, 3), dice.Next(2) * Spans[2], dice.Next(2) * Spans[3]);
    }

    /// <summary>The category that category 1 is a group of; 0: of none.</summary>
    public ushort Parent { get; }

    /// <summary>Whether the spacings bind service too.</summary>
    public bool SpacesService { get; }

    public string ZoneId { get; }

    public long StartMs { get; }

    public List<Cap> Caps { get; set; }

    public (ushort Channel, int From, int Until)? Quiet { get; }

    public long SpacingMs { get; }

    public long ChannelSpacingMs { get; }

    public ushort[] Group { get; }

    public long GroupMs { get; }

    public (ushort Action, long DismissalMs, long AcceptanceMs) ActionCoolDown { get; }

    public (ushort Category, long DismissalMs, long AcceptanceMs) CategoryCoolDown { get; }

    public List<Contact> Contacts { get; } = [];

    public List<(ContactId Id, Contact Contact, long ExpiresAtMs)> Held { get; } = [];

    public List<(ushort Action, ushort Category, bool IsDismissal, long AtMs)> Answers { get; } = [];

    public ContactPolicy Compile() => new(
        [.. Caps.Select(cap => new ContactCap(cap.Id, cap.Scope, cap.Number, cap.Limit, cap.SlidingMs > 0 ? CapWindow.Sliding(cap.SlidingMs) : CapWindow.Calendar(cap.Period))
        {
            CountAt = cap.CountAt, Reserve = cap.Reserve, HoldLastForPriority = cap.HoldFor, Purposes = cap.Purposes,
        })],
        new BankCalendar(ZoneId),
        new ContactRules
        {
            Categories = new([KeyValuePair.Create((ushort)1, Parent)]),
            QuietHours = Quiet is { } quiet ? [new($"c{quiet.Channel}", quiet.Channel, quiet.From, quiet.Until)] : [],
            Spacings =
            [
                .. SpacingMs > 0 ? [new ContactSpacing("", 0, SpacingMs) { Purposes = Spaced }] : Array.Empty<ContactSpacing>(),
                .. ChannelSpacingMs > 0
                    ? [new ContactSpacing("c2", 2, ChannelSpacingMs) { Purposes = Spaced }]
                    : Array.Empty<ContactSpacing>(),
            ],
            Exclusions = Group.Length > 0 ? [new("group", [.. Group], GroupMs)] : [],
            CoolDowns =
            [
                .. ActionCoolDown.Action > 0
                    ? [new CoolDown("action", ActionCoolDown.Action, 0, ActionCoolDown.DismissalMs, ActionCoolDown.AcceptanceMs)]
                    : Array.Empty<CoolDown>(),
                .. CategoryCoolDown.Category > 0
                    ? [new CoolDown("category", 0, CategoryCoolDown.Category, CategoryCoolDown.DismissalMs, CategoryCoolDown.AcceptanceMs)]
                    : Array.Empty<CoolDown>(),
            ],
        });

    public string FirstRefusal(ContactRequest ask, long now, IEnumerable<ContactRequest> pending)
    {
        List<Contact> waiting =
        [
            .. pending.Select(other => new Contact(other.Scopes, now, other.Moment, other.Purpose)),
            .. Held.Where(held => held.ExpiresAtMs > now).Select(held => held.Contact),
        ];
        var refusal = ask.Purpose == Purpose.Marketing ? RefusalOfMarketing(ask.Scopes, now, waiting) : "";
        if (refusal.Length > 0 || ask.Purpose == Purpose.Regulatory)
        {
            return refusal;
        }

        var spaced = waiting.Select(static other => other with { AtMs = long.MaxValue / 2 }).Concat(Contacts)
            .Where(_ => ask.Purpose == Purpose.Marketing || SpacesService)
            .Where(other => other.Purpose == Purpose.Marketing || (SpacesService && other.Purpose == Purpose.Service)).ToList();
        if (SpacingMs > 0 && spaced.Any(other => now < other.AtMs + SpacingMs))
        {
            return Named(ReasonCode.Suppressed, "");
        }

        if (ChannelSpacingMs > 0 && ask.Scopes.Channel == 2
            && spaced.Any(other => other.Scopes.Channel == 2 && now < other.AtMs + ChannelSpacingMs))
        {
            return Named(ReasonCode.Suppressed, "c2");
        }

        foreach (var cap in Caps.Where(cap => Concerns(cap, ask.Scopes, ask.Moment, ask.Purpose)))
        {
            var used = NumbersFor(cap, ask.Scopes).Max(number => Contacts.Count(made => IsInWindow(cap, made.AtMs, now) && Counts(cap, made, number))
                + waiting.Count(other => Counts(cap, other, number)));
            if (used >= cap.Limit || (used == cap.Limit - 1 && ask.Priority < cap.HoldFor))
            {
                return Named(ReasonCode.CapReached, cap.Id);
            }
        }

        return "";
    }

    private string RefusalOfMarketing(ContactScopes scopes, long now, List<Contact> waiting)
    {
        if (Quiet is { } quiet && quiet.Channel == scopes.Channel && IsQuiet(quiet, now))
        {
            return Named(ReasonCode.QuietHours, $"c{quiet.Channel}");
        }

        if (Answers.Any(answer => answer.Action == scopes.Action && scopes.Action == ActionCoolDown.Action
            && now < answer.AtMs + (answer.IsDismissal ? ActionCoolDown.DismissalMs : ActionCoolDown.AcceptanceMs)))
        {
            return Named(ReasonCode.Suppressed, "action");
        }

        if (Answers.Any(answer => IsWithin(answer.Category, CategoryCoolDown.Category) && IsWithin(scopes.Category, CategoryCoolDown.Category)
            && now < answer.AtMs + (answer.IsDismissal ? CategoryCoolDown.DismissalMs : CategoryCoolDown.AcceptanceMs)))
        {
            return Named(ReasonCode.Suppressed, "category");
        }

        return Group.Contains(scopes.Action)
            && Contacts.Where(made => now < made.AtMs + GroupMs).Concat(waiting)
                .Any(other =>
                    other.Purpose == Purpose.Marketing && other.Scopes.Action != scopes.Action && Group.Contains(other.Scopes.Action))
            ? Named(ReasonCode.Suppressed, "group")
            : "";
    }

    /// <summary>The caps that more contacts were made under than they allow.</summary>
    public IEnumerable<string> Exceeded(long now) =>
        from cap in Caps
        from made in Contacts
        where Concerns(cap, made.Scopes, made.Moment, made.Purpose)
        from number in NumbersFor(cap, made.Scopes)
        where Contacts.Count(other => IsInWindow(cap, other.AtMs, now) && Counts(cap, other, number)) > cap.Limit
        select cap.Id;

    public int Used(Cap cap, ushort number, long now) =>
        Contacts.Count(made => IsInWindow(cap, made.AtMs, now) && Counts(cap, made, number))
        + Held.Count(held => held.ExpiresAtMs > now && Counts(cap, held.Contact, number));

    public static string Named(ReasonCode reason, string id) => $"{reason} {id}";

    private BoundPurposes Spaced => SpacesService ? BoundPurposes.Marketing | BoundPurposes.Service : BoundPurposes.Marketing;

    private bool IsWithin(ushort category, ushort other) => other != 0 && (category == other || (category == 1 && Parent == other));

    private bool Concerns(Cap cap, ContactScopes scopes, CountMoment moment, Purpose purpose) =>
        (cap.Number == 0 || IsOf(cap.Scope, scopes, cap.Number))
        && (cap.CountAt == CountMoment.Any || cap.CountAt == moment)
        && ((purpose == Purpose.Marketing && cap.Purposes.HasFlag(BoundPurposes.Marketing))
            || (purpose == Purpose.Service && cap.Purposes.HasFlag(BoundPurposes.Service)));

    private bool Counts(Cap cap, Contact made, ushort number) =>
        Concerns(cap, made.Scopes, made.Moment, made.Purpose) && IsOf(cap.Scope, made.Scopes, number);

    private bool IsOf(CapScope scope, ContactScopes scopes, ushort number) =>
        scope == CapScope.Category ? IsWithin(scopes.Category, number) : scopes.In(scope) == number;

    // A contact counts by its category and by the one that this is a group of.
    private IEnumerable<ushort> NumbersFor(Cap cap, ContactScopes scopes) =>
        cap.Number != 0 ? [cap.Number]
        : cap.Scope == CapScope.Category && scopes.Category == 1 && Parent != 0 ? [1, Parent]
        : [scopes.In(cap.Scope)];

    private bool IsInWindow(Cap cap, long atMs, long now) => cap.SlidingMs > 0
        ? now < atMs + cap.SlidingMs
        : PeriodOf(cap.Period, atMs) == PeriodOf(cap.Period, now);

    private DateTime Local(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone).DateTime;

    private bool IsQuiet((ushort Channel, int From, int Until) quiet, long ms)
    {
        var minute = (int)Local(ms).TimeOfDay.TotalMinutes;
        return (minute - quiet.From + 1440) % 1440 < (quiet.Until - quiet.From + 1440) % 1440;
    }

    private DateOnly PeriodOf(CalendarPeriod period, long ms)
    {
        var date = DateOnly.FromDateTime(Local(ms));
        return period switch
        {
            CalendarPeriod.Day => date,
            CalendarPeriod.Week => DateOnly.FromDayNumber(date.DayNumber - (date.DayNumber % 7)), // day 0 is a Monday
            _ => new DateOnly(date.Year, date.Month, 1),
        };
    }

    private static Cap DrawCap(Random dice, int i, int maxLimit)
    {
        var scope = (CapScope)dice.Next(1, 6);
        var isCalendar = dice.Next(2) == 0;
        return new(
            $"cap{i}",
            scope,
            (ushort)(scope == CapScope.All ? 0 : dice.Next(3)),
            dice.Next(1, maxLimit + 1),
            isCalendar ? 0 : Spans[dice.Next(Spans.Length)],
            isCalendar ? (CalendarPeriod)dice.Next(1, 4) : default,
            (CountMoment)Math.Max(0, dice.Next(-4, 3)),
            dice.Next(3) == 0,
            dice.Next(4) == 0 ? 5 : 0,
            (BoundPurposes)(dice.Next(2) == 0 ? 1 : dice.Next(1, 4)));
    }

    public sealed record Cap(
        string Id, CapScope Scope, ushort Number, int Limit, long SlidingMs, CalendarPeriod Period, CountMoment CountAt, bool Reserve,
        int HoldFor,
        BoundPurposes Purposes);

    public readonly record struct Contact(ContactScopes Scopes, long AtMs, CountMoment Moment, Purpose Purpose);
}
