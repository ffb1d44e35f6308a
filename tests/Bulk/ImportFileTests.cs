using System.IO.Compression;
using System.Text;
using Xunit;
using Zhice.Bulk.Import;
using Zhice.Domain.Bulk;
using Zhice.Domain.Primitives;
using Zhice.Files;

namespace Zhice.Bulk.Tests;

public sealed class ImportFileTests : IAsyncLifetime
{
    private readonly BulkHarness _bank = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bank.DisposeAsync();

    [Fact]
    public async Task Tags_of_each_type_and_consents_are_loaded_from_csv()
    {
        var done = await _bank.LoadAsync(_bank.Write("a.csv", """
            customer_id,age,phone,job,aum,consent:sms:marketing,consent:*:marketing,consent:*:personalization
            020235,35,13800000000,student,36.4,refused,,refused
            20235,-1,,retired,-922337203685477,,granted,granted
            张三,,"a, ""quoted"" text",,0.0001,granted,refused,

            """));

        Assert.Equal((3, 3, 0), (done.Rows, done.Loaded, done.Rejected));
        Assert.Equal("age=35 phone=13800000000 job=student aum=36.4", await _bank.TagsOfAsync("020235"));
        Assert.Equal("age=-1 job=retired aum=-922337203685477", await _bank.TagsOfAsync("20235"));
        Assert.Equal("phone=a, \"quoted\" text aum=0.0001", await _bank.TagsOfAsync("张三"));
        var consents = (await _bank.FindAsync("020235")).State!.Consents;
        Assert.False(consents.Allows(BulkHarness.Catalog.Channels["sms"].Number, Purpose.Marketing));
        Assert.True(consents.Allows(BulkHarness.Catalog.Channels["app"].Number, Purpose.Marketing));
        Assert.False(consents.Allows(channel: 0, Purpose.Personalization));
        Assert.True((await _bank.FindAsync("20235")).State!.Consents.Allows(channel: 0, Purpose.Personalization));
        Assert.Equal(3, _bank.Changed.Count);
    }

    [Theory]
    [InlineData("\uFEFFcustomer_id,age\r\n1,35\r\n2,36\r\n")]
    [InlineData("customer_id,age\n1,35\n\n2,36")]
    [InlineData("age,customer_id\n35,1\n\"36\",\"2\"\n")]
    public async Task Byte_order_marks_line_ends_and_quotes_of_all_kinds_are_read(string text)
    {
        Assert.Equal(2, (await _bank.LoadAsync(_bank.Write("a.csv", text))).Loaded);
        Assert.Equal("age=35", await _bank.TagsOfAsync("1"));
        Assert.Equal("age=36", await _bank.TagsOfAsync("2"));
    }

