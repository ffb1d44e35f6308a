using Parquet;
using Parquet.Data;
using Parquet.Schema;
using Xunit;
using Zhice.Domain.Primitives;
using Zhice.Files;

namespace Zhice.Bulk.Tests;

/// <summary>Parquet of other programs: what a column's type means is kept exactly, or said to be wrong.</summary>
public sealed class ParquetImportTests : IAsyncLifetime
{
    private static readonly string[] Ids = ["1", "2", "3"];

    private readonly BulkHarness _bank = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bank.DisposeAsync();

    [Theory]
    [InlineData("id_double.parquet", "DOUBLE")]
    [InlineData("id_bool.parquet", "BOOLEAN")]
    [InlineData("id_decimal26.parquet", "DECIMAL(26,0)")]
    public async Task Ids_that_are_neither_text_nor_whole_numbers_are_refused_before_a_row_is_loaded(string file, string type) =>
        await RefusesAsync(_bank.Copy(file), $"The column 'customer_id' holds {type}; it must hold text or whole numbers: other types lose digits of ids. Nothing was loaded.");

    [Fact]
    public async Task Ids_that_are_dates_times_or_floats_are_refused_too()
    {
        await RefusesAsync(
            await WriteAsync(new DataField("customer_id", typeof(DateOnly)), new DateOnly[] { new(2026, 3, 1) }, Age, [1]), "holds DATE;");
        await RefusesAsync(
            await WriteAsync(Instant("customer_id", isUtc: true), new DateTime[] { new(2026, 3, 1) }, Age, [1]),
            "holds TIMESTAMP(MILLIS);");
        await RefusesAsync(await WriteAsync(new DataField("customer_id", typeof(float)), new float[] { 1 }, Age, [1]), "holds FLOAT;");
        await RefusesAsync(await WriteAsync(new DataField("customer_id", typeof(Guid)), [Guid.NewGuid()], Age, [1]), "holds UUID;");
    }

