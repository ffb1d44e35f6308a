using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Parquet;
using Parquet.Schema;
using Zhice.Domain.Contacts;
using Zhice.Domain.Tags;
using Zhice.Files.Cells;

using Physical = Parquet.Meta.Type;

namespace Zhice.Files.Parquet;

/// <summary>The values of a column in one row group.</summary>
internal abstract class ParquetColumn(ParquetType type)
{
    /// <summary>What its values mean.</summary>
    public ParquetType Type => type;

    /// <summary>A column of a type, which must be one that is taken.</summary>
    /// <param name="type">The type.</param>
    /// <param name="calendar">Says what a clock of the bank showed.</param>
    public static ParquetColumn Create(ParquetType type, BankCalendar calendar) => type.Kind switch
    {
        ParquetKind.Bool => new Values<bool>(
            type,
            static (bool value, TagType _, out long bits) =>
            {
                bits = value ? 1 : 0;
                return true;
            },
            static value => value ? "true" : "false",
            static value => value ? 1 : 0),

        // Of 32 bits, what was written before it was made binary: 29.99 and not 29.989999771.
        ParquetKind.Float => new Values<float>(
            type, ParquetNumber.TryBits, static value => value.ToString(CultureInfo.InvariantCulture),
            static value => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        ParquetKind.Double => new Values<double>(
            type, ParquetNumber.TryBits, static value => value.ToString(CultureInfo.InvariantCulture), static value => value),
        ParquetKind.Whole or ParquetKind.Decimal => type.Physical switch
        {
            Physical.INT32 => Number<int>(type, type.IsUnsigned ? static value => (uint)value : static value => value),
            Physical.INT64 => Number<long>(type, type.IsUnsigned ? static value => (ulong)value : static value => value),
            _ => Number<ReadOnlyMemory<byte>>(type, static value => BigEndian(value.Span)),
        },
        ParquetKind.Date => new Values<int>(
            type, (int day, TagType _, out long bits) => ParquetTime.TryBits(day, calendar, out bits),
            static day => $"day {day} since 1970"),
        ParquetKind.Instant when type.Physical == Physical.INT96 => new Values<ReadOnlyMemory<byte>>(
            type, static (ReadOnlyMemory<byte> value, TagType _, out long bits) => ParquetTime.TryBits(value.Span, out bits),
            static value => $"0x{Convert.ToHexString(value.Span)}"),
        ParquetKind.Instant or ParquetKind.LocalTime => new Values<long>(
            type, (long value, TagType _, out long bits) => ParquetTime.TryBits(value, type, calendar, out bits),
            value => $"{value} as {type.Name}"),
        _ => new Texts(type),
    };

    /// <summary>Reads the column of a row group.</summary>
    public abstract Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows);

    public abstract bool IsNull(int row);

    /// <summary>A value that is not text, as a tag's bits; false when it is text or none of the tag's values.</summary>
    public abstract bool TryBits(int row, TagType tag, out long bits);

    /// <summary>What stands in a cell that is not null, as text; whole numbers with all their digits.</summary>
    /// <param name="row">The row.</param>
    /// <param name="buffer">Where a value that is not text is written; longer ones are cut.</param>
    public abstract ReadOnlySpan<byte> Text(int row, Span<byte> buffer);

    /// <summary>A number that is not text, or 1 or 0 of a truth value; null when the column has none.</summary>
    /// <param name="row">The row, which is not null.</param>
    public virtual double? GetNumber(int row) => null;

    private static Values<T> Number<T>(ParquetType type, Func<T, Int128?> read)
        where T : struct => new(
            type,
            (T value, TagType tag, out long bits) =>
            {
                bits = 0;
                return read(value) is { } unscaled && ParquetNumber.TryBits(unscaled, type.Scale, tag, out bits);
            },
            value => read(value) is { } unscaled
                ? string.Create(CultureInfo.InvariantCulture, $"{unscaled}{(type.Scale == 0 ? "" : $" / 10^{type.Scale}")}")
                : "a number of more than 128 bits",
            value => (double?)read(value) / Math.Pow(10, type.Scale));

