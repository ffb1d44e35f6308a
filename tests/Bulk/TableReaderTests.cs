using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Schema;
using Xunit;
using Zhice.Files;
using Zhice.Files.Tables;

namespace Zhice.Bulk.Tests;

public sealed class TableReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-table-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Csv_is_read_cell_by_cell_plain_or_gzip(bool isPacked)
    {
        using var table = TableReader.Open(Csv("\uFEFFarm,note,amount\r\nsms,\"a, \"\"b\"\"\",12.5\r\n控制,,-3e2\r\n", isPacked));

        Assert.Equal(["arm", "note", "amount"], table.Columns);
        Assert.True(table.Read());
        Assert.Equal(("sms", "a, \"b\"", 12.5, "Line 2"), (Text(table, 0), Text(table, 1), Number(table, 2), table.Place));
        Assert.True(table.Read());
        Assert.Equal(("控制", "", -300.0, "Line 3"), (Text(table, 0), Text(table, 1), Number(table, 2), table.Place));
        Assert.False(table.TryNumber(1, out _));
        Assert.False(table.Read());
    }

    [Theory]
    [InlineData("12.5x")]
    [InlineData("1,5")]
    [InlineData(" 1")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    public void What_is_no_finite_number_is_none(string cell)
    {
        using var table = TableReader.Open(Csv($"amount,other\n\"{cell}\",1\n"));

        Assert.True(table.Read());
        Assert.False(table.TryNumber(0, out _));
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("a,b\n1\n", "Line 2 has 1 cells; the header has 2.")]
    [InlineData("a,b\n1,\"2\"x\n", "is not well formed")]
    public void Csv_that_is_not_right_is_refused_with_its_line(string content, string why)
    {
        var fault = Assert.Throws<UnreadableFileException>(() =>
        {
            using var table = TableReader.Open(Csv(content));
            while (table.Read())
            {
            }
        });

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_of_gb18030_are_found_before_the_first_row()
    {
        var path = Path.Combine(_folder, "gb.csv");

        // "分组,结果" in GBK.
        File.WriteAllBytes(path, [0xB7, 0xD6, 0xD7, 0xE9, (byte)',', 0xBD, 0xE1, 0xB9, 0xFB, (byte)'\n']);

        Assert.Contains("GB18030", Assert.Throws<UnreadableFileException>(() => TableReader.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_gives_the_texts_and_numbers_of_all_types_and_nulls_are_empty()
    {
        var path = await ParquetAsync();
        using var table = TableReader.Open(path);

        Assert.Equal(["arm", "opened", "count", "amount", "single", "exact", "text", "maybe"], table.Columns);
        Assert.True(table.Read());
        Assert.Equal(("sms", "true", "7", "Row 1"), (Text(table, 0), Text(table, 1), Text(table, 2), table.Place));
        Assert.Equal([1, 7, 12.345678, 29.99, 1234.56, 0.25], Enumerable.Range(1, 6).Select(column => Number(table, column)));
        Assert.Equal("", Text(table, 7));
        Assert.False(table.TryNumber(7, out _));
        Assert.False(table.TryNumber(0, out _));
        Assert.True(table.Read());
        Assert.Equal(("push", "false", -1.0, 5.0), (Text(table, 0), Text(table, 1), Number(table, 2), Number(table, 7)));
        Assert.False(table.Read());
    }

    [Fact]
    public async Task Only_columns_that_are_asked_for_are_decoded()
    {
        using var table = TableReader.Open(await ParquetAsync());
        table.Use([2]);

        Assert.True(table.Read());
        Assert.Equal(7, Number(table, 2));
        Assert.Throws<InvalidOperationException>(() => table.TryNumber(3, out _));
    }

    [Fact]
    public async Task Parquet_that_is_cut_off_is_refused()
    {
        var path = await ParquetAsync();
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..^9]);

        Assert.Contains("cut off", Assert.Throws<UnreadableFileException>(() => TableReader.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_with_a_sentence()
    {
        var fault = Assert.Throws<UnreadableFileException>(() => TableReader.Open(Path.Combine(_folder, "no")));

        Assert.StartsWith("The file cannot be read", fault.Message, StringComparison.Ordinal);
    }

    private static string Text(TableReader table, int column) => Encoding.UTF8.GetString(table.Text(column));

    private static double Number(TableReader table, int column) => table.TryNumber(column, out var number) ? number : double.NaN;

    private string Csv(string content, bool isPacked = false)
    {
        var path = Path.Combine(_folder, "table.csv");
        using var file = File.Create(path);
        using Stream stream = isPacked ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }

    private async Task<string> ParquetAsync()
    {
        var path = Path.Combine(_folder, "table.parquet");
        DataField[] fields =
        [
            new DataField<string>("arm", nullable: false), new DataField<bool>("opened"), new DataField<int>("count"),
            new DataField<double>("amount"), new DataField<float>("single"), new DecimalDataField("exact", 20, 2),
            new DataField<string>("text", nullable: false), new DataField<long>("maybe", nullable: true),
        ];
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(fields[0], new[] { "sms", "push" });
        await group.WriteAsync<bool>(fields[1], new[] { true, false });
        await group.WriteAsync<int>(fields[2], new[] { 7, -1 });
        await group.WriteAsync<double>(fields[3], new[] { 12.345678, 0 });
        await group.WriteAsync<float>(fields[4], new[] { 29.99f, 1 });
        await group.WriteAsync<decimal>(fields[5], new[] { 1234.56m, 0 });
        await group.WriteAsync(fields[6], new[] { "0.25", "x" });
        await group.WriteAsync<long>(fields[7], new long?[] { null, 5 });
        group.CompleteValidate();
        return path;
    }
}
