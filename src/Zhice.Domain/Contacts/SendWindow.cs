using Orleans;

namespace Zhice.Domain.Contacts;

/// <summary>The hours of the bank's day in which customers are contacted.</summary>
/// <param name="FromMinute">From which minute of the local day, 0 to 1439.</param>
/// <param name="UntilMinute">Until which, exclusive; before <paramref name="FromMinute"/>: over midnight.</param>
[GenerateSerializer, Immutable, Alias("zhice.send-window")]
public sealed record SendWindow([property: Id(0)] int FromMinute, [property: Id(1)] int UntilMinute)
{
    /// <summary>Whether an instant lies in it.</summary>
    public bool IsOpen(BankCalendar calendar, long ms)
    {
        var minute = calendar.GetMinuteOfDay(ms);
        return FromMinute < UntilMinute ? minute >= FromMinute && minute < UntilMinute : minute >= FromMinute || minute < UntilMinute;
    }
}
