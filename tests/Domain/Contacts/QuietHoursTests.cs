using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("Asia/Shanghai", "2026-03-02T20:59:59.999+08:00", false)]
    [InlineData("Asia/Shanghai", "2026-03-02T21:00+08:00", true)]
    [InlineData("Asia/Shanghai", "2026-03-03T08:59:59.999+08:00", true)]
    [InlineData("Asia/Shanghai", "2026-03-03T09:00+08:00", false)]
    // Clocks go forward in the night: the span is an hour shorter, and ends at nine by the wall.
    [InlineData("Europe/Berlin", "2026-03-29T08:59+02:00", true)]
    [InlineData("Europe/Berlin", "2026-03-29T09:00+02:00", false)]
    [InlineData("Europe/Berlin", "2026-10-25T08:59+01:00", true)]
    [InlineData("Europe/Berlin", "2026-10-25T09:00+01:00", false)]
    public void A_span_over_midnight_is_one_of_the_wall_clock(string zone, string at, bool isQuiet) =>
        Assert.Equal(isQuiet, IsQuiet(new("sms", 1, 21 * 60, 9 * 60), zone, at));

    [Theory]
    // New York, 2026-11-01: 01:30 comes twice. 2026-03-08: 02:30 does not come.
    [InlineData("2026-11-01T00:59-04:00", false)]
    [InlineData("2026-11-01T01:30-04:00", true)]
    [InlineData("2026-11-01T01:30-05:00", true)]
    [InlineData("2026-11-01T02:00-05:00", false)]
    public void An_hour_that_comes_twice_is_quiet_twice(string at, bool isQuiet) =>
        Assert.Equal(isQuiet, IsQuiet(new("sms", 1, 60, 120), "America/New_York", at));

    [Fact]
    public void An_hour_that_clocks_leave_out_is_never_quiet()
    {
        var quiet = new QuietHours("sms", 1, 120, 180);
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            var at = DateTimeOffset.Parse("2026-03-08T00:00-05:00", CultureInfo.InvariantCulture).AddMinutes(minute);
            Assert.False(IsQuiet(quiet, "America/New_York", at.ToString("O", CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void They_bind_their_channel_and_what_is_sold_alone()
    {
        var policy = Of(new("sms", 1, 0, 1439), "Asia/Shanghai");
        Assert.Equal(ReasonCode.QuietHours, Ask(Purpose.Marketing, 1));
        Assert.Equal(default, Ask(Purpose.Marketing, 2));
        Assert.Equal(default, Ask(Purpose.Service, 1));
        Assert.Equal(default, Ask(Purpose.Regulatory, 1));

        ReasonCode Ask(Purpose purpose, ushort channel) =>
            policy.FirstRefusal(new(new(), new(), new(), new()), new(purpose, new(channel, 1, 1, 1)), Bank.Now).Reason;
    }

    private static bool IsQuiet(QuietHours quiet, string zone, string at) => Of(quiet, zone).FirstRefusal(
        new(new(), new(), new(), new()),
        new(Purpose.Marketing, new(1, 1, 1, 1)),
        DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()).Reason == ReasonCode.QuietHours;

    private static ContactPolicy Of(QuietHours quiet, string zone) => new([], new BankCalendar(zone), new() { QuietHours = [quiet] });
}
