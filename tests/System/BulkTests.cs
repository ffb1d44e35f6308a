using System.Security.Cryptography;
using System.Text;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests;

/// <summary>Customers in bulk, by the command line, against the product as a process.</summary>
public sealed class BulkTests : IDisposable
{
    private const int Many = 60_000;
    private readonly DataFolder _folder = new();
    private readonly DataFolder _files = new();

    public void Dispose()
    {
        _folder.Dispose();
        _files.Dispose();
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_file_is_loaded_its_bad_rows_are_told_and_the_same_file_is_not_loaded_twice()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var file = Write("a.csv", "customer_id,age,phone,consent:sms:marketing\n020235,35,1,refused\n20235,x,secret,\n3,36,,granted\n");
        var rejects = Path.Combine(_files.Path, "bad.csv");

        var first = await ZhiceAsync(silo, "import", file, "--rejects", rejects);
        Assert.Equal(1, first.ExitCode);
        Assert.StartsWith("2 rows loaded, 1 rejected", first.Output, StringComparison.Ordinal);
        Assert.Equal("line,column,value,reason\n3,age,x,must be a whole number of 64 bits\n", await File.ReadAllTextAsync(rejects));

        var second = await ZhiceAsync(silo, "import", file);
        Assert.Contains("was loaded before", second.Output, StringComparison.Ordinal);
        Assert.Single((await OperationsOf(silo).ListOperationsAsync(new() { Name = "operations" })).Operations);

        var wrong = await ZhiceAsync(silo, "import", Write("b.csv", "customer_id,agee\n1,2\n"));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("did you mean 'age'?", wrong.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_whose_import_failed_is_loaded_once_the_catalogue_knows_its_column()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var file = Write("a.csv", "customer_id,height\nc1,170\nc1,171\n");
        var failed = await ZhiceAsync(silo, "import", file);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("The column 'height' is no tag", failed.Errors, StringComparison.Ordinal);

        var catalog = TestBank.SmallCatalog.Create();
        catalog.Tags.Add(new TagDefinition { TagId = "height", DisplayName = "Height", SubclassId = "basics", Type = TagType.Integer });
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "height" });
        var loaded = await ZhiceAsync(silo, "import", file);
        Assert.Equal((0, ""), (loaded.ExitCode, loaded.Errors));
        Assert.StartsWith("2 rows loaded, 0 rejected, 1 of a customer of an earlier row, in", loaded.Output, StringComparison.Ordinal);
        Assert.Contains("was loaded before", (await ZhiceAsync(silo, "import", file)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task An_export_imported_again_from_a_copy_never_undoes_a_refusal(string format)
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        await silo.Customers.UpdateConsentAsync(
            new() { CustomerId = "c1", ChannelId = "sms", Purpose = Purpose.Marketing, Granted = true });
        var exported = Path.Combine(_files.Path, $"out.{format}");
        Assert.Equal(0, (await ZhiceAsync(silo, "export", exported)).ExitCode);
        await silo.Customers.UpdateConsentAsync(
            new() { CustomerId = "c1", ChannelId = "sms", Purpose = Purpose.Marketing, Granted = false });

        // A copy has the time of the copying.
        var copy = Path.Combine(_files.Path, $"copy.{format}");
        await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(exported));
        Assert.StartsWith("1 rows loaded, 0 rejected", (await ZhiceAsync(silo, "import", copy)).Output, StringComparison.Ordinal);
        Assert.False(Assert.Single((await silo.Customers.GetCustomerAsync(new() { CustomerId = "c1" })).Customer.Consents).Granted);
    }

