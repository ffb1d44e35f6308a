using System.Text;
using Xunit;
using Zhice.Bulk.Import;
using Zhice.Files;

namespace Zhice.Bulk.Tests;

/// <summary>What spreadsheets and other programs do to files, and how it is said.</summary>
public sealed class FaultyFileTests : IAsyncLifetime
{
    private readonly BulkHarness _bank = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bank.DisposeAsync();

    [Fact]
    public async Task A_file_of_gbk_is_refused_as_a_whole_though_some_of_its_lines_are_valid_utf8_by_chance()
    {
        // 希一 and 小学 in GBK are valid UTF-8 of other letters.
        byte[] gbk =
        [
            .. "customer_id,phone\ngbk-1,"u8, 0xD5, 0xC5, 0xC8, 0xFD, .. "\ngbk-2,"u8, 0xCF, 0xA3, 0xD2, 0xBB,
            .. "\ngbk-3,"u8, 0xD0, 0xA1, 0xD1, 0xA7, .. "\ngbk-4,"u8, 0xC0, 0xEE, 0xCB, 0xC4, .. "\n"u8,
        ];
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("a.csv", gbk)));
        Assert.Equal(
            "The file is no UTF-8: it looks like GB18030 or GBK (line 2 and 1 more). Write it as UTF-8, such as by: iconv -f GB18030 -t UTF-8. Nothing was loaded.",
            fault.Message);
        Assert.Equal(0, await _bank.Customers.CountAsync());
    }

    [Fact]
    public async Task A_gbk_line_far_from_the_start_refuses_the_file_before_anything_is_loaded()
    {
        var text = new MemoryStream();
        text.Write("customer_id,phone\n"u8);
        for (var i = 0; i < 200_000; i++)
        {
            text.Write(Encoding.UTF8.GetBytes($"c{i},1380000{i:0000000}\n"));
        }

        text.Write([.. "last,"u8, 0xD5, 0xC5, 0xC8, 0xFD]);
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("a.csv", text.ToArray())));
        Assert.Contains("(line 200002 and 0 more)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_line_in_a_file_of_utf8_costs_that_line_alone()
    {
        byte[] text = [.. "customer_id,phone\n1,张三\n2,"u8, 0xD5, 0xC5, 0xC8, 0xFD, .. "\n3,李四\n4,caf"u8, 0xE9, .. " x\n"u8];
        var done = await _bank.LoadAsync(_bank.Write("a.csv", text));
        Assert.Equal((2, 2), (done.Loaded, done.Rejected));
    }

    [Theory]
    [InlineData(" a", "must not begin or end with a space")]
    [InlineData("a ", "must not begin or end with a space")]
    [InlineData("   ", "must not begin or end with a space")]
    [InlineData("a\u00A0b", "\"holds U+00A0, a space that looks like another\"")]
    [InlineData("a\u200B", "\"holds U+200B, which cannot be seen\"")]
    [InlineData("\uFEFFcustomer_id", "\"holds U+FEFF, which cannot be seen\"")]
    [InlineData("a\u0007", "holds the control character U+0007")]
    [InlineData("customer_id", "is the name of the column: a second header")]
    [InlineData("6.21226E+18", "\"is a number that a spreadsheet has rounded: give the id with all its digits, as text\"")]
    public async Task Ids_that_look_like_others_are_rejected_with_a_reason(string id, string reason)
    {
        var done = await _bank.LoadAsync(_bank.Write("a.csv", $"customer_id,phone\ngood 1,a\n{id},b\n"));
        Assert.Equal((1, 1), (done.Loaded, done.Rejected));
        Assert.EndsWith("," + reason, Assert.Single(_bank.Rejects), StringComparison.Ordinal);
        done = await _bank.LoadAsync(_bank.Write("a.ndjson", $$"""{"customer_id":"{{id.Replace("\u0007", "\\u0007")}}"}"""));
        Assert.Equal((0, 1), (done.Loaded, done.Rejected));
    }

    [Fact]
    public async Task Rows_of_a_customer_who_was_there_before_are_counted()
    {
        var text = new StringBuilder("customer_id,age\n");
        for (var i = 0; i < 10_000; i++)
        {
            text.Append($"c{i % 9_000},{i}\n");
        }

        var path = _bank.Write("a.csv", text.ToString());
        Assert.Equal(1_000, (await _bank.LoadAsync(path)).Repeated);

        // One that goes on knows who was in the rows that it passes over.
        var rest = await _bank.LoadAsync(_bank.Job(path) with { From = new ImportCursor(8_000, 8_000, 0, 0, 0.8) });
        Assert.Equal((10_000, 1_000), (rest.Rows, rest.Repeated));
        Assert.Equal(1, (await _bank.LoadAsync(_bank.Write("a.ndjson", """
            {"customer_id":"1"}
            {"customer_id":"2"}
            {"customer_id":"1"}
            """))).Repeated);
    }

    [Theory]
    [InlineData("a.csv", "customer_id,age\ngone,30\nhere,31\ngone,my secret\n\"here\",my age\n")]
    [InlineData("a.ndjson", """
        {"customer_id":"gone","age":30}
        {"customer_id":"here","age":31}
        {"customer_id":"gone","age":"my secret"}
        {"customer_id":"here","age":"my age"}
        """)]
    public async Task Rows_of_erased_customers_are_counted_and_nothing_of_them_is_told(string name, string text)
    {
        await _bank.Storage.Erasures.BeginAsync("gone", new("r1", "wang", "asked", 1));

        var done = await _bank.LoadAsync(_bank.Write(name, text));

        Assert.Equal((1, 3, 2), (done.Loaded, done.Rejected, done.Erased));
        var rejects = string.Join('\n', _bank.Rejects);
        Assert.DoesNotContain("secret", rejects, StringComparison.Ordinal);
        Assert.DoesNotContain("gone", rejects, StringComparison.Ordinal);
        Assert.Contains("my age", rejects, StringComparison.Ordinal);
        Assert.Equal(2, _bank.Rejects.Count(static reject => reject.Contains("the customer was erased", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("customer_id\tage\n1\t2\n", "The columns are separated by TAB; they must be separated by commas. Nothing was loaded.")]
    [InlineData("customer_id;age\n1;2\n", "The columns are separated by ';'; they must be separated by commas. Nothing was loaded.")]
    [InlineData("customer_id，age\n1，2\n", "The columns are separated by '，'; they must be separated by commas. Nothing was loaded.")]
    [InlineData(
        "id,age\n1,2\n", "The column 'id' is no tag of catalogue version 1. There is no column 'customer_id' either. Nothing was loaded.")]
    [InlineData(
        "customer_id,consent_time:sms:marketing\n1,\n",
        "The column 'consent_time:sms:marketing' has no column 'consent:sms:marketing' that it is the time of. Nothing was loaded.")]
    [InlineData("customer_id,consent_time:spms:marketing\n1,\n", "The column 'consent_time:spms:marketing' names a channel that catalogue version 1 does not have; did you mean 'sms'? Nothing was loaded.")]
    public async Task A_header_of_another_kind_is_told_apart(string text, string sentence)
    {
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("a.csv", text)));
        Assert.Equal(sentence, fault.Message);
    }

    [Fact]
    public async Task A_decimal_that_is_too_large_is_told_its_bounds()
    {
        await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,aum\n1,922337203685478\n2,1000000000000000.0001\n3,1e5\n"));
        Assert.Equal(
            [
                "2,aum,922337203685478,must be a number from -922337203685477.5807 to 922337203685477.5807",
                "3,aum,1000000000000000.0001,must be a number from -922337203685477.5807 to 922337203685477.5807",
                "4,aum,1e5,must be a number with at most 4 decimals",
            ],
            _bank.Rejects);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task A_word_of_consent_has_the_time_that_stands_beside_it(string extension)
    {
        const string Time = "2026-10-28T09:00:00+08:00";
        await _bank.LoadAsync(_bank.Write($"a.{extension}", extension == "csv"
            ? $"customer_id,consent:sms:marketing,consent_time:sms:marketing\n1,granted,{Time}\n2,refused,\n3,,{Time}\n4,granted,2026-11-02T09:00:00Z\n"
            : $$"""
            {"customer_id":"1","consent_time:sms:marketing":"{{Time}}","consent:sms:marketing":"granted"}
            {"customer_id":"2","consent:sms:marketing":"refused","consent_time:sms:marketing":null}
            {"customer_id":"3","consent_time:sms:marketing":"{{Time}}"}
            {"customer_id":"4","consent:sms:marketing":"granted","consent_time:sms:marketing":"2026-11-02T09:00:00Z"}
            """));
        Assert.Equal(
            DateTimeOffset.Parse(Time).ToUnixTimeMilliseconds(), Assert.Single((await _bank.FindAsync("1")).State!.Consents.Entries).AtMs);
        Assert.Equal(BulkHarness.Noon.ToUnixTimeMilliseconds(), Assert.Single((await _bank.FindAsync("2")).State!.Consents.Entries).AtMs);
        Assert.Equal(2, _bank.Rejects.Length);
    }
}
