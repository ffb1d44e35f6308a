using System.IO.Compression;
using System.Text;
using Xunit;
using Zhice.Bulk.Files;
using Zhice.Bulk.Import;
using Zhice.Bulk.Rows;
using Zhice.Domain.Faults;
using Zhice.Files;
using Zhice.TestBank;

namespace Zhice.Bulk.Tests;

/// <summary>
/// Files that are made, or damaged, so that reading them never ends or takes all memory: each is refused with a sentence.
/// </summary>
[Collection(AloneTests.Name)]
public sealed class HostileFileTests : IAsyncLifetime
{
    private const long MaxBytes = 300 << 20;

    // Not an expectation: it ends a test that would never end.
    private static readonly TimeSpan Hangs = TimeSpan.FromMinutes(1);

    private readonly BulkHarness _bank = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bank.DisposeAsync();

    [Theory]
    [InlineData(0x1c, 5_000, "has a field of a wrong type (1)")]
    [InlineData(0xfc, 1_000_000, "is nested too deeply")]
    [InlineData(0xf6, 50, "has a number that never ends")]
    [InlineData(0xf3, 51, "is cut off")]
    [InlineData(0xe9, 5, "claims more than it holds")]
    public async Task A_footer_that_never_ends_is_refused(byte of, int bytes, string why)
    {
        var fault = await RefusesAsync(HostileParquet.OfFooter([.. Enumerable.Repeat(of, bytes)]));
        Assert.StartsWith("The file is no Parquet file, or it is cut off: ", fault, StringComparison.Ordinal);
        Assert.EndsWith(why, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_file_with_some_bytes_changed_is_loaded_or_refused_and_never_read_for_ever()
    {
        var sound = HostileParquet.Write(10);
        Assert.Equal(10, (await _bank.LoadAsync(_bank.Write("a.parquet", sound))).Loaded);
        var random = new Random(20260301);
        for (var i = 0; i < 400; i++)
        {
            var damaged = (byte[])sound.Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                damaged[random.Next(4, damaged.Length - 8)] = (byte)random.Next(256);
            }

            try
            {
                await LoadAsync(damaged);
            }
            catch (Exception fault) when (fault is UnreadableFileException or OutOfMemoryException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public async Task A_row_group_that_claims_more_rows_than_its_pages_hold_is_refused_before_room_is_made_for_them()
    {
        Assert.Contains(
            "too many to be unpacked at once", await RefusesAsync(HostileParquet.Write(10, claimed: 190_000_000)),
            StringComparison.Ordinal);
        Assert.Contains("too many to be unpacked at once", await RefusesAsync(HostileParquet.Write(20_000_000)), StringComparison.Ordinal);
        Assert.Contains(
            "fewer values than it claims", await RefusesAsync(HostileParquet.Write(10, claimed: 1_000_000)), StringComparison.Ordinal);
        Assert.Contains("more values than it claims", await RefusesAsync(HostileParquet.Write(10, claimed: 9)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_many_rows_have_is_in_memory_once()
    {
        var before = GC.GetTotalAllocatedBytes();
        var done = await LoadAsync(HostileParquet.Write(500, text: 1_000_000));
        Assert.Equal(500, done.Rejected);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MaxBytes);
    }

    [Fact]
    public async Task An_import_stops_at_a_hundred_thousand_rejects_unless_it_is_said_otherwise()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("customer_id,age\n" + string.Concat(Enumerable.Repeat("1,x\n", 110_000))));
        }

        var path = _bank.Write("a.csv.gz", packed.ToArray());
        await Assert.ThrowsAsync<TooManyRejectsException>(() => _bank.LoadAsync(path));
        Assert.Equal(110_000, (await _bank.LoadAsync(_bank.Job(path) with { MaxRejects = 1_000_000 })).Rejected);
    }

    [Fact]
    public void The_file_of_rejects_ends_at_a_hundred_mebibytes_and_says_so_once()
    {
        var rejects = Enumerable.Repeat(new Reject(1, "age", "x", new string('r', 1_000)), 2_000).ToList();
        var bytes = 0L;
        using (var file = new RejectFile(_bank.RejectPath, 0))
        {
            for (var i = 0; i < 60; i++)
            {
                bytes = file.Add(rejects);
            }
        }

        using (var again = new RejectFile(_bank.RejectPath, bytes))
        {
            Assert.Equal(bytes, again.Add(rejects));
        }

        Assert.InRange(bytes, RejectFile.MaxBytes, RejectFile.MaxBytes + (4 << 20));
        Assert.StartsWith(",,,\"the list ends here", File.ReadLines(_bank.RejectPath).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_takes_no_more_than_it_may_hold_and_leaves_its_disk_some_room()
    {
        var full = new BulkFolder(Path.Combine(_bank.Folder, "full"), new() { MaxBytes = 1_000, MinFreeBytes = 0 });
        full.Append("a", 0, new byte[600]);
        full.Append("a", 0, new byte[600]);
        Assert.Throws<FolderFullException>(() => full.Append("a", 600, new byte[600]));
        Assert.Throws<FolderFullException>(() => full.Check(401));
        full.Check(400);

        var narrow = new BulkFolder(Path.Combine(_bank.Folder, "narrow"), new() { MinFreeBytes = long.MaxValue / 2 });
        var fault = Assert.Throws<FolderFullException>(() => narrow.Append("a", 0, new byte[1]));
        Assert.DoesNotContain(_bank.Folder, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uploads_that_nobody_finished_are_swept_before_those_that_are_whole_and_only_the_owner_reads_any()
    {
        var folder = new BulkFolder(Path.Combine(_bank.Folder, "bulk"));
        var (part, whole) = (new string('a', 64), new string('b', 64));
        folder.Append(part, 0, new byte[10]);
        File.WriteAllBytes(folder.GetPath(whole), new byte[10]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.GetPath(part + ".part")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        }

        var tomorrow = DateTimeOffset.UtcNow.AddDays(1);
        folder.Sweep(tomorrow.AddDays(-3), tomorrow, new HashSet<string> { part });
        Assert.Equal((0, false), folder.FindUpload(part));
        Assert.Equal((10, true), folder.FindUpload(whole));
    }

    private async Task<string> RefusesAsync(byte[] file)
    {
        var before = GC.GetTotalAllocatedBytes();
        var fault = await Assert.ThrowsAsync<UnreadableFileException>(() => LoadAsync(file));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MaxBytes);
        return fault.Message;
    }

    private Task<ImportCursor> LoadAsync(byte[] file) => Task.Run(() => _bank.LoadAsync(_bank.Write("a.parquet", file))).WaitAsync(Hangs);
}

/// <summary>What is measured of the whole process; nothing else runs beside.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneTests
{
    public const string Name = "alone";
}
