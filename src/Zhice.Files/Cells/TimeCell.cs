
namespace Zhice.Files.Cells;

/// <summary>Reads instants as RFC 3339 writes them, such as 2026-03-01T09:00:00.5+08:00; their offset must be there.</summary>
internal static class TimeCell
{
    // "2026-03-01T09:00:00", then a fraction, then "Z" or "+08:00".
    private const int ToSeconds = 19;

    /// <summary>Reads an instant as unix milliseconds, rounded down.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cell, out long ms)
    {
        ms = 0;
        if (cell.Length < ToSeconds + 1
            || !Digits(cell[..4], out var year) || cell[4] != '-'
            || !Digits(cell[5..7], out var month) || cell[7] != '-'
            || !Digits(cell[8..10], out var day) || cell[10] is not ((byte)'T' or (byte)'t')
            || !Digits(cell[11..13], out var hour) || cell[13] != ':'
            || !Digits(cell[14..16], out var minute) || cell[16] != ':'
            || !Digits(cell[17..19], out var second)
            || year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59
            || !TryFraction(cell[ToSeconds..], out var millisecond, out var rest)
            || !TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        var local = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Utc);
        ms = ((local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) - (offsetMinutes * 60_000L);
        return IsInRange(ms);
    }

    /// <summary>Whether it lies between the years 1 and 9999, as instants of the API do.</summary>
    public static bool IsInRange(long ms) => ms is >= -62_135_596_800_000 and <= 253_402_300_799_999;

    private static bool TryFraction(ReadOnlySpan<byte> text, out int millisecond, out ReadOnlySpan<byte> rest)
    {
        millisecond = 0;
        rest = text;
        if (text is not [(byte)'.', ..])
        {
            return true;
        }

        var length = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length is < 1 or > 9)
        {
            return false;
        }

        for (var i = 1; i <= 3; i++)
        {
            millisecond = (millisecond * 10) + (i <= length ? text[i] - '0' : 0);
        }

        rest = text[(length + 1)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text[1..3], out var hour) || !Digits(text[4..6], out var minute)
            || hour > 14 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var letter in text)
        {
            var digit = letter - '0';
            if ((uint)digit > 9)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return true;
    }
}
