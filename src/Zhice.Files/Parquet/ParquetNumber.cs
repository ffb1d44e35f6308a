using System.Numerics;
using Zhice.Domain.Tags;
using Zhice.Files.Cells;

namespace Zhice.Files.Parquet;

/// <summary>Numbers of typed files as the bits of tags: exactly, or not at all.</summary>
internal static class ParquetNumber
{
    // Beyond these, neighbours are one number: what stands there may have been another.
    private const double LastWholeDouble = 1L << 53;
    private const double LastWholeFloat = 1 << 24;

    private const int DecimalPlaces = 4;
    private const int MantissaBits = 52;

    /// <summary>A whole number divided by a power of ten.</summary>
    public static bool TryBits(Int128 unscaled, int scale, TagType tag, out long bits)
    {
        var places = tag == TagType.Decimal ? DecimalPlaces : 0;
        bits = 0;
        for (; scale > places && unscaled != 0; scale--)
        {
            var (quotient, digit) = Int128.DivRem(unscaled, 10);
            if (digit != 0)
            {
                return false;
            }

            unscaled = quotient;
        }

        // What is beyond 64 bits stays there.
        for (; scale < places && Int128.Abs(unscaled) <= long.MaxValue; scale++)
        {
            unscaled *= 10;
        }

        bits = (long)unscaled;
        return bits == unscaled;
    }

    /// <summary>A binary number of 64 bits.</summary>
    public static bool TryBits(double value, TagType tag, out long bits)
    {
        Span<byte> shortest = stackalloc byte[32];
        return tag == TagType.Integer ? TryWhole(value, LastWholeDouble, out bits)
            : TryExact(value, out bits)
                || (value.TryFormat(shortest, out var length, default, null) && DecimalCell.TryRead(shortest[..length], out bits));
    }

    /// <summary>A binary number of 32 bits.</summary>
    public static bool TryBits(float value, TagType tag, out long bits)
    {
        Span<byte> shortest = stackalloc byte[32];
        return tag == TagType.Integer ? TryWhole(value, LastWholeFloat, out bits)
            : TryExact(value, out bits)
                || (value.TryFormat(shortest, out var length, default, null) && DecimalCell.TryRead(shortest[..length], out bits));
    }

    private static bool TryWhole(double value, double last, out long bits)
    {
        bits = Math.Abs(value) <= last ? (long)value : 0;
        return bits == value;
    }

    // The binary number itself, when it has no more than four decimals; else what it was written from is asked for.
    private static bool TryExact(double value, out long bits)
    {
        bits = 0;
        if (!(Math.Abs(value) <= long.MaxValue / Decimal4.Scale))
        {
            return false;
        }

        var raw = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((raw >> MantissaBits) & 0x7FF);
        var mantissa = (raw & ((1L << MantissaBits) - 1)) | (exponent == 0 ? 0 : 1L << MantissaBits);
        if (mantissa == 0)
        {
            return true;
        }

        // mantissa / 2^halvings; so many halvings make as many decimals.
        var zeros = BitOperations.TrailingZeroCount(mantissa);
        var halvings = 1023 + MantissaBits - Math.Max(exponent, 1) - zeros;
        mantissa >>= zeros;
        if (halvings > DecimalPlaces)
        {
            return false;
        }

        var scaled = (Int128)mantissa * Decimal4.Scale;
        scaled = halvings >= 0 ? scaled >> halvings : scaled << -halvings;
        bits = (long)scaled * Math.Sign(value);
        return true;
    }
}
