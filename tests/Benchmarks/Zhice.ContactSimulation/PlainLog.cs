using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.ContactSimulation;

/// <summary>What the plain log says of a contact that a channel asks for.</summary>
internal enum PlainHandOver
{
    Goes,
    Waits,
    Void,
}

/// <summary>All that happened to a customer, and the rules of <see cref="SimulatedBank"/> once more, in the plainest words.</summary>
internal sealed class PlainLog(string zoneId)
{
    private const long HourMs = SimulatedBank.HourMs;
    private const long DayMs = SimulatedBank.DayMs;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
    private readonly List<Entry> _made = [];
    private readonly List<(int Action, bool IsDismissal, long AtMs)> _answers = [];

    /// <summary>What was said that binds contacts.</summary>
    public PlainWords Words { get; } = new();

    /// <summary>Slots that are held, by contact: when they expire.</summary>
    public Dictionary<(ulong Decision, ushort Action), (Entry Entry, long ExpiresAtMs)> Held { get; } = [];

    public void Make(Entry entry) => _made.Add(entry);

    public void Unmake(Entry entry) => _made.Remove(entry);

    public void Answer(int action, bool isDismissal, long atMs) => _answers.Add((action, isDismissal, atMs));

    public Entry At(ContactScopes scopes, long atMs) =>
        new(atMs, DayOf(atMs), scopes.Channel, scopes.Category, scopes.Action, scopes.Treatment);

    /// <summary>Why a contact must not be decided; null when it may be.</summary>
    /// <param name="scopes">What it belongs to.</param>
    /// <param name="purpose">Why it is said.</param>
    /// <param name="campaign">The campaign that asks; null for none.</param>
    /// <param name="now">The instant.</param>
    public ReasonCode? Refuses(ContactScopes scopes, Purpose purpose, int? campaign, long now)
    {
        var isMarketing = purpose == Purpose.Marketing;
        return Words.IsStopped(
            scopes.Channel, scopes.Action, purpose) || (campaign is { } asking && Words.DoesCampaignWait(asking)) ? ReasonCode.Stopped
            : isMarketing && Words.IsHeldByAnother(scopes.Action, scopes.Channel, now) ? ReasonCode.Held
            : Words.IsConsentRefused(scopes.Channel, purpose, now) ? ReasonCode.Consent
            : !isMarketing ? null
            : Words.IsOnList(now) ? ReasonCode.DoNotContact
            : IsQuiet(scopes.Channel, now) ? ReasonCode.QuietHours
            : IsSuppressed(scopes, now) ? ReasonCode.Suppressed
            : IsCapReached(scopes, now) ? ReasonCode.CapReached
            : null;
    }

    /// <summary>What becomes of a contact that a channel asks for now.</summary>
    public PlainHandOver HandsOver(ContactScopes scopes, Purpose purpose, int campaign, long decidedAtMs, long now)
    {
        if (Words.IsRecalled(campaign, decidedAtMs))
        {
            return PlainHandOver.Void;
        }

        var isMarketing = purpose == Purpose.Marketing;
        return Words.IsStopped(scopes.Channel, scopes.Action, purpose) || Words.DoesCampaignWait(campaign) ? PlainHandOver.Waits
            : isMarketing && IsQuiet(scopes.Channel, now) ? PlainHandOver.Waits
            : Words.IsConsentRefused(scopes.Channel, purpose, now)
                || (isMarketing && (Words.IsOnList(now) || Words.IsHeldByAnother(scopes.Action, scopes.Channel, now))) ? PlainHandOver.Void
            : PlainHandOver.Goes;
    }

    /// <summary>How many caps hold more contacts than they allow, of those that a contact at an instant belongs to.</summary>
    public int Exceeded(ContactScopes scopes, long now)
    {
        var (day, used) = (DayOf(now), new int[7]);
        foreach (var made in _made)
        {
            Count(made, now, day, used, scopes);
        }

        return used.Zip([10, 30, 3, 5, 1, 5, 4], (count, limit) => count > limit ? 1 : 0).Sum();
    }

    private bool IsQuiet(int channel, long now)
    {
        var hour = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(now), _zone).Hour;
        return (channel == SimulatedBank.Text && hour is >= 21 or < 9 && channel == SimulatedBank.Text)
            || (channel == SimulatedBank.Push && (hour >= 22 || hour < 7));
    }

    private bool IsSuppressed(ContactScopes scopes, long now)
    {
        foreach (var (action, isDismissal, atMs) in _answers)
        {
            var category = action % 3 + 1;
            if ((scopes.Action == 4 && action == 4 && now - atMs < (isDismissal ? 30 : 10) * DayMs)
                || (scopes.Category == 3 && category == 3 && isDismissal && now - atMs < DayMs)
                || (IsLoan(scopes.Category) && IsLoan(category) && isDismissal && now - atMs < HourMs))
            {
                return true;
            }
        }

        if (scopes.Action <= 3 && (Waiting(now).Any(Excludes) || _made.Exists(made => now - made.AtMs < DayMs && Excludes(made))))
        {
            return true;
        }

        return scopes.Channel == SimulatedBank.Text
            && _made.Exists(made => made.Channel == SimulatedBank.Text && now - made.AtMs < 2 * HourMs);

        bool Excludes(Entry other) => other.Action <= 3 && other.Action != scopes.Action;
    }

    private bool IsCapReached(ContactScopes scopes, long now)
    {
        var (day, used) = (DayOf(now), new int[7]);
        foreach (var made in _made)
        {
            Count(made, now, day, used, scopes);
        }

        foreach (var entry in Waiting(now))
        {
            Count(entry with { AtMs = now, Day = day }, now, day, used, scopes);
        }

        return used[0] >= (scopes.Action < 5 ? 9 : 10) || used[1] >= 30 || used[2] >= 3 || used[3] >= 5 || used[4] >= 1 || used[5] >= 5
            || used[6] >= 4;
    }

    private IEnumerable<Entry> Waiting(long now) => Held.Values.Where(held => held.ExpiresAtMs > now).Select(static held => held.Entry);

    private static void Count(Entry made, long now, DateOnly day, int[] used, ContactScopes like)
    {
        var isSameWeek = made.Day.DayNumber / 7 == day.DayNumber / 7; // day 0 is a Monday
        var areLoans = IsLoan(made.Category) && IsLoan(like.Category);
        used[0] += now - made.AtMs < 7 * DayMs ? 1 : 0;
        used[1] += (made.Day.Year, made.Day.Month) == (day.Year, day.Month) ? 1 : 0;
        used[2] += made.Channel == like.Channel && made.Day == day ? 1 : 0;
        used[3] += made.Category == like.Category && isSameWeek ? 1 : 0;
        used[4] += made.Treatment == like.Treatment && now - made.AtMs < 3 * DayMs ? 1 : 0;
        used[5] += areLoans && isSameWeek ? 1 : 0;
        used[6] += areLoans && now - made.AtMs < 5 * DayMs ? 1 : 0;
    }

    // Categories 1 and 2 are groups of the loans.
    private static bool IsLoan(int category) => category is 1 or 2 or SimulatedBank.Loans;

    private DateOnly DayOf(long ms) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone).DateTime);

    public readonly record struct Entry(long AtMs, DateOnly Day, int Channel, int Category, int Action, int Treatment);
}
