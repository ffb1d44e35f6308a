using System.Buffers.Binary;
using Parquet.Meta;
using Xunit;
using Zhice.Files.Parquet;
using Zhice.Domain.Contacts;
using Zhice.Domain.Tags;
using Zhice.Files;

namespace Zhice.Bulk.Tests;

/// <summary>What physical values mean by the annotations of their column.</summary>
public sealed class ParquetTypeTests
{
    private static readonly BankCalendar Calendar = new("Asia/Shanghai");
    private static readonly BankCalendar Berlin = new("Europe/Berlin");

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(-1_000, -1)]
    [InlineData(-1_001, -2)]
    [InlineData(1_999, 1)]
    public void Parts_of_a_millisecond_are_cut_off_downwards_before_1970_too(long microseconds, long expected)
    {
        Assert.True(ParquetTime.TryBits(microseconds, Timestamp(isUtc: true), Calendar, out var ms));
        Assert.Equal(expected, ms);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(316_516_032_000_000_000)]
    public void Years_beyond_9999_and_infinity_are_out_of_range(long microseconds)
    {
        Assert.False(ParquetTime.TryBits(microseconds, Timestamp(isUtc: true), Calendar, out _));
        Assert.False(ParquetTime.TryBits(microseconds, Timestamp(isUtc: false), Calendar, out _));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    [InlineData(-719_162)]
    public void Dates_without_an_instant_in_the_years_1_to_9999_are_out_of_range(int day) =>
        Assert.False(ParquetTime.TryBits(day, Calendar, out _));

    [Fact]
    public void A_time_that_the_banks_clock_leaves_out_is_none_and_of_one_that_it_shows_twice_the_first_counts()
    {
        Assert.False(ParquetTime.TryBits(Micros(new(2026, 3, 29, 2, 30, 0)), Timestamp(isUtc: false), Berlin, out _));
        Assert.True(ParquetTime.TryBits(Micros(new(2026, 10, 25, 2, 30, 0)), Timestamp(isUtc: false), Berlin, out var ms));
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), ms);
    }

    [Fact]
    public void An_INT96_is_an_instant()
    {
        var column = new SchemaElement { Name = "opened_at", Type = Parquet.Meta.Type.INT96 };
        Assert.Equal(ParquetKind.Instant, ParquetType.Take(column).Kind);
        Assert.Equal((Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY, 12), (column.Type, column.TypeLength));

        var value = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(value, 3_600_000_000_000);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(8), 2_440_588 - 1);
        Assert.True(ParquetTime.TryBits(value, out var ms));
        Assert.Equal(-23 * 3_600_000, ms);
    }

    [Fact]
    public void What_has_an_annotation_that_no_tag_takes_is_not_taken_for_its_physical_values()
    {
        SchemaElement[] columns =
        [
            new() { Type = Parquet.Meta.Type.INT32, ConvertedType = ConvertedType.TIME_MILLIS },
            new() { Type = Parquet.Meta.Type.INT64, LogicalType = new() { TIME = new() { Unit = new() { MICROS = new() } } } },
            new() { Type = Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY, TypeLength = 12, ConvertedType = ConvertedType.INTERVAL },
            new() { Type = Parquet.Meta.Type.FIXED_LEN_BYTE_ARRAY, TypeLength = 2, LogicalType = new() { FLOAT16 = new() } },
        ];
        Assert.All(columns.Select(ParquetType.Take), type => Assert.All(Enum.GetValues<TagType>(), tag => Assert.False(type.Fits(tag))));
    }

    [Fact]
    public void Truth_values_of_data_pages_that_the_library_misreads_are_refused()
    {
        var metadata = new FileMetaData
        {
            Schema = [new() { Name = "root", NumChildren = 1 }, new() { Name = "vip", Type = Parquet.Meta.Type.BOOLEAN, RepetitionType = FieldRepetitionType.OPTIONAL }],
            RowGroups = [new() { Columns = [new() { MetaData = new() { Encodings = [Parquet.Meta.Encoding.RLE] } }] }],
        };
        var fault = Assert.Throws<UnreadableFileException>(() => ParquetSource.ReadTypes(metadata));
        Assert.Contains("'vip' holds BOOLEAN in the encoding RLE", fault.Message, StringComparison.Ordinal);
        metadata.RowGroups[0].Columns[0].MetaData!.Encodings.Add(Parquet.Meta.Encoding.PLAIN);
        Assert.Equal(ParquetKind.Bool, Assert.Single(ParquetSource.ReadTypes(metadata)).Kind);
    }

    [Theory]
    [InlineData("170141183460469231731687303715884105727", 38, TagType.Decimal, null)]
    [InlineData("10000", 4, TagType.Integer, 1L)]
    [InlineData("10001", 4, TagType.Integer, null)]
    [InlineData("0", 38, TagType.Integer, 0L)]
    [InlineData("9223372036854775807", 4, TagType.Decimal, long.MaxValue)]
    [InlineData("-9223372036854775808", 4, TagType.Decimal, long.MinValue)]
    [InlineData("922337203685478", 0, TagType.Decimal, null)]
    [InlineData("9223372036854775808", 0, TagType.Integer, null)]
    public void Decimals_are_scaled_exactly_or_not_at_all(string unscaled, int scale, TagType tag, long? expected) =>
        Assert.Equal(expected, ParquetNumber.TryBits(Int128.Parse(unscaled), scale, tag, out var bits) ? bits : null);

    private static long Micros(DateTime local) => (local.Ticks - DateTime.UnixEpoch.Ticks) / 10;

    private static ParquetType Timestamp(bool isUtc) => ParquetType.Take(new()
    {
        Name = "opened_at", Type = Parquet.Meta.Type.INT64,
        LogicalType = new() { TIMESTAMP = new() { IsAdjustedToUTC = isUtc, Unit = new() { MICROS = new() } } },
    });
}
