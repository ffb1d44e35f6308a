using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.Domain.Audiences;

/// <summary>
/// The values of one tag, a row each, in as few bytes as they need: a value is base + scale × number, the number has 1 to 8
/// bytes. A column of two values has a bit for each, one whose values are all the same none.
/// </summary>
/// <remarks>Budget: a bit and 0 to 5 bytes a row for most tags. A value that does not fit packs the column anew.</remarks>
internal sealed class PackedColumn
{
    private const int Bit = 1;

    private ulong[] _present = [];
    private byte[] _data = [];
    // In bits: 0, 1, or 8 to 64 by eights.
    private int _width;
    private long _base;
    private long _scale = 1;
    private int _count;

    /// <summary>How many rows have a value.</summary>
    public int Count => _count;

    /// <summary>What it takes of memory, about.</summary>
    public long Bytes => 96 + (_present.Length * sizeof(ulong)) + _data.Length;

    /// <summary>Whether a row has a value.</summary>
    public bool Has(int row) => row / 64 < _present.Length && (_present[row / 64] >> (row % 64) & 1) != 0;

    /// <summary>The value of a row that has one.</summary>
    public long this[int row]
    {
        get
        {
            Span<long> value = stackalloc long[1];
            Unpack(row, value);
            return value[0];
        }
    }

    /// <summary>Takes a row's value away.</summary>
    public void Clear(int row)
    {
        if (Has(row))
        {
            _present[row / 64] &= ~(1UL << (row % 64));
            _count--;
        }
    }

    /// <summary>Gives a row a value.</summary>
    /// <param name="row">The row.</param>
    /// <param name="value">The value.</param>
    /// <param name="rows">How many rows there are room for.</param>
    public void Set(int row, long value, int rows)
    {
        Grow(rows);
        if (_count == 0)
        {
            (_base, _scale, _width, _data) = (value, 1, 0, []);
        }

        if (!TryNumber(value, out var number))
        {
            Repack(value, rows);
            TryNumber(value, out number);
        }

        _count += Has(row) ? 0 : 1;
        _present[row / 64] |= 1UL << (row % 64);
        Write(row, number);
    }

    /// <summary>Some rows as a plan reads them; <c>default</c> when none of the column has a value.</summary>
    public Column Read(int start, Span<long> room)
    {
        if (_count == 0)
        {
            return default;
        }

        // Rows may have come that have no value here.
        Grow(start + room.Length);
        var present = _present.AsSpan(start / 64, (room.Length + 63) / 64);
        Unpack(start, room);
        return new(room, present);
    }

    private void Unpack(int start, Span<long> values)
    {
        var (origin, scale) = (_base, _scale);
        switch (_width)
        {
            case 0:
                values.Fill(origin);
                break;
            case Bit:
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * (_data[(start + i) / 8] >> ((start + i) % 8) & 1));
                }

                break;
            case 8:
                var bytes = _data.AsSpan(start, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * bytes[i]);
                }

                break;
            case 16:
                var shorts = MemoryMarshal.Cast<byte, ushort>(_data).Slice(start, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * shorts[i]);
                }

                break;
            default:
                // Any number of bytes: each is read with what is behind it, which is masked away.
                var (step, mask) = (_width / 8, (long)GetMax(_width));
                ref var first = ref _data[start * step];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * (Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref first, i * step)) & mask));
                }

                break;
        }
    }

    // False when the value is none that the column can hold as it is packed.
    private bool TryNumber(long value, out ulong number)
    {
        if (_width == 64)
        {
            number = (ulong)value;
            return true;
        }

        number = unchecked((ulong)value - (ulong)_base);
        if (value < _base)
        {
            return false;
        }

        // Most scales are 1, and a division takes long.
        var rest = 0UL;
        if (_scale != 1)
        {
            (number, rest) = Math.DivRem(number, (ulong)_scale);
        }

        return rest == 0 && number <= GetMax(_width);
    }

    private static ulong GetMax(int width) => width == 0 ? 0 : ulong.MaxValue >> (64 - width);

    private void Write(int row, ulong number)
    {
        if (_width == Bit)
        {
            _data[row / 8] = (byte)((_data[row / 8] & ~(1 << (row % 8))) | ((int)number << (row % 8)));
            return;
        }

        for (var (at, left) = (row * (_width / 8), _width); left > 0; at++, left -= 8)
        {
            _data[at] = (byte)number;
            number >>= 8;
        }
    }

    // Packs all values anew, so that one more fits; with room on both sides, since values move.
    private void Repack(long more, int rows)
    {
        var all = new long[_present.Length * 64];
        Unpack(0, all);
        var (min, most) = (more, more);
        for (var row = 0; row < all.Length; row++)
        {
            if (Has(row))
            {
                (min, most) = (Math.Min(min, all[row]), Math.Max(most, all[row]));
            }
        }

        var scale = unchecked((ulong)more - (ulong)min);
        for (var row = 0; row < all.Length && scale != 1; row++)
        {
            scale = Has(row) ? (ulong)BigInteger.GreatestCommonDivisor(scale, unchecked((ulong)all[row] - (ulong)min)) : scale;
        }

        scale = scale is 0 or > long.MaxValue ? 1 : scale;
        var needed = unchecked((ulong)most - (ulong)min) / scale;
        _width = needed <= 1 ? Bit : (64 - BitOperations.LeadingZeroCount(needed) + 7) / 8 * 8;
        var below = (Int128)min - ((Int128)((GetMax(_width) - needed) / 2) * scale);
        (_base, _scale) = _width == 64 ? (0, 1) : ((long)Int128.Max(below, LowestBase(min, scale)), (long)scale);
        _data = new byte[BytesFor(rows)];
        for (var row = 0; row < all.Length; row++)
        {
            if (Has(row) && TryNumber(all[row], out var number))
            {
                Write(row, number);
            }
        }
    }

    // A base that a long can hold, a whole number of steps below the least value.
    private static Int128 LowestBase(long min, ulong scale) => min - ((((Int128)min - long.MinValue) / scale) * scale);

    private static int RoomFor(int rows) => (rows + 63) / 64 * 64;

    // With what the last value is read with.
    private int BytesFor(int rows) => _width == 0 ? 0 : (RoomFor(rows) * _width / 8) + (_width > 16 ? sizeof(long) : 0);

    private void Grow(int rows)
    {
        if (_present.Length * 64 < rows)
        {
            Array.Resize(ref _present, RoomFor(rows) / 64);
            Array.Resize(ref _data, BytesFor(rows));
        }
    }
}
