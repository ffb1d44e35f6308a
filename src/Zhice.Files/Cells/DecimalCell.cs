using System.Text;
using Zhice.Domain.Tags;

namespace Zhice.Files.Cells;

/// <summary>Reads decimals with 4 decimals from UTF-8, as <see cref="Decimal4"/> does from text.</summary>
internal static class DecimalCell
{
    // As many digits always fit into 64 bits.
    private const int SurelyFits = 18;
    private const int MaxLength = 64;

    /// <summary>The largest number that fits.</summary>
    public const string Maximum = "922337203685477.5807";

    /// <summary>Whether it is a number of at most 4 decimals that does not fit.</summary>
    public static bool IsTooLarge(ReadOnlySpan<byte> cell)
    {
        var digits = cell is [(byte)'-' or (byte)'+', ..] ? cell[1..] : cell;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var decimals = point < 0 ? default : digits[(point + 1)..];
        return whole.Length > 14 && decimals.TrimEnd((byte)'0').Length <= 4
            && !whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !decimals.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && !TryRead(cell, out _);
    }

    /// <summary>Reads a number × 10,000.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cell, out long scaled)
    {
        var at = cell is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        var (value, digits, decimals) = (0L, 0, -1);
        for (; at < cell.Length; at++)
        {
            var digit = cell[at] - '0';
            if ((uint)digit <= 9)
            {
                value = (value * 10) + digit;
                digits++;
                decimals += decimals >= 0 ? 1 : 0;
            }
            else if (cell[at] == '.' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                scaled = 0;
                return false;
            }
        }

        decimals = Math.Max(0, decimals);
        if (digits == 0 || decimals > 4 || digits - decimals + 4 > SurelyFits)
        {
            return TryReadLong(cell, out scaled);
        }

        for (; decimals < 4; decimals++)
        {
            value *= 10;
        }

        scaled = cell[0] == '-' ? -value : value;
        return true;
    }

    private static bool TryReadLong(ReadOnlySpan<byte> cell, out long scaled)
    {
        scaled = 0;
        Span<char> chars = stackalloc char[MaxLength];
        return cell.Length <= MaxLength
            && Encoding.UTF8.TryGetChars(cell, chars, out var length)
            && Decimal4.TryParse(chars[..length], out scaled);
    }
}
