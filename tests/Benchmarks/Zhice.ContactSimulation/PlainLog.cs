using Zhice.Domain.Contacts;

namespace Zhice.ContactSimulation;

/// <summary>All that happened to a customer, and the rules of <see cref="SimulatedBank"/> once more, in the plainest words.</summary>
internal sealed class PlainLog(string zoneId)
{
    private const long HourMs = SimulatedBank.HourMs;
    private const long DayMs = SimulatedBank.DayMs;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
    private readonly List<Entry> _made = [];
    private readonly List<(int Action, bool IsDismissal, long AtMs)> _answers = [];

    /// <summary>Slots that are held, by contact: when they expire.</summary>
    public Dictionary<(ulong Decision, ushort Action), (Entry Entry, long ExpiresAtMs)> Held { get; } = [];

    public void Make(Entry entry) => _made.Add(entry);

    public void Unmake(Entry entry) => _made.Remove(entry);

    public void Answer(int action, bool isDismissal, long atMs) => _answers.Add((action, isDismissal, atMs));

    public Entry At(ContactScopes scopes, long atMs) => new(atMs, DayOf(atMs), scopes.Channel, scopes.Category, scopes.Action, scopes.Treatment);

    public bool Refuses(ContactScopes scopes, long now)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(now), _zone);
        if (scopes.Channel == SimulatedBank.Text && local.Hour is >= 21 or < 9 && scopes.Channel == SimulatedBank.Text)
        {
            return true;
        }

        foreach (var (action, isDismissal, atMs) in _answers)
        {
            if ((scopes.Action == 4 && action == 4 && now - atMs < (isDismissal ? 30 : 10) * DayMs)
                || (scopes.Category == 3 && action % 3 + 1 == 3 && isDismissal && now - atMs < DayMs))
            {
                return true;
            }
        }

        List<Entry> waiting = [.. Held.Values.Where(held => held.ExpiresAtMs > now).Select(held => held.Entry)];
        if (scopes.Action <= 3 && (waiting.Exists(Excludes) || _made.Exists(made => now - made.AtMs < DayMs && Excludes(made))))
        {
            return true;
        }

        if (scopes.Channel == SimulatedBank.Text && _made.Exists(made => made.Channel == SimulatedBank.Text && now - made.AtMs < 2 * HourMs))
        {
            return true;
        }

        var (day, used) = (DayOf(now), new int[5]);
        foreach (var made in _made)
        {
            Count(made, now, day, used, scopes);
        }

        foreach (var entry in waiting)
        {
            Count(entry with { AtMs = now, Day = day }, now, day, used, scopes);
        }

        return used[0] >= (scopes.Action < 5 ? 9 : 10) || used[1] >= 30 || used[2] >= 3 || used[3] >= 5 || used[4] >= 1;

        bool Excludes(Entry other) => other.Action <= 3 && other.Action != scopes.Action;
    }

    /// <summary>How many caps hold more contacts than they allow, of those that a contact at an instant belongs to.</summary>
    public int Exceeded(ContactScopes scopes, long now)
    {
        var (day, used) = (DayOf(now), new int[5]);
        foreach (var made in _made)
        {
            Count(made, now, day, used, scopes);
        }

        return used.Zip([10, 30, 3, 5, 1], (count, limit) => count > limit ? 1 : 0).Sum();
    }

    private static void Count(Entry made, long now, DateOnly day, int[] used, ContactScopes like)
    {
        used[0] += now - made.AtMs < 7 * DayMs ? 1 : 0;
        used[1] += (made.Day.Year, made.Day.Month) == (day.Year, day.Month) ? 1 : 0;
        used[2] += made.Channel == like.Channel && made.Day == day ? 1 : 0;
        used[3] += made.Category == like.Category && made.Day.DayNumber / 7 == day.DayNumber / 7 ? 1 : 0; // day 0 is a Monday
        used[4] += made.Treatment == like.Treatment && now - made.AtMs < 3 * DayMs ? 1 : 0;
    }

    private DateOnly DayOf(long ms) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone).DateTime);

    public readonly record struct Entry(long AtMs, DateOnly Day, int Channel, int Category, int Action, int Treatment);
}
