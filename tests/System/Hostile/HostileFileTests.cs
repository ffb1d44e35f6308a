using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>Files that are made so that reading them never ends, or takes all memory or disk.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileFileTests(HostileBank bank)
{
    [Fact]
    public async Task Parquet_footers_that_never_end_are_refused_and_do_not_begin_again_after_a_kill()
    {
        string[] names = [];
        await bank.AttackAsync(async silo => names = await Task.WhenAll(
            ImportAsync(silo, HostileParquet.OfFooter([.. Enumerable.Repeat((byte)0x1c, 5_000)])),
            ImportAsync(silo, HostileParquet.OfFooter([.. Enumerable.Repeat((byte)0xfc, 1_000_000)])),
            ImportAsync(silo, HostileParquet.OfFooter([.. Enumerable.Repeat((byte)0xf6, 50)]))));

        await bank.KillAndStartAsync();

        await bank.AttackAsync(async silo =>
        {
            foreach (var name in names)
            {
                Assert.StartsWith(
                    "The file is no Parquet file, or it is cut off: ", (await DoneAsync(silo, name)).Error.Message,
                    StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public Task Small_files_that_claim_rows_and_texts_without_end_are_refused() => bank.AttackAsync(async silo =>
    {
        Assert.Contains(
            "too many to be unpacked at once", await FaultAsync(silo, HostileParquet.Write(10, claimed: 190_000_000)),
            StringComparison.Ordinal);
        Assert.Contains(
            "too many to be unpacked at once", await FaultAsync(silo, HostileParquet.Write(20_000_000)), StringComparison.Ordinal);
        Assert.Contains(
            "fewer values than it claims", await FaultAsync(silo, HostileParquet.Write(10, claimed: 1_000_000)), StringComparison.Ordinal);

        // One text of a megabyte that 500 rows have: each is told as rejected.
        var done = await DoneAsync(silo, await ImportAsync(silo, HostileParquet.Write(500, text: 1_000_000)));
        Assert.Equal(500, done.Response.Unpack<ImportResult>().RejectedRows);
    });

    [Fact]
    public Task A_small_packed_file_of_millions_of_bad_rows_ends_at_so_many_rejects() => bank.AttackAsync(async silo =>
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1,x\n", 100_000)));
            await gzip.WriteAsync("customer_id,age\n"u8.ToArray());
            for (var i = 0; i < 20; i++)
            {
                await gzip.WriteAsync(rows);
            }
        }

        Assert.Contains("100000", await FaultAsync(silo, packed.ToArray(), BulkFormat.Csv), StringComparison.Ordinal);
        Assert.InRange(
            new DirectoryInfo(bank.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Max(static file => file.Length), 0, 110 << 20);
    });

    [Fact]
    public Task An_upload_for_which_the_disk_has_no_room_is_refused_at_its_first_word() => bank.AttackAsync(async silo =>
    {
        using var upload = new BulkService.BulkServiceClient(silo.Channel).UploadFile();
        await upload.RequestStream.WriteAsync(new() { Header = new() { Sha256 = new string('a', 64), TotalBytes = 256L << 30 } });

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => upload.ResponseAsync)).StatusCode);
    });

    [Fact]
    public async Task Many_exports_wait_for_their_turn_and_the_files_are_the_owners_alone()
    {
        await bank.AttackAsync(async silo =>
        {
            var bulk = new BulkService.BulkServiceClient(silo.Channel);
            var begun = new List<Operation>();
            for (var i = 0; i < 20; i++)
            {
                begun.Add((await bulk.ExportAsync(new() { Format = BulkFormat.Csv })).Operation);
            }

            foreach (var export in begun)
            {
                Assert.Null((await DoneAsync(silo, export.Name)).Error);
            }
        });

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in new DirectoryInfo(bank.Folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
    }

    private static async Task<string> FaultAsync(SiloProcess silo, byte[] content, BulkFormat format = BulkFormat.Parquet) =>
        (await DoneAsync(silo, await ImportAsync(silo, content, format))).Error.Message;

    private static async Task<Operation> DoneAsync(SiloProcess silo, string name)
    {
        var operations = new Operations.OperationsClient(silo.Channel);
        var done = new Operation();
        await ClusterProcesses.UntilAsync(
            async () =>
                (
                    done = await operations.WaitOperationAsync(
                        new() { Name = name, Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(20)) })).Done,
                TimeSpan.FromMinutes(1));
        return done;
    }

    private static async Task<string> ImportAsync(SiloProcess silo, byte[] content, BulkFormat format = BulkFormat.Parquet)
    {
        var (bulk, sha256) = (new BulkService.BulkServiceClient(silo.Channel), Convert.ToHexStringLower(SHA256.HashData(content)));
        using var upload = bulk.UploadFile();
        await upload.RequestStream.WriteAsync(new() { Header = new() { Sha256 = sha256, TotalBytes = content.Length } });
        await upload.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(content) });
        await upload.RequestStream.CompleteAsync();
        Assert.True((await upload.ResponseAsync).Complete);
        return (await bulk.ImportAsync(new() { Sha256 = sha256, Format = format })).Operation.Name;
    }
}
