using System.Globalization;
using FsCheck.Xunit;
using Zhice.Domain.Contacts;

namespace Zhice.Domain.Tests.Contacts;

public sealed class BankCalendarTests
{
    private static readonly string[] Zones =
    [
        "Asia/Shanghai", "America/New_York", "Europe/Lisbon", "America/Sao_Paulo", "America/Havana", "Atlantic/Azores",
        "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati",
    ];

    [Theory]
    [InlineData("Asia/Shanghai", 570, "2026-03-02T12:00+08:00", "2026-03-03T09:30+08:00")]
    [InlineData("Asia/Shanghai", 570, "2026-03-02T09:29+08:00", "2026-03-02T09:30+08:00")]
    [InlineData("Asia/Shanghai", 570, "2026-03-02T09:30+08:00", "2026-03-03T09:30+08:00")]
    // A time that is left out comes when the clock is put forward; one that is there twice comes the first time.
    [InlineData("America/New_York", 150, "2026-03-08T00:00-05:00", "2026-03-08T03:00-04:00")]
    [InlineData("America/New_York", 90, "2026-11-01T00:00-04:00", "2026-11-01T01:30-04:00")]
    [InlineData("America/New_York", 90, "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00")]
    public void The_next_time_of_day_is_the_first_at_which_the_banks_clock_shows_it(string zone, int minute, string after, string next) =>
        Assert.Equal(
            DateTimeOffset.Parse(next, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(),
            new BankCalendar(zone).NextAt(minute, DateTimeOffset.Parse(after, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()));

    [Theory]
    // Plain days, and ends of months and years.
    [InlineData("Asia/Shanghai", CalendarPeriod.Day, "2026-03-02T12:00+08:00", "2026-03-02T00:00+08:00", "2026-03-03T00:00+08:00")]
    [InlineData("Asia/Shanghai", CalendarPeriod.Week, "2026-03-01T23:59+08:00", "2026-02-23T00:00+08:00", "2026-03-02T00:00+08:00")]
    [InlineData("Asia/Shanghai", CalendarPeriod.Week, "2026-03-02T00:00+08:00", "2026-03-02T00:00+08:00", "2026-03-09T00:00+08:00")]
    [InlineData("Asia/Shanghai", CalendarPeriod.Month, "2026-01-31T23:59+08:00", "2026-01-01T00:00+08:00", "2026-02-01T00:00+08:00")]
    [InlineData("Asia/Shanghai", CalendarPeriod.Month, "2028-02-29T12:00+08:00", "2028-02-01T00:00+08:00", "2028-03-01T00:00+08:00")]
    [InlineData("Asia/Shanghai", CalendarPeriod.Month, "2026-12-31T23:59+08:00", "2026-12-01T00:00+08:00", "2027-01-01T00:00+08:00")]
    // A day of 23 and one of 25 hours.
    [InlineData("America/New_York", CalendarPeriod.Day, "2026-03-08T12:00-04:00", "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00")]
    [InlineData("America/New_York", CalendarPeriod.Day, "2026-11-01T12:00-05:00", "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00")]
    [InlineData("America/New_York", CalendarPeriod.Month, "2026-11-30T12:00-05:00", "2026-11-01T00:00-04:00", "2026-12-01T00:00-05:00")]
    // A midnight that is left out, and one that comes twice.
    [InlineData("America/Sao_Paulo", CalendarPeriod.Day, "2017-10-15T12:00-02:00", "2017-10-15T01:00-02:00", "2017-10-16T00:00-02:00")]
    [InlineData("America/Sao_Paulo", CalendarPeriod.Day, "2017-10-14T23:59-03:00", "2017-10-14T00:00-03:00", "2017-10-15T01:00-02:00")]
    [InlineData("America/Sao_Paulo", CalendarPeriod.Day, "2018-02-17T23:30-03:00", "2018-02-17T00:00-02:00", "2018-02-18T00:00-03:00")]
    [InlineData("America/Havana", CalendarPeriod.Day, "2017-11-05T00:30-05:00", "2017-11-05T00:00-04:00", "2017-11-06T00:00-05:00")]
    // Clocks go back from 00:01 over midnight.
    [InlineData("America/St_Johns", CalendarPeriod.Day, "2010-11-06T23:30-03:30", "2010-11-07T00:00-02:30", "2010-11-08T00:00-03:30")]
    [InlineData("America/St_Johns", CalendarPeriod.Day, "2010-11-06T23:30-02:30", "2010-11-06T00:00-02:30", "2010-11-07T00:00-02:30")]
    public void A_period_begins_at_its_first_instant_and_ends_where_the_next_begins(
        string zone, CalendarPeriod period, string at, string start, string next)
    {
        var calendar = new BankCalendar(zone);
        Assert.Equal(Ms(start), calendar.GetStart(period, Ms(at)));
        Assert.Equal(Ms(next), calendar.NextStart(period, Ms(at)));
        Assert.Equal(Ms(start), calendar.GetStart(period, Ms(next) - 1));
        Assert.Equal(Ms(next), calendar.GetStart(period, Ms(next)));
    }

    [Property(MaxTest = 500)]
    public void Every_instant_lies_in_one_period_whatever_was_asked_before(uint seconds, byte zone, CalendarPeriod wanted, int[] before)
    {
        var period = Enum.IsDefined(wanted) ? wanted : CalendarPeriod.Week;
        var calendar = new BankCalendar(Zones[zone % Zones.Length]);
        var info = TimeZoneInfo.FindSystemTimeZoneById(Zones[zone % Zones.Length]);
        var ms = seconds % 3_000_000_000 * 1000L;
        foreach (var earlier in before)
        {
            calendar.GetDay(ms + (earlier * 1000L));
        }

        var (start, next) = (calendar.GetStart(period, ms), calendar.NextStart(period, ms));
        Assert.InRange(ms, start, next - 1);
        Assert.Equal(start, calendar.GetStart(period, next - 1));
        Assert.Equal(next, calendar.GetStart(period, next));
        Assert.Equal(start, calendar.NextStart(period, start - 1));

        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), info);
        Assert.Equal(DateOnly.FromDateTime(local.DateTime).DayNumber - new DateOnly(1970, 1, 1).DayNumber, calendar.GetDay(ms));
        Assert.Equal(calendar.GetDay(start) - 1, calendar.GetDay(start - 1));
    }

    [Fact]
    public void A_zone_that_the_machine_does_not_know_is_refused_by_name()
    {
        Assert.False(BankCalendar.IsKnown("Asia/Atlantis"));
        Assert.Contains(
            "Asia/Atlantis", Assert.Throws<TimeZoneNotFoundException>(() => new BankCalendar("Asia/Atlantis")).Message,
            StringComparison.Ordinal);
        Assert.True(BankCalendar.IsKnown(BankCalendar.DefaultZone));
    }

    private static long Ms(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