    [Fact]
    public async Task Whole_numbers_are_ids_with_all_their_digits_and_a_null_is_a_reject()
    {
        var path = await WriteAsync(
            new DataField("customer_id", typeof(long), isNullable: true), new long?[] { 6228480012345678901, null, -7 }, Age, [1, 2, 3]);
        var done = await _bank.LoadAsync(path);
        Assert.Equal((2, 1), (done.Loaded, done.Rejected));
        Assert.Equal("age=1", await _bank.TagsOfAsync("6228480012345678901"));
        Assert.Equal("age=3", await _bank.TagsOfAsync("-7"));
        Assert.StartsWith("2,customer_id,,", Assert.Single(_bank.Rejects), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsigned_numbers_of_64_bits_are_ids_with_all_their_digits()
    {
        await _bank.LoadAsync(await WriteAsync(new DataField("customer_id", typeof(ulong)), new ulong[] { ulong.MaxValue }, Age, [1]));
        Assert.Equal("age=1", await _bank.TagsOfAsync("18446744073709551615"));
    }

    [Theory]
    [InlineData("consent_bool.parquet", "pq-b")]
    [InlineData("consent_int.parquet", "pq-ci")]
    public async Task Consents_of_truth_values_and_of_1_and_0_are_taken(string file, string customer)
    {
        var done = await _bank.LoadAsync(_bank.Copy(file));
        Assert.Equal(0, done.Rejected);
        var sms = BulkHarness.Catalog.Channels["sms"].Number;
        var words = new List<bool>();
        for (var i = 1; i <= done.Rows; i++)
        {
            words.AddRange(
                (await _bank.FindAsync($"{customer}{i}")).State!.Consents.Entries.Where(entry => entry.Channel == sms)
                    .Select(entry => entry.IsGranted));
        }

        Assert.Contains(true, words);
        Assert.Contains(false, words);
    }

    [Fact]
    public async Task Consents_of_another_number_are_rejected_and_of_another_type_refused()
    {
        var done = await _bank.LoadAsync(await WriteAsync(Id, Ids, new DataField("consent:sms:marketing", typeof(int)), new[] { 1, 2, 0 }));
        Assert.Equal((2, 1), (done.Loaded, done.Rejected));
        Assert.Equal("2,consent:sms:marketing,2,\"must be granted or refused, true or false, or 1 or 0\"", Assert.Single(_bank.Rejects));
        await RefusesAsync(
            await WriteAsync(Id, Ids, new DataField("consent:sms:marketing", typeof(double)), new[] { 1.0, 0, 0 }),
            "The column 'consent:sms:marketing' holds DOUBLE; it must hold granted or refused as text, a BOOLEAN, or 1 or 0.", known: 2);
    }

    [Fact]
    public async Task Binary_numbers_become_decimals_exactly()
    {
        Assert.Equal(0, (await _bank.LoadAsync(_bank.Copy("float32_money.parquet"))).Rejected);
        Assert.Equal("aum=123456.78", await _bank.TagsOfAsync("fl-1"));
        Assert.Equal("aum=1234567.5", await _bank.TagsOfAsync("fl-2"));
        Assert.Equal("aum=16777216", await _bank.TagsOfAsync("fl-3"));

        double[] values = [123456789012.3456, 100000000000000.5, 0.1];
        Assert.Equal(0, (await _bank.LoadAsync(await WriteAsync(Id, Ids, new DataField("aum", typeof(double)), values))).Rejected);
        Assert.Equal(["aum=123456789012.3456", "aum=100000000000000.5", "aum=0.1"], await TagsAsync());
    }

    [Fact]
    public async Task Binary_numbers_that_no_decimal_tag_can_hold_are_rejected_and_never_rounded()
    {
        double[] values = [0.12345, double.NaN, 1e15];
        var done = await _bank.LoadAsync(await WriteAsync(Id, Ids, new DataField("aum", typeof(double)), values));
        Assert.Equal((0, 3), (done.Loaded, done.Rejected));
        Assert.Equal(["0.12345", "NaN", "1000000000000000"], _bank.Rejects.Select(reject => reject.Split(',')[2]));
    }

    [Fact]
    public async Task Binary_numbers_that_are_whole_become_integers_as_long_as_they_are_sure()
    {
        double[] values = [6222021234567891, 31, 9007199254740994];
        var done = await _bank.LoadAsync(await WriteAsync(Id, Ids, new DataField("points", typeof(double)), values));
        Assert.Equal((2, 1), (done.Loaded, done.Rejected));
        Assert.Equal("points=6222021234567891", await _bank.TagsOfAsync("1"));
        Assert.Equal("points=31", await _bank.TagsOfAsync("2"));

        float[] floats = [12345678, 1.5f, 16777218];
        done = await _bank.LoadAsync(await WriteAsync(Id, ["4", "5", "6"], new DataField("points", typeof(float)), floats));
        Assert.Equal((1, 2), (done.Loaded, done.Rejected));
        Assert.Equal("points=12345678", await _bank.TagsOfAsync("4"));
    }

    [Fact]
    public async Task Numbers_of_other_writers_files_are_taken()
    {
        Assert.Equal((4, 0), await CountsAsync("num_double_dec.parquet"));
        Assert.Equal("aum=123456789012.3456", await _bank.TagsOfAsync("pq-dd1"));
        Assert.Equal("points=6222021234567891", await LoadedAsync("num_double_int.parquet", "pq-di1"));
    }

    [Fact]
    public async Task Decimals_of_any_size_are_taken_exactly_and_those_beyond_cost_their_row_alone()
    {
        var field = new DecimalDataField("aum", 38, 6, clrType: typeof(BigDecimal));
        BigDecimal[] values = [Big("922337203685477580700", 6), Big("99999999999999999999999999999999999999", 6), Big("1234567", 6)];
        var done = await _bank.LoadAsync(await WriteAsync(Id, Ids, field, values));
        Assert.Equal((1, 2), (done.Loaded, done.Rejected));
        Assert.Equal("aum=922337203685477.5807", await _bank.TagsOfAsync("1"));
        Assert.Contains("99999999999999999999999999999999999999 / 10^6", _bank.Rejects[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_without_zone_is_what_a_clock_of_the_bank_showed()
    {
        Assert.Equal($"opened_at={Ms(2026, 3, 1, 1)}", await LoadedAsync("time_ts.parquet", "pq-ts"));
        await _bank.LoadAsync(
            await WriteAsync(Id, ["d"], new DataField("opened_at", typeof(DateOnly)), new DateOnly[] { new(2026, 3, 1) }));
        Assert.Equal($"opened_at={Ms(2026, 2, 28, 16)}", await _bank.TagsOfAsync("d"));
        await _bank.LoadAsync(
            await WriteAsync(Id, ["u"], Instant("opened_at", isUtc: true), new DateTime[] { new(2026, 3, 1, 9, 0, 0, DateTimeKind.Utc) }));
        Assert.Equal($"opened_at={Ms(2026, 3, 1, 9)}", await _bank.TagsOfAsync("u"));
    }

    [Fact]
    public async Task Times_of_the_delta_encoding_are_read()
    {
        var done = await _bank.LoadAsync(_bank.Copy("v2_time.parquet"));
        Assert.True(done.Rows > 0);
        Assert.Equal((done.Rows, 0), (done.Loaded, done.Rejected));
        Assert.StartsWith("opened_at=", await _bank.TagsOfAsync("v2t-0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_are_not_said_to_be_text_are_taken_when_they_are_sound()
    {
        byte[][] ids = ["张三"u8.ToArray(), [0xC0, 0xAF], "b"u8.ToArray()];
        var done = await _bank.LoadAsync(await WriteAsync(new DataField("customer_id", typeof(byte[])), ids, Age, [1, 2, 3]));
        Assert.Equal((2, 1), (done.Loaded, done.Rejected));
        Assert.Equal("age=1", await _bank.TagsOfAsync("张三"));
    }

    [Fact]
    public async Task The_time_of_each_word_is_taken_from_its_own_column()
    {
        DataField[] fields = [Id, new("consent:sms:marketing", typeof(bool)), Instant("consent_time:sms:marketing", isUtc: true)];
        var path = Path.Combine(_bank.Folder, "a.parquet");
        await using (var file = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), file))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], (IReadOnlyCollection<string>)["1"]);
            await group.WriteAsync<bool>(fields[1], new[] { true });
            await group.WriteAsync<DateTime>(fields[2], new DateTime[] { new(2026, 10, 28, 0, 0, 0, DateTimeKind.Utc) });
        }

        await _bank.LoadAsync(path);
        var entry = Assert.Single((await _bank.FindAsync("1")).State!.Consents.Entries);
        Assert.Equal((true, Ms(2026, 10, 28, 0), Purpose.Marketing), (entry.IsGranted, entry.AtMs, entry.Purpose));
    }

    private static DataField Id { get; } = new("customer_id", typeof(string), isNullable: false);

    private static DataField Age => new("age", typeof(int));

    private static DateTimeDataField Instant(string name, bool isUtc) =>
        new(name, DateTimeFormat.Timestamp, isUtc, DateTimeTimeUnit.Millis, isNullable: false);

    private static BigDecimal Big(string digits, int scale) => new(System.Numerics.BigInteger.Parse(digits), 38, scale);

    private static long Ms(int year, int month, int day, int hour) =>
        new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private async Task<string> LoadedAsync(string file, string customer)
    {
        await _bank.LoadAsync(_bank.Copy(file));
        return await _bank.TagsOfAsync(customer);
    }

    private async Task<(long, long)> CountsAsync(string file)
    {
        var done = await _bank.LoadAsync(_bank.Copy(file));
        return (done.Loaded, done.Rejected);
    }

    private async Task<List<string>> TagsAsync()
    {
        var tags = new List<string>();
        foreach (var id in Ids)
        {
            tags.Add(await _bank.TagsOfAsync(id));
        }

        return tags;
    }

    private async Task RefusesAsync(string path, string sentence, int known = 0)
    {
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(path));
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
        Assert.Equal(known, await _bank.Customers.CountAsync());
    }

    private async Task<string> WriteAsync<TId, TValue>(DataField idField, TId[] ids, DataField field, TValue[] values)
    {
        var path = Path.Combine(_bank.Folder, $"{Guid.NewGuid():n}.parquet");
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(idField, field), file);
        using var group = writer.CreateRowGroup();
        await WriteAsync(group, idField, ids);
        await WriteAsync(group, field, values);
        return path;
    }

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Array values) => values switch
    {
        string[] texts => group.WriteAsync(field, (IReadOnlyCollection<string>)texts),
        byte[][] bytes => group.WriteAsync(field, (IReadOnlyCollection<byte[]>)bytes),
        long?[] numbers => group.WriteAsync<long>(field, numbers.AsMemory()),
        _ => (Task)typeof(ParquetImportTests).GetMethod(
            nameof(WriteValuesAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(values.GetType().GetElementType()!).Invoke(null, [group, field, values])!,
    };

    private static Task WriteValuesAsync<T>(ParquetRowGroupWriter group, DataField field, T[] values)
        where T : struct => group.WriteAsync<T>(field, values.AsMemory());
}
