using Parquet.Meta;
using Zhice.Domain.Tags;

using Physical = Parquet.Meta.Type;

namespace Zhice.Files.Parquet;

/// <summary>What the values of a Parquet column mean, by its annotations.</summary>
internal enum ParquetKind : byte
{
    Text,
    Bool,
    Whole,
    Float,
    Double,
    Decimal,

    /// <summary>A point in time.</summary>
    Instant,

    /// <summary>What a clock on the wall shows: not adjusted to UTC.</summary>
    LocalTime,

    Date,

    /// <summary>What nothing here takes: a time of day, a UUID, an interval.</summary>
    Other,
}

/// <summary>
/// The type of a Parquet column. The library reads the physical values alone, and they are given their meaning here: so they
/// stay exact, whatever the encoding, and one that is out of range costs its row, not the file.
/// </summary>
/// <param name="Kind">What its values mean.</param>
/// <param name="Physical">How they are kept.</param>
/// <param name="Name">Its name for people, as in Parquet's own documents.</param>
internal sealed record ParquetType(ParquetKind Kind, Physical Physical, string Name)
{
    private const int Int96Bytes = 12;

    /// <summary>Of decimals: how many digits are behind the point.</summary>
    public int Scale { get; private init; }

    /// <summary>Of times: how many units make a millisecond.</summary>
    public long UnitsInMs { get; private init; } = 1;

    /// <summary>Of whole numbers: whether they have no sign.</summary>
    public bool IsUnsigned { get; private init; }

    /// <summary>Whether the values can be an id.</summary>
    public bool FitsCustomer => Kind is ParquetKind.Text or ParquetKind.Whole;

    /// <summary>Whether the values can be words of consent.</summary>
    public bool FitsConsent => Kind is ParquetKind.Text or ParquetKind.Whole or ParquetKind.Bool;

    /// <summary>Whether the values can be those of such a tag.</summary>
    public bool Fits(TagType tag) => Kind switch
    {
        ParquetKind.Text => true,
        ParquetKind.Bool => tag == TagType.Bool,
        ParquetKind.Whole or ParquetKind.Float or ParquetKind.Double or ParquetKind.Decimal => tag is TagType.Integer or TagType.Decimal,
        ParquetKind.Instant or ParquetKind.LocalTime or ParquetKind.Date => tag == TagType.Time,
        _ => false,
    };

    /// <summary>The type of a column, and takes its annotations away, so that the library reads physical values.</summary>
    public static ParquetType Take(SchemaElement column)
    {
        var type = From(column, column.Type!.Value, column.LogicalType, column.ConvertedType);
        (column.LogicalType, column.ConvertedType) = (null, null);
        if (column.Type == Physical.INT96)
        {
            (column.Type, column.TypeLength) = (Physical.FIXED_LEN_BYTE_ARRAY, Int96Bytes);
        }

        return type;
    }

    private static ParquetType From(SchemaElement column, Physical physical, LogicalType? logical, ConvertedType? converted)
    {
        if (logical?.DECIMAL is { } exact)
        {
            return Decimal(physical, exact.Precision, exact.Scale);
        }

        if (converted == ConvertedType.DECIMAL)
        {
            return Decimal(physical, column.Precision ?? 0, column.Scale ?? 0);
        }

        if (logical?.TIMESTAMP is { } time)
        {
            var unit = time.Unit.MILLIS is not null ? ("MILLIS", 1)
                : time.Unit.MICROS is not null ? ("MICROS", 1_000)
                : ("NANOS", 1_000_000);
            return Time(time.IsAdjustedToUTC ? ParquetKind.Instant : ParquetKind.LocalTime, unit.Item1, unit.Item2);
        }

        if (converted is ConvertedType.TIMESTAMP_MILLIS or ConvertedType.TIMESTAMP_MICROS)
        {
            return converted == ConvertedType.TIMESTAMP_MILLIS
                ? Time(ParquetKind.Instant, "MILLIS", 1)
                : Time(ParquetKind.Instant, "MICROS", 1_000);
        }

        if (logical?.INTEGER is { } whole)
        {
            return new(ParquetKind.Whole, physical, $"INT({whole.BitWidth})") { IsUnsigned = !whole.IsSigned };
        }

        if (logical?.DATE is not null || converted == ConvertedType.DATE)
        {
            return new(ParquetKind.Date, physical, "DATE");
        }

        // What has another annotation is not what its physical values look like.
        var isText = logical?.STRING is not null || logical?.ENUM is not null || logical?.JSON is not null
            || converted is ConvertedType.UTF8 or ConvertedType.ENUM or ConvertedType.JSON;
        if (isText)
        {
            return new(ParquetKind.Text, physical, "STRING");
        }

        var name = logical?.TIME is not null || converted is ConvertedType.TIME_MILLIS or ConvertedType.TIME_MICROS ? "TIME"
            : logical?.UUID is not null ? "UUID"
            : logical?.FLOAT16 is not null ? "FLOAT16"
            : logical?.BSON is not null || converted == ConvertedType.BSON ? "BSON"
            : converted == ConvertedType.INTERVAL ? "INTERVAL"
            : null;
        return name is not null ? new(ParquetKind.Other, physical, name) : Plain(physical) with
        {
            IsUnsigned = converted is ConvertedType.UINT_8 or ConvertedType.UINT_16 or ConvertedType.UINT_32 or ConvertedType.UINT_64,
        };
    }

    private static ParquetType Plain(Physical physical) => physical switch
    {
        Physical.BOOLEAN => new(ParquetKind.Bool, physical, "BOOLEAN"),
        Physical.INT32 or Physical.INT64 => new(ParquetKind.Whole, physical, physical.ToString()),
        Physical.FLOAT => new(ParquetKind.Float, physical, "FLOAT"),
        Physical.DOUBLE => new(ParquetKind.Double, physical, "DOUBLE"),

        // Impala and Spark write texts without saying that they are.
        Physical.BYTE_ARRAY => new(ParquetKind.Text, physical, "BYTE_ARRAY"),

        // Always an instant in nanoseconds, of the writers that know it.
        Physical.INT96 => new(ParquetKind.Instant, physical, "INT96"),
        _ => new(ParquetKind.Other, physical, physical.ToString()),
    };

    private static ParquetType Decimal(Physical physical, int precision, int scale) =>
        new(ParquetKind.Decimal, physical, $"DECIMAL({precision},{scale})") { Scale = scale };

    private static ParquetType Time(ParquetKind kind, string unit, long unitsInMs) =>
        new(
            kind, Physical.INT64,
            kind == ParquetKind.Instant ? $"TIMESTAMP({unit})" : $"TIMESTAMP({unit}) without time zone") { UnitsInMs = unitsInMs };
}
