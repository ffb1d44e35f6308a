using System.Globalization;

namespace Zhice.Domain.Contacts;

/// <summary>A calendar period. The numbers are stored, and those of the public contract.</summary>
public enum CalendarPeriod : byte
{
    /// <summary>From midnight to midnight.</summary>
    Day = 1,

    /// <summary>From Monday to Monday.</summary>
    Week = 2,

    /// <summary>From the first to the first.</summary>
    Month = 3,
}

/// <summary>Days, weeks and months in the bank's time zone. Instants are unix milliseconds.</summary>
public sealed class BankCalendar
{
    /// <summary>The zone of a bank that names none.</summary>
    public const string DefaultZone = "Asia/Shanghai";

    private readonly TimeZoneInfo _zone;
    private Today _today;

    /// <summary>Makes the calendar.</summary>
    /// <param name="zoneId">An IANA name.</param>
    /// <exception cref="TimeZoneNotFoundException">The machine knows no such zone.</exception>
    public BankCalendar(string zoneId)
    {
        _zone = Find(zoneId) ?? throw new TimeZoneNotFoundException($"There is no time zone '{zoneId}'.");
        _today = new Today(0, long.MaxValue, long.MinValue, 0, 0);
    }

    /// <summary>Whether the machine knows a zone.</summary>
    public static bool IsKnown(string zoneId) => Find(zoneId) is not null;

    /// <summary>Whether days begin and end at the same instants as in another.</summary>
    public bool HasSameDays(BankCalendar other) => _zone.Id == other._zone.Id;

    /// <summary>The day of an instant, as days since 1970-01-01 in the zone.</summary>
    public int GetDay(long ms) => GetToday(ms).Number;

    /// <summary>The minute that a clock on the bank's wall shows, from 0 at midnight to 1439.</summary>
    public int GetMinuteOfDay(long ms)
    {
        var utc = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        var local = utc.UtcDateTime + _zone.GetUtcOffset(utc);
        return (local.Hour * 60) + local.Minute;
    }

    /// <summary>When the period that holds the instant began.</summary>
    public long GetStart(CalendarPeriod period, long ms)
    {
        var today = GetToday(ms);
        return period switch
        {
            CalendarPeriod.Day => today.StartsAtMs,
            CalendarPeriod.Week => today.WeekStartsAtMs,
            _ => today.MonthStartsAtMs,
        };
    }

    /// <summary>When the next period begins.</summary>
    public long NextStart(CalendarPeriod period, long ms)
    {
        var first = FirstDay(period, ToDate(GetDay(ms)));
        return GetStartOfDay(period switch
        {
            CalendarPeriod.Day => first.AddDays(1),
            CalendarPeriod.Week => first.AddDays(7),
            _ => first.AddMonths(1),
        });
    }

    /// <summary>
    /// When a clock on the bank's wall next shows a minute of the day: the first such instant after one, in unix milliseconds.
    /// </summary>
    /// <remarks>A minute that a change of the clock leaves out comes at the change; one that it repeats comes once.</remarks>
    public long NextAt(int minuteOfDay, long afterMs)
    {
        for (var day = ToDate(GetDay(afterMs)); ; day = day.AddDays(1))
        {
            if (At(day.ToDateTime(TimeOnly.MinValue).AddMinutes(minuteOfDay)) is var at && at > afterMs)
            {
                return at;
            }
        }
    }

    /// <summary>An instant as a clock on the bank's wall shows it, for people: 2026-03-02 09:00 +08:00.</summary>
    public string Format(long ms) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone)
            .ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    private static DateOnly FirstDay(CalendarPeriod period, DateOnly day) => period switch
    {
        CalendarPeriod.Day => day,
        CalendarPeriod.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        _ => new DateOnly(day.Year, day.Month, 1),
    };

    private static DateOnly ToDate(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day);

    // Most instants of a moment share a day: the last one is remembered, as a whole.
    private Today GetToday(long ms)
    {
        var today = Volatile.Read(ref _today);
        if (ms >= today.StartsAtMs && ms < today.EndsAtMs)
        {
            return today;
        }

        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), _zone);
        var date = DateOnly.FromDateTime(local.DateTime);

        // Where clocks go back over midnight, the day that has begun does not end again.
        date = ms >= GetStartOfDay(date.AddDays(1)) ? date.AddDays(1) : date;
        today = new Today(
            date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber,
            GetStartOfDay(date),
            GetStartOfDay(date.AddDays(1)),
            GetStartOfDay(FirstDay(CalendarPeriod.Week, date)),
            GetStartOfDay(FirstDay(CalendarPeriod.Month, date)));
        Volatile.Write(ref _today, today);
        return today;
    }

    /// <summary>
    /// When a day begins, unix milliseconds: at its first instant, so after the gap where midnight is left out, and at the first
    /// of two midnights.
    /// </summary>
    public long GetStartOfDay(DateOnly day) => At(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>When a clock on the bank's wall shows a time; of two such instants the first.</summary>
    /// <returns>False when the clock leaves that time out.</returns>
    public bool TryGetInstant(DateTime local, out long ms)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var isShown = !_zone.IsInvalidTime(local);
        ms = isShown ? At(local) : 0;
        return isShown;
    }

    private long At(DateTime local)
    {
        while (_zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = _zone.IsAmbiguousTime(local)
            ? _zone.GetAmbiguousTimeOffsets(local).Max()
            : _zone.GetUtcOffset(local);

        // Not through DateTimeOffset, which has no instants before the first day's midnight in UTC.
        return (local.Ticks - DateTime.UnixEpoch.Ticks - offset.Ticks) / TimeSpan.TicksPerMillisecond;
    }

    private static TimeZoneInfo? Find(string zoneId)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zoneId, out var zone))
        {
            return zone;
        }

        // A machine without time zone data still knows the default: China has had no summer time since 1991.
        return zoneId == DefaultZone
            ? TimeZoneInfo.CreateCustomTimeZone(zoneId, TimeSpan.FromHours(8), zoneId, zoneId)
            : null;
    }

    private sealed record Today(int Number, long StartsAtMs, long EndsAtMs, long WeekStartsAtMs, long MonthStartsAtMs);
}
