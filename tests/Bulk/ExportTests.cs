using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Zhice.Bulk.Export;
using Zhice.Domain.Bulk;
using Zhice.Domain.Customers;

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

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bank.DisposeAsync();

    [Theory]
    [InlineData("csv", BulkFormat.Csv)]
    [InlineData("ndjson", BulkFormat.Ndjson)]
    [InlineData("parquet", BulkFormat.Parquet)]
    public async Task What_is_exported_and_imported_elsewhere_is_the_same(string extension, BulkFormat format)
    {
        await _bank.LoadAsync(_bank.Write("a.csv", Rows));
        var path = Path.Combine(_bank.Folder, $"export.{extension}");
        var (rows, bytes) = await new ExportRun(
            _bank.Customers, ExportJob.Of(path, format, BulkHarness.Catalog, [], hasConsents: true), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        Assert.Equal((5, new FileInfo(path).Length), (rows, bytes));

        await using var other = new BulkHarness();
        var done = await other.LoadAsync(path);
        Assert.Equal((5, 0), (done.Loaded, done.Rejected));
        await foreach (var (key, state) in _bank.Customers.ReadAllAsync(default))
        {
            var found = await other.FindAsync(System.Text.Encoding.UTF8.GetString(key));
            Assert.Equal(CustomerStateCodec.ToBytes(Sorted(state)), CustomerStateCodec.ToBytes(Sorted(found.State!)));
        }
    }

    [Fact]
    public async Task Only_the_tags_that_were_asked_for_are_written()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", Rows));
        var path = Path.Combine(_bank.Folder, "export.csv");
        await new ExportRun(
            _bank.Customers, ExportJob.Of(path, BulkFormat.Csv, BulkHarness.Catalog, ["job"], hasConsents: false), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
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
            _bank.Customers, ExportJob.Of(path, BulkFormat.Parquet, BulkHarness.Catalog, [], hasConsents: true), TimeProvider.System, (_, _) => { }, NullLogger.Instance).RunAsync(default);
        var whole = await File.ReadAllBytesAsync(path);
        foreach (var bytes in (byte[][])[whole[..^40], whole[..(whole.Length / 2)], [], [.. "not parquet at all"u8]])
        {
            var fault = await Assert.ThrowsAsync<BulkFileException>(() => _bank.LoadAsync(_bank.Write("b.parquet", bytes)));
            Assert.StartsWith("The file is no Parquet file, or it is cut off", fault.Message, StringComparison.Ordinal);
        }
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
}