    [Theory]
    [InlineData("customer_id,agee\n1,2\n", "The column 'agee' is no tag of catalogue version 1; did you mean 'age'? Nothing was loaded.")]
    [InlineData(
        "customerid,age\n1,2\n",
        "The column 'customerid' is no tag of catalogue version 1; did you mean 'customer_id'? Nothing was loaded.")]
    [InlineData("age,job\n1,2\n", "There is no column 'customer_id'. Nothing was loaded.")]
    [InlineData("customer_id,age,age\n1,2,3\n", "The column 'age' is there twice. Nothing was loaded.")]
    [InlineData(
        "customer_id,logins\n1,2\n",
        "The column 'logins' is a live tag, which is computed from events and cannot be loaded. Nothing was loaded.")]
    [InlineData("customer_id,consent:spms:marketing\n1,granted\n", "The column 'consent:spms:marketing' names a channel that catalogue version 1 does not have; did you mean 'sms'? Nothing was loaded.")]
    [InlineData("customer_id,consent:sms:service\n1,granted\n", "The column 'consent:sms:service' is no consent: it must be consent:CHANNEL:marketing, where CHANNEL may be *, or consent:*:personalization; nothing else can be refused. Nothing was loaded.")]
    [InlineData("", "The file is empty: a header with the column customer_id is missing. Nothing was loaded.")]
    public async Task A_wrong_header_is_refused_before_anything_is_loaded(string text, string sentence)
    {
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("a.csv", text)));
        Assert.Equal(sentence, fault.Message);
        Assert.Equal(0, await _bank.Customers.CountAsync());
    }

    [Fact]
    public async Task A_bad_row_is_rejected_with_its_line_column_value_and_reason_and_the_rest_is_loaded()
    {
        var done = await _bank.LoadAsync(_bank.Write("a.csv", $"""
            customer_id,age,phone,job,aum,consent:sms:marketing
            1,35,,,,
            2,thirty,,,,
            3,,,studnt,,
            4,,,,1.23456,
            5,,,,,maybe
            ,1,,,,
            7,1
            {new string('8', 65)},1,,,,
            9,,{new string('x', 257)},,,
            10,,a{'\0'}b,,,
            11,99999999999999999999,,,,
            12,36,,,,
            """));

        Assert.Equal((12, 2, 10), (done.Rows, done.Loaded, done.Rejected));
        Assert.Equal("age=36", await _bank.TagsOfAsync("12"));
        Assert.Equal(
            [
                "3,age,thirty,must be a whole number of 64 bits",
                "4,job,studnt,\"must be one of retired, student\"",
                "5,aum,1.23456,must be a number with at most 4 decimals",
                "6,consent:sms:marketing,maybe,\"must be granted or refused, true or false, or 1 or 0\"",
                "7,customer_id,,\"must be 1 to 64 bytes of sound UTF-8 text, without U+0000\"",
                "8,,,has 2 cells; the header has 6",
                $"9,customer_id,{new string('8', 48)}…,\"must be 1 to 64 bytes of sound UTF-8 text, without U+0000\"",
                "10,phone,***,\"must be sound UTF-8 text of at most 256 bytes, without U+0000\"",
                "11,phone,***,\"must be sound UTF-8 text of at most 256 bytes, without U+0000\"",
                "12,age,99999999999999999999,must be a whole number of 64 bits",
            ],
            _bank.Rejects);
    }

    [Fact]
    public async Task Wrong_quoting_costs_its_own_row_alone()
    {
        var done = await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,phone\n1,\"a\"b\n2,c\"d\n3,fine\n4,\"never closed\n"));
        Assert.Equal((1, 3), (done.Loaded, done.Rejected));
        Assert.Equal("phone=fine", await _bank.TagsOfAsync("3"));
        Assert.Equal(["2", "3", "5"], _bank.Rejects.Select(reject => reject.Split(',')[0]));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_in_a_large_file_ends_the_import_with_a_sentence()
    {
        var text = new StringBuilder("customer_id,age\n1,35\n2,\"36\n");
        text.Insert(text.Length, "3,37\n", 400_000);
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => _bank.LoadAsync(_bank.Write("a.csv", text.ToString())));
        Assert.Contains("cannot be read beyond line", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_who_is_there_twice_gets_the_last_word_of_each_tag_and_in_full_mode_of_the_row()
    {
        var path = _bank.Write("a.csv", "customer_id,age,phone\n1,35,a\n2,1,b\n1,36,\n");
        await _bank.LoadAsync(path);
        Assert.Equal("age=36 phone=a", await _bank.TagsOfAsync("1"));
        await _bank.LoadAsync(path, ImportMode.Full);
        Assert.Equal("age=36", await _bank.TagsOfAsync("1"));
    }

    [Fact]
    public async Task The_last_word_wins_also_when_rows_of_a_customer_lie_in_other_batches()
    {
        var text = new StringBuilder("customer_id,age\n");
        for (var i = 0; i < 20_000; i++)
        {
            text.Append($"{(i % 7 == 0 ? "same" : $"c{i % 3001}")},{i}\n");
        }

        await _bank.LoadAsync(_bank.Write("a.csv", text.ToString()));
        Assert.Equal("age=19998", await _bank.TagsOfAsync($"c{19_998 % 3001}"));
        Assert.Equal("age=19999", await _bank.TagsOfAsync("same"));
    }

    [Fact]
    public async Task Gzip_is_found_out_and_a_truncated_one_loads_what_it_has_and_says_so()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var dice = new Random(1);
            gzip.Write(
                Encoding.UTF8.GetBytes(
                    "customer_id,age\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},{dice.Next()}\n"))));
        }

        Assert.Equal(50_000, (await _bank.LoadAsync(_bank.Write("a.csv.gz", packed.ToArray()))).Loaded);
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(
            () => _bank.LoadAsync(_bank.Write("b.csv.gz", packed.ToArray()[..(int)(packed.Length / 2)])));
        Assert.Contains("cannot be read beyond line", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_rejects_stop_the_import()
    {
        var path = _bank.Write("a.csv", "customer_id,age\n1,x\n2,y\n3,4\n");
        await Assert.ThrowsAsync<TooManyRejectsException>(() => _bank.LoadAsync(_bank.Job(path) with { MaxRejects = 1 }));
        Assert.Equal(1, (await _bank.LoadAsync(_bank.Job(path) with { MaxRejects = 2 })).Loaded);
    }

    [Fact]
    public async Task A_header_without_rows_loads_nothing_and_is_done()
    {
        Assert.Equal(0, (await _bank.LoadAsync(_bank.Write("a.csv", "customer_id,age\n"))).Rows);
        Assert.Empty(_bank.Rejects);
    }

    [Fact]
    public async Task Lines_of_json_are_loaded_with_their_members_in_any_order()
    {
        var done = await _bank.LoadAsync(_bank.Write("a.ndjson", """
            {"customer_id":"1","age":35,"phone":"a\"b","job":"student","aum":36.4}
            {"aum":"1.5","customer_id":"2","consent:*:marketing":"refused","age":null}

            {"customer_id":"3","agee":1}
            {"customer_id":"4","age":1.5}
            {"customer_id":"5","age":1,"age":2}
            {"customer_id":6}
            not json
            {"customer_id":"8","phone":{"a":1}}
            {"customer_id":"9","phone":"\ud800"}
            {"customer_id":"10","age":10}
            """));

        Assert.Equal((3, 7), (done.Loaded, done.Rejected));
        Assert.Equal("age=35 phone=a\"b job=student aum=36.4", await _bank.TagsOfAsync("1"));
        Assert.Equal("aum=1.5", await _bank.TagsOfAsync("2"));
        Assert.Equal("age=10", await _bank.TagsOfAsync("10"));
        Assert.Equal(["4", "5", "6", "7", "8", "9", "10"], _bank.Rejects.Select(reject => reject.Split(',')[0]));
        Assert.Contains("did you mean 'age'?", _bank.Rejects[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_was_stopped_goes_on_where_it_ended_and_keeps_its_rejects()
    {
        var text = new StringBuilder("customer_id,age\n");
        for (var i = 0; i < 60_000; i++)
        {
            text.Append(i % 1000 == 500 ? $"c{i},bad\n" : $"c{i},{i}\n");
        }

        var path = _bank.Write("a.csv", text.ToString());
        using var stop = new CancellationTokenSource();
        _ = Task.Run(async () =>
        {
            while (_bank.Last.Rows < 3000)
            {
                await Task.Yield();
            }

            await stop.CancelAsync();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bank.LoadAsync(_bank.Job(path), stop.Token));
        var cursor = _bank.Last;
        Assert.InRange(cursor.Rows, 3000, 59_999);

        var done = await _bank.LoadAsync(_bank.Job(path) with { From = cursor });
        Assert.Equal((60_000, 59_940, 60), (done.Rows, done.Loaded, done.Rejected));
        Assert.Equal(60, _bank.Rejects.Length);
        Assert.Equal(59_940, await _bank.Customers.CountAsync());
    }
}
