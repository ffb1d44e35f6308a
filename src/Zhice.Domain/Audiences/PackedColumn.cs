using System.Numerics;
using System.Runtime.InteropServices;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.Domain.Audiences;

/// <summary>
/// The values of one tag, a row each, in as few bytes as they need: a value is base + scale × number, the number has 0, 1,
/// 2, 4 or 8 bytes. A column whose values are all the same has none.
/// </summary>
/// <remarks>Budget: a bit and 0 to 4 bytes a row for most tags. A value that does not fit packs the column anew.</remarks>
internal sealed class PackedColumn
{
    private ulong[] _present = [];
    private byte[] _data = [];
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
        else if (!TryNumber(value, out var number))
        {
            Repack(value, rows);
        }

        _count += Has(row) ? 0 : 1;
        _present[row / 64] |= 1UL << (row % 64);
        if (TryNumber(value, out var packed))
        {
            Write(row, packed);
        }
    }

    /// <summary>Some rows as a plan reads them; <c>default</c> when none of the column has a value.</summary>
    public Column Read(int start, Span<long> room)
    {
        if (_count == 0)
        {
            return default;
        }

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
            case 1:
                var bytes = _data.AsSpan(start, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * bytes[i]);
                }

                break;
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(_data).Slice(start, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * shorts[i]);
                }

                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(_data).Slice(start, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = origin + (scale * ints[i]);
                }

                break;
            default:
                MemoryMarshal.Cast<byte, long>(_data).Slice(start, values.Length).CopyTo(values);
                break;
        }
    }

    // False when the value is none that the column can hold as it is packed.
    private bool TryNumber(long value, out ulong number)
    {
        if (_width == 8)
        {
            number = (ulong)value;
            return true;
        }

        number = unchecked((ulong)value - (ulong)_base);
        if (value < _base || number % (ulong)_scale != 0)
        {
            return false;
        }

        number /= (ulong)_scale;
        return number <= MostOf(_width);
    }

    private static ulong MostOf(int width) => width == 0 ? 0 : ulong.MaxValue >> (64 - (8 * width));

    private void Write(int row, ulong number)
    {
        switch (_width)
        {
            case 0:
                break;
            case 1:
                _data[row] = (byte)number;
                break;
            case 2:
                MemoryMarshal.Write(_data.AsSpan(row * sizeof(ushort)), (ushort)number);
                break;
            case 4:
                MemoryMarshal.Write(_data.AsSpan(row * sizeof(uint)), (uint)number);
                break;
            default:
                MemoryMarshal.Write(_data.AsSpan(row * sizeof(ulong)), number);
                break;
        }
    }

    // Packs all values anew, so that one more fits; with room on both sides, since values move.
    private void Repack(long more, int rows)
    {
        var all = new long[_present.Length * 64];
        Unpack(0, all.AsSpan(0, _width == 0 ? all.Length : _data.Length / _width));
        var (least, most) = (more, more);
        for (var row = 0; row < all.Length; row++)
        {
            if (Has(row))
            {
                (least, most) = (Math.Min(least, all[row]), Math.Max(most, all[row]));
            }
        }

        var scale = unchecked((ulong)more - (ulong)least);
        for (var row = 0; row < all.Length && scale != 1; row++)
        {
            scale = Has(row) ? (ulong)BigInteger.GreatestCommonDivisor(scale, unchecked((ulong)all[row] - (ulong)least)) : scale;
        }

        scale = scale is 0 or > long.MaxValue ? 1 : scale;
        var needed = unchecked((ulong)most - (ulong)least) / scale;
        _width = needed <= byte.MaxValue ? 1 : needed <= ushort.MaxValue ? 2 : needed <= uint.MaxValue ? 4 : 8;
        var below = (Int128)least - ((Int128)((MostOf(_width) - needed) / 2) * scale);
        (_base, _scale) = _width == 8 ? (0, 1) : ((long)Int128.Max(below, LowestBase(least, scale)), (long)scale);
        _data = new byte[RoomFor(rows) * _width];
        for (var row = 0; row < all.Length; row++)
        {
            if (Has(row) && TryNumber(all[row], out var number))
            {
                Write(row, number);
            }
        }
    }

    // A base that a long can hold, a whole number of steps below the least value.
    private static Int128 LowestBase(long least, ulong scale) => least - ((((Int128)least - long.MinValue) / scale) * scale);

    private static int RoomFor(int rows) => (rows + 63) / 64 * 64;

    private void Grow(int rows)
    {
        if (_present.Length * 64 < rows)
        {
            Array.Resize(ref _present, RoomFor(rows) / 64);
            Array.Resize(ref _data, RoomFor(rows) * _width);
        }
    }
}
