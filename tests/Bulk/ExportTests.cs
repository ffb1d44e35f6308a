using Microsoft.Extensions.Logging.Abstractions;
using Parquet;
using Xunit;
using Zhice.Bulk.Export;
using Zhice.Domain.Customers;
using Zhice.Files;

namespace Zhice.Bulk.Tests;

public sealed class ExportTests : IAsyncLifetime
{
    private const string Rows = """"
        customer_id,age,phone,job,aum,consent:sms:marketing,consent:*:marketing,consent:*:personalization
        020235,35,13800000000,student,36.4,refused,granted,refused
        20235,-9223372036854775808,,retired,-922337203685477,,,
        "a,""b""",0,"line
        break",,0.0001,granted,refused,granted
        张三,,=1+1,,,,,
        nobody,,,,,,,

        """";

    private readonly BulkHarness _bank = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bank.DisposeAsync();

    [Theory]
    [InlineData("csv", BulkFormat.Csv)]
    [InlineData("ndjson", BulkFormat.Ndjson)]
    [InlineData("parquet", BulkFormat.Parquet)]
    public async Task What_is_exported_and_imported_elsewhere_is_the_same(string extension, BulkFormat format)
    {
        await _bank.LoadAsync(_bank.Write("a.csv", Rows));
        var path = Path.Combine(_bank.Folder, $"export.{extension}");
        var exported = await new ExportRun(
            _bank.Customers, ExportJob.Create(path, format, BulkHarness.Catalog, [], hasConsents: true), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        Assert.Equal((5, new FileInfo(path).Length), (exported.Rows, exported.Bytes));

        await using var other = new BulkHarness();
        var done = await other.LoadAsync(path);
        Assert.Equal((5, 0), (done.Loaded, done.Rejected));
        await foreach (var (key, state) in _bank.Customers.ReadAllAsync(default))
        {
            var found = await other.FindAsync(System.Text.Encoding.UTF8.GetString(key));
            Assert.Equal(CustomerStateCodec.ToBytes(Sorted(state)), CustomerStateCodec.ToBytes(Sorted(found.State!)));
        }
    }

    [Theory]
    [InlineData(BulkFormat.Csv, 1_256)]
    [InlineData(BulkFormat.Ndjson, 1_256)]
    public async Task An_export_goes_on_after_a_restart_where_its_rows_are_on_the_disk(BulkFormat format, int nextRows)
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age\n" + string.Concat(Enumerable.Range(0, 3_500).Select(static n => $"c{n},{n}\n"))));
        var (whole, broken) = (Path.Combine(_bank.Folder, "whole"), Path.Combine(_bank.Folder, "broken"));
        await RunAsync(whole, static _ => { });

        // It ends as a crash does, after some more rows that were not kept.
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(broken, static rows => _ = rows > 1_000 ? throw new InvalidOperationException() : 0));
        await File.AppendAllTextAsync(broken, "half a row");
        var told = new List<long>();
        var done = await RunAsync(broken, told.Add);

        Assert.Equal((3_500, nextRows), (done.Rows, told[0]));
        Assert.Equal(await File.ReadAllBytesAsync(whole), await File.ReadAllBytesAsync(broken));
        Assert.False(File.Exists(broken + ".cursor"));

        Task<ExportDone> RunAsync(string path, Action<long> advanced) => new ExportRun(
            _bank.Customers, ExportJob.Create(path, format, BulkHarness.Catalog, [], hasConsents: true), new FastClock(), (rows, _) => advanced(rows), NullLogger.Instance).RunAsync(default);
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(700, 640 + 128)]
    [InlineData(1_500, 1_256 + 128)]
    [InlineData(3_400, 3_256 + 128)]
    public async Task A_parquet_export_goes_on_after_a_restart_behind_the_groups_that_are_on_the_disk(int endsBehind, int nextRows)
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age,aum,opened_at,job,consent:sms:marketing\n" + string.Concat(Enumerable.Range(0, 3_500).Select(
            static n => $"c{n},{n},{n}.25,2026-03-01T00:00:0{n % 10}Z,{(n % 2 == 0 ? "student" : "")},{(n % 3 == 0 ? "refused" : "")}\n"))));
        var path = Path.Combine(_bank.Folder, "export.parquet");

        // It ends as a crash does: there are more rows than were kept, without a footer, in the place of the one that was kept.
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(rows => _ = rows > endsBehind ? throw new InvalidOperationException() : 0));
        await File.WriteAllBytesAsync(path, [.. (await File.ReadAllBytesAsync(path))[..^40], .. "half a group"u8]);
        var told = new List<long>();
        var done = await RunAsync(told.Add);

        Assert.Equal((3_500, nextRows), (done.Rows, told[0]));
        Assert.False(File.Exists(path + ".cursor"));
        await using (var file = File.OpenRead(path))
        await using (var reader = await ParquetReader.CreateAsync(file))
        {
            Assert.Equal(3_500, reader.Metadata!.NumRows);
            Assert.Equal(reader.Metadata.NumRows, reader.Metadata.RowGroups.Sum(static group => group.NumRows));
            Assert.True(reader.RowGroupCount > 3);
        }

        await using var other = new BulkHarness();
        Assert.Equal((3_500, 0), (await other.LoadAsync(path) is var loaded ? loaded.Loaded : 0, loaded.Repeated));
        await foreach (var (key, state) in _bank.Customers.ReadAllAsync(default))
        {
            var found = await other.FindAsync(System.Text.Encoding.UTF8.GetString(key));
            Assert.Equal(CustomerStateCodec.ToBytes(state), CustomerStateCodec.ToBytes(found.State!));
        }

        Task<ExportDone> RunAsync(Action<long> advanced) => new ExportRun(
            _bank.Customers,
            ExportJob.Create(path, BulkFormat.Parquet, BulkHarness.Catalog, [], hasConsents: true) with { MinRowsInGroup = 600 },
            new FastClock(), (rows, _) => advanced(rows), NullLogger.Instance).RunAsync(default);
    }

    [Theory]
    [InlineData(true, 3_000)]
    [InlineData(false, 0)]
    public async Task An_export_of_one_instant_has_nothing_that_comes_meanwhile(bool isOfOneInstant, int unchanged)
    {
        var ids = Enumerable.Range(0, 3_000).Select(static n => $"c{n}").ToArray();
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age\n" + string.Concat(ids.Select(static id => $"{id},1\n"))));
        var later = _bank.Write("b.csv", "customer_id,age\n" + string.Concat(ids.Select(static id => $"{id},2\n")));
        var path = Path.Combine(_bank.Folder, "export.csv");
        var isChanged = false;
        var job = ExportJob.Create(path, BulkFormat.Csv, BulkHarness.Catalog, ["age"], hasConsents: false) with { IsOfOneInstant = isOfOneInstant };

        // After the first slice of a thousand all are changed.
        await new ExportRun(_bank.Customers, job, TimeProvider.System, (_, _) => isChanged = isChanged || Change(), NullLogger.Instance).RunAsync(default);

        var rows = (await File.ReadAllLinesAsync(path))[1..];
        Assert.Equal(3_000, rows.Length);
        Assert.Equal(unchanged, rows.Skip(1_000).Count(static row => row.EndsWith(",1", StringComparison.Ordinal)) + (isOfOneInstant ? 1_000 : 0));

        bool Change()
        {
            _bank.LoadAsync(later).GetAwaiter().GetResult();
            return true;
        }
    }

    [Fact]
    public async Task Only_the_tags_that_were_asked_for_are_written()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", Rows));
        var path = Path.Combine(_bank.Folder, "export.csv");
        await new ExportRun(
            _bank.Customers, ExportJob.Create(path, BulkFormat.Csv, BulkHarness.Catalog, ["job"], hasConsents: false), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        var lines = await File.ReadAllLinesAsync(path);
        Assert.Equal("customer_id,job", lines[0]);
        Assert.Contains("020235,student", lines);
    }

    [Fact]
    public async Task A_parquet_file_that_is_cut_off_or_none_is_refused_with_a_sentence()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", Rows));
        var path = Path.Combine(_bank.Folder, "export.parquet");
        await new ExportRun(
            _bank.Customers, ExportJob.Create(path, BulkFormat.Parquet, BulkHarness.Catalog, [], hasConsents: true), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        var whole = await File.ReadAllBytesAsync(path);
        foreach (var bytes in (byte[][])[whole[..^40], whole[..(whole.Length / 2)], [], [.. "not parquet at all"u8]])
        {
            var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("b.parquet", bytes)));
            Assert.StartsWith("The file is no Parquet file, or it is cut off", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_parquet_export_has_times_as_instants_and_decimals_as_decimals()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,aum,opened_at,vip\n1,922337203685477.5807,9999-12-31T23:59:59.999Z,true\n2,-0.0001,0001-01-01T00:00:00Z,false\n"));
        var path = await ExportAsync("parquet", BulkFormat.Parquet);
        await using (var file = File.OpenRead(path))
        await using (var reader = await ParquetReader.CreateAsync(file))
        {
            var columns = reader.Metadata!.Schema.ToDictionary(column => column.Name);
            Assert.Equal((19, 4), (columns["aum"].LogicalType!.DECIMAL!.Precision, columns["aum"].LogicalType!.DECIMAL!.Scale));
            Assert.Equal(Parquet.Meta.Type.INT64, columns["opened_at"].Type);
            Assert.True(columns["opened_at"].LogicalType!.TIMESTAMP!.IsAdjustedToUTC);
            Assert.NotNull(columns["opened_at"].LogicalType!.TIMESTAMP!.Unit.MILLIS);
        }

        await using var other = new BulkHarness();
        await other.LoadAsync(path);
        Assert.Equal(await _bank.TagsOfAsync("1"), await other.TagsOfAsync("1"));
        Assert.Equal(await _bank.TagsOfAsync("2"), await other.TagsOfAsync("2"));
        Assert.Contains("aum=922337203685477.5807", await other.TagsOfAsync("1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", BulkFormat.Csv)]
    [InlineData("ndjson", BulkFormat.Ndjson)]
    [InlineData("parquet", BulkFormat.Parquet)]
    public async Task An_export_that_is_imported_again_never_undoes_a_refusal_that_came_after_it(string extension, BulkFormat format)
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age,consent:sms:marketing,consent:*:marketing\n1,35,granted,granted\n"));
        var path = await ExportAsync(extension, format);
        var refused = BulkHarness.Noon.AddHours(1);
        await _bank.LoadAsync(_bank.Job(_bank.Write("b.csv", "customer_id,consent:sms:marketing,consent:*:marketing\n1,refused,refused\n")) with { AsOf = refused });

        // A copy of the file has a time of change that is later than the refusal.
        await _bank.LoadAsync(_bank.Job(path) with { AsOf = refused.AddDays(1) });
        Assert.All((await _bank.FindAsync("1")).State!.Consents.Entries, entry => Assert.Equal((false, refused.ToUnixTimeMilliseconds()), (entry.IsGranted, entry.AtMs)));
    }

    [Fact]
    public async Task A_parquet_export_is_never_loaded_as_of_later_than_it_is()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age\n1,35\n"));
        var clock = new FrozenClock(BulkHarness.Noon.AddHours(1));
        var path = await ExportAsync("parquet", BulkFormat.Parquet, clock);
        await _bank.LoadAsync(_bank.Job(_bank.Write("b.csv", "customer_id,age\n1,36\n")) with { AsOf = BulkHarness.Noon.AddHours(2) });
        await _bank.LoadAsync(_bank.Job(path) with { AsOf = BulkHarness.Noon.AddDays(1) });
        Assert.Equal("age=36", await _bank.TagsOfAsync("1"));
    }

    private async Task<string> ExportAsync(string extension, BulkFormat format, TimeProvider? clock = null)
    {
        var path = Path.Combine(_bank.Folder, $"export.{extension}");
        await new ExportRun(
            _bank.Customers, ExportJob.Create(path, format, BulkHarness.Catalog, [], hasConsents: true), clock ?? TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        return path;
    }

    private sealed class FrozenClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    // Consents are kept in the order in which they came.
    private static CustomerState Sorted(CustomerState state)
    {
        var consents = new Domain.Contacts.ConsentSet();
        foreach (var entry in state.Consents.Entries.OrderBy(entry => entry.Channel))
        {
            consents.Set(entry.Channel, entry.Purpose, entry.IsGranted, entry.AtMs);
        }

        return state.With(state.Tags, consents);
    }

    // Its stopwatch is six seconds further each time that it is looked at; its time stands still.
    private sealed class FastClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 6;

        public override DateTimeOffset GetUtcNow() => BulkHarness.Noon;
    }
}