    [Fact]
    public async Task A_list_of_ids_with_a_header_and_spaces_is_saved_and_who_of_it_is_not_known_is_said()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        Assert.Equal(0, (await ZhiceAsync(silo, "import", Write("a.csv", "customer_id,age\nc1,35\nc2,36\n"))).ExitCode);
        var saved = await ZhiceAsync(
            silo, "audience", "upload", "invited", Write("ids.csv", "customer_id,age\n c1 ,1\nc2,2\n\n\"c,3\",3\n"), "--user", "li");
        Assert.StartsWith("Saved 3 customers as version 1. 1 of them are not known: c,3", saved.Output, StringComparison.Ordinal);
        saved = await ZhiceAsync(silo, "audience", "upload", "invited", Write("ids.txt", "c1\n  c2\n"), "--user", "li", "--force");
        Assert.Equal("Saved 2 customers as version 2; the version before had 3.", saved.Output.Trim());
    }

    [Fact]
    public async Task A_customer_that_is_loaded_shows_the_import_at_once_and_keeps_what_was_written_since()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        await silo.Customers.UpdateTagsAsync(new()
        {
            CustomerId = "1", RequestId = "r", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } },
        });
        await silo.Customers.GetCustomerAsync(new() { CustomerId = "1" });

        var outcome = await ZhiceAsync(
            silo, "import", Write("a.csv", "customer_id,age,job\n1,35,student\n"), "--as-of", "2026-01-01T00:00:00Z");

        Assert.Equal(0, outcome.ExitCode);
        var tags = (await silo.Customers.GetCustomerAsync(new() { CustomerId = "1" })).Customer.Tags.ToDictionary(tag => tag.TagId);
        Assert.Equal((40, "api"), (tags["age"].Value.IntegerValue, tags["age"].Source));
        Assert.Equal(("student", "import"), (tags["job"].Value.StringValue, tags["job"].Source));
    }

    [Fact]
    public async Task An_import_goes_on_by_itself_after_the_silo_was_killed()
    {
        var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        string name;
        await using (silo)
        {
            await ImportAsync(silo, Encoding.UTF8.GetBytes(Rows()));
            name = (await FindAsync(silo, metadata => metadata.LoadedRows > 0)).Name;
            await silo.KillAsync();
        }

        await using var next = await SiloProcess.StartAsync(_folder.Path, "--Zhice:Sample=false");
        Operation done;
        do
        {
            done = await OperationsOf(next).WaitOperationAsync(
                new() { Name = name, Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(20)) });
        }
        while (!done.Done);

        Assert.Null(done.Error);
        Assert.Equal((Many, Many), ((int)done.Response.Unpack<ImportResult>().Rows, (int)done.Response.Unpack<ImportResult>().LoadedRows));
        var last = await next.Customers.GetCustomerAsync(new() { CustomerId = $"c{Many - 1}" });
        Assert.Equal(Many - 1, last.Customer.Tags.Single(tag => tag.TagId == "age").Value.IntegerValue);
    }

    [Theory, Trait("Category", "Quick")]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task What_is_exported_can_be_imported_again(string format)
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        Assert.Equal(
            0, (await ZhiceAsync(silo, "import", Write("a.csv", "customer_id,age,job,aum\n1,35,student,1.5\n02,,retired,\n"))).ExitCode);
        var exported = Path.Combine(_files.Path, $"out.{format}");
        var outcome = await ZhiceAsync(silo, "export", exported);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Errors));
        Assert.StartsWith("2 rows loaded, 0 rejected", (await ZhiceAsync(silo, "import", exported)).Output, StringComparison.Ordinal);
    }

    private static async Task ImportAsync(SiloProcess silo, byte[] content)
    {
        var bulk = new BulkService.BulkServiceClient(silo.Channel);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        using var upload = bulk.UploadFile();
        await upload.RequestStream.WriteAsync(new() { Header = new() { Sha256 = sha256, TotalBytes = content.Length } });
        await upload.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(content) });
        await upload.RequestStream.CompleteAsync();
        Assert.True((await upload.ResponseAsync).Complete);
        await bulk.ImportAsync(new() { Sha256 = sha256, Format = BulkFormat.Csv });
    }

    private static async Task<Operation> FindAsync(SiloProcess silo, Func<BulkMetadata, bool> isWanted)
    {
        while (true)
        {
            var found = (await OperationsOf(silo).ListOperationsAsync(new() { Name = "operations" })).Operations.FirstOrDefault();
            if (found is not null && isWanted(found.Metadata.Unpack<BulkMetadata>()))
            {
                return found;
            }

            await Task.Yield();
        }
    }

    private static Operations.OperationsClient OperationsOf(SiloProcess silo) => new(silo.Channel);

    private static Task<Command.Outcome> ZhiceAsync(SiloProcess silo, params string[] arguments) =>
        Command.RunAsync("dotnet", [Repository.Cli, .. arguments, "--address", silo.GrpcAddress]);

    private static string Rows()
    {
        var text = new StringBuilder("customer_id,age\n");
        for (var i = 0; i < Many; i++)
        {
            text.Append($"c{i},{i}\n");
        }

        return text.ToString();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_files.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
