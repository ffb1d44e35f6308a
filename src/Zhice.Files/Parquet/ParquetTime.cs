using System.Buffers.Binary;
using Zhice.Domain.Contacts;
using Zhice.Files.Cells;

namespace Zhice.Files.Parquet;

/// <summary>
/// Times of Parquet as unix milliseconds, rounded down. What has no time zone is what a clock of the bank showed; a date is
/// the first instant of that day there.
/// </summary>
internal static class ParquetTime
{
    private const long DayMs = 86_400_000;
    private const int JulianEpoch = 2_440_588;

    /// <summary>A point in time, or what a clock showed.</summary>
    public static bool TryBits(long value, ParquetType type, BankCalendar calendar, out long ms)
    {
        ms = FloorDivide(value, type.UnitsInMs);
        if (!TimeCell.IsInRange(ms) || type.Kind == ParquetKind.Instant)
        {
            return TimeCell.IsInRange(ms);
        }

        return calendar.TryGetInstant(DateTime.UnixEpoch.AddTicks(ms * TimeSpan.TicksPerMillisecond), out ms) && TimeCell.IsInRange(ms);
    }

    /// <summary>A date, as days since 1970-01-01.</summary>
    public static bool TryBits(int day, BankCalendar calendar, out long ms)
    {
        ms = 0;
        if (!TimeCell.IsInRange(day * DayMs))
        {
            return false;
        }

        ms = calendar.GetStartOfDay(DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)));
        return TimeCell.IsInRange(ms);
    }

    /// <summary>An INT96: nanoseconds of the day, and the Julian day.</summary>
    public static bool TryBits(ReadOnlySpan<byte> int96, out long ms)
    {
        var nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(int96);
        var day = BinaryPrimitives.ReadInt32LittleEndian(int96[8..]);
        ms = ((day - (long)JulianEpoch) * DayMs) + FloorDivide(nanoseconds, 1_000_000);
        return TimeCell.IsInRange(ms);
    }

    private static long FloorDivide(long value, long divisor)
    {
        var (quotient, rest) = Math.DivRem(value, divisor);
        return rest < 0 ? quotient - 1 : quotient;
    }
}