    // Two's complement; null when it has more than 128 bits.
    private static Int128? BigEndian(ReadOnlySpan<byte> bytes)
    {
        Int128 value = bytes is [> 127, ..] ? -1 : 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (Int128.Abs(value + (value < 0 ? 1 : 0)) >> 119 != 0)
            {
                return null;
            }

            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private delegate bool Conversion<T>(T value, TagType tag, out long bits);

    private sealed class Values<T>(ParquetType type, Conversion<T> convert, Func<T, string> show, Func<T, double?>? number = null)
        : ParquetColumn(type)
        where T : struct
    {
        private T[] _values = [];
        private bool[]? _isNull;

        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows)
        {
            _values = _values.Length == rows ? _values : new T[rows];
            if (!field.IsNullable)
            {
                await group.ReadAsync<T>(field, _values.AsMemory());
                return;
            }

            var read = new T?[rows];
            await group.ReadAsync<T>(field, read.AsMemory());
            _isNull = _isNull?.Length == rows ? _isNull : new bool[rows];
            for (var i = 0; i < rows; i++)
            {
                (_values[i], _isNull[i]) = (read[i].GetValueOrDefault(), read[i] is null);
            }
        }

        public override bool IsNull(int row) => _isNull is not null && _isNull[row];

        public override bool TryBits(int row, TagType tag, out long bits) => convert(_values[row], tag, out bits);

        public override double? GetNumber(int row) => number?.Invoke(_values[row]);

        public override ReadOnlySpan<byte> Text(int row, Span<byte> buffer)
        {
            var text = show(_values[row]);
            return buffer[..Encoding.UTF8.GetBytes(text.AsSpan(0, Math.Min(text.Length, buffer.Length)), buffer)];
        }
    }

    // A dictionary's text is kept once, however many rows have it, and of one that is too long for any tag the beginning.
    private sealed class Texts(ParquetType type) : ParquetColumn(type)
    {
        private const int MaxBytes = CellReader.MaxTextBytes + 4;
        private const int Null = -1;

        private readonly List<ReadOnlyMemory<byte>> _texts = [];
        private int[] _textOf = [];

        public override async Task ReadAsync(ParquetRowGroupReader group, DataField field, int rows)
        {
            _textOf = _textOf.Length == rows ? _textOf : new int[rows];
            _texts.Clear();
            var known = new Dictionary<byte[], int>(ReferenceEqualityComparer.Instance);
            if (field.IsNullable)
            {
                var read = new ReadOnlyMemory<byte>?[rows];
                await group.ReadAsync<ReadOnlyMemory<byte>>(field, read.AsMemory());
                for (var i = 0; i < rows; i++)
                {
                    _textOf[i] = read[i] is { } text ? Keep(text, known) : Null;
                }
            }
            else
            {
                var read = new ReadOnlyMemory<byte>[rows];
                await group.ReadAsync<ReadOnlyMemory<byte>>(field, read.AsMemory());
                for (var i = 0; i < rows; i++)
                {
                    _textOf[i] = Keep(read[i], known);
                }
            }
        }

        public override bool IsNull(int row) => _textOf[row] == Null;

        public override bool TryBits(int row, TagType tag, out long bits)
        {
            bits = 0;
            return false;
        }

        public override ReadOnlySpan<byte> Text(int row, Span<byte> buffer) => _texts[_textOf[row]].Span;

        private int Keep(ReadOnlyMemory<byte> text, Dictionary<byte[], int> known)
        {
            if (!MemoryMarshal.TryGetArray(text, out var array) || array.Array!.Length != array.Count)
            {
                return Add(text);
            }

            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(known, array.Array, out var isKnown);
            return isKnown ? at : at = Add(text);
        }

        private int Add(ReadOnlyMemory<byte> text)
        {
            _texts.Add(text.Length <= MaxBytes ? text : text[..MaxBytes].ToArray());
            return _texts.Count - 1;
        }
    }
}
