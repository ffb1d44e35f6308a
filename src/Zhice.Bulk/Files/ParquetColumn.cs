using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.Domain.Tags;

namespace Zhice.Bulk.Files;

/// <summary>The values of a column in one row group.</summary>
internal abstract class ParquetColumn
{
    /// <summary>A column of this field's type; null when it is of a type that no tag takes.</summary>
    public static ParquetColumn? Of(DataField field) => field.ClrType switch
    {
        var type when type == typeof(string) || type == typeof(ReadOnlyMemory<char>) => new Texts(),
        var type when type == typeof(bool) => new Values<bool>(static (bool value, TagType tag, out long bits) =>
        {
            bits = value ? 1 : 0;
            return true;
        }, TagType.Bool),
        var type when type == typeof(sbyte) => Whole<sbyte>(),
        var type when type == typeof(byte) => Whole<byte>(),
        var type when type == typeof(short) => Whole<short>(),
        var type when type == typeof(ushort) => Whole<ushort>(),
        var type when type == typeof(int) => Whole<int>(),
        var type when type == typeof(uint) => Whole<uint>(),
        var type when type == typeof(long) => Whole<long>(),
        var type when type == typeof(float) => Fractional<float>(),
        var type when type == typeof(double) => Fractional<double>(),
        var type when type == typeof(decimal) => Fractional<decimal>(),
        var type when type == typeof(DateTime) => new Values<DateTime>(static (DateTime value, TagType tag, out long bits) =>
        {
            // Parquet's timestamps are instants; the library leaves the kind open for some.
            bits = (value.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
            return true;
        }, TagType.Time),
        _ => null,
    };

    /// <summary>Whether its values can be those of such a tag.</summary>
    public abstract bool Fits(TagType type);

    /// <summary>Reads the column of a row group.</summary>
    public abstract Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows);

    public abstract bool IsNull(int row);

    /// <summary>A value that is not text, as a tag's bits; false when it is text or none of the tag's values.</summary>
    public abstract bool TryBits(int row, TagType type, out long bits);

    /// <summary>A text; false when it is none. One that is too long for any cell is cut to one byte more than allowed.</summary>
    public abstract bool TryText(int row, Span<byte> buffer, out ReadOnlySpan<byte> text);

    private static Values<T> Whole<T>()
        where T : struct, System.Numerics.IBinaryInteger<T> => new(static (T value, TagType tag, out long bits) =>
        {
            bits = long.CreateSaturating(value);
            return tag == TagType.Integer || TryScale(bits, out bits);
        }, TagType.Integer, TagType.Decimal);

    private static Values<T> Fractional<T>()
        where T : struct, System.Numerics.INumber<T> => new(static (T value, TagType tag, out long bits) =>
        {
            bits = 0;
            if (!T.IsFinite(value) || T.Abs(value) > T.CreateSaturating(long.MaxValue / Decimal4.Scale))
            {
                return false;
            }

            var number = decimal.CreateChecked(value);
            var scaled = tag == TagType.Decimal ? number * Decimal4.Scale : number;
            bits = (long)scaled;
            return bits == scaled;
        }, TagType.Integer, TagType.Decimal);

    private static bool TryScale(long value, out long scaled)
    {
        scaled = unchecked(value * Decimal4.Scale);
        return Math.Abs((decimal)value) <= long.MaxValue / Decimal4.Scale;
    }

    private delegate bool Conversion<T>(T value, TagType tag, out long bits);

    private sealed class Values<T>(Conversion<T> convert, params TagType[] types) : ParquetColumn
        where T : struct
    {
        private T?[] _values = [];

        public override bool Fits(TagType type) => types.Contains(type);

        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows)
        {
            _values = _values.Length == rows ? _values : new T?[rows];
            if (field.IsNullable)
            {
                await group.ReadAsync<T>(field, _values.AsMemory());
                return;
            }

            var plain = new T[rows];
            await group.ReadAsync<T>(field, plain.AsMemory());
            for (var i = 0; i < rows; i++)
            {
                _values[i] = plain[i];
            }
        }

        public override bool IsNull(int row) => _values[row] is null;

        public override bool TryBits(int row, TagType type, out long bits) => convert(_values[row]!.Value, type, out bits);

        public override bool TryText(int row, Span<byte> buffer, out ReadOnlySpan<byte> text)
        {
            text = _values[row] is { } value ? buffer[..Encoding.UTF8.GetBytes(string.Create(null, $"{value}").AsSpan(0, Math.Min(24, $"{value}".Length)), buffer)] : [];
            return false;
        }
    }

    private sealed class Texts : ParquetColumn
    {
        private string?[] _values = [];

        public override bool Fits(TagType type) => true;

        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows)
        {
            _values = _values.Length == rows ? _values : new string?[rows];
            await group.ReadAsync(field, _values!);
        }

        public override bool IsNull(int row) => _values[row] is null;

        public override bool TryBits(int row, TagType type, out long bits)
        {
            bits = 0;
            return false;
        }

        public override bool TryText(int row, Span<byte> buffer, out ReadOnlySpan<byte> text)
        {
            var value = _values[row] ?? "";
            if (!Encoding.UTF8.TryGetBytes(value, buffer, out var length))
            {
                // Too long: all that matters is that it is.
                buffer.Fill((byte)'~');
                length = buffer.Length;
                Encoding.UTF8.GetBytes(value.AsSpan(0, Math.Min(value.Length, buffer.Length / 3)), buffer);
            }

            text = buffer[..length];
            return true;
        }
    }
}
