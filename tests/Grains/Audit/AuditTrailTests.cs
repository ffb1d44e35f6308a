using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Google.Protobuf;
using Zhice.Contracts.Audit;
using Zhice.Contracts.Bulk;
using Zhice.Domain.Audit;
using Zhice.Domain.Faults;
using Zhice.Grains.Audit;
using Zhice.Grains.Bulk;
using Zhice.Storage.Memory;

namespace Zhice.Grains.Tests.Audit;

/// <summary>The trail in a silo: gathered entries, and checkpoints of them.</summary>
public sealed class AuditTrailTests(MemoryGrid grid) : IClassFixture<MemoryGrid>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-audit-");
    private readonly TimeProvider _clock = TimeProvider.System;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Calls_that_come_at_once_are_all_in_one_chain()
    {
        var trail = grid.Grains.GetGrain<IAuditGrain>(IAuditGrain.Key);
        var before = (await trail.GetEnd()).Sequence;
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => trail.Record(AuditEntryCodec.Write(Entry($"a{i}")))));

        var end = await trail.GetEnd();
        var verifier = new AuditVerifier(end.ChainId, []);
        foreach (var line in await trail.Read(0, 10_000))
        {
            verifier.Add(new(line.Sequence, line.AtMs, line.Content, line.Hash));
        }

        verifier.End(new(end.ChainId, end.Sequence, end.AtMs, end.Hash));
        Assert.Equal((before + 300, 0L), (end.Sequence, verifier.FaultCount));
        Assert.Single(await trail.List(new() { Actor = "a299" }, long.MaxValue, 10));
    }

    [Fact]
    public async Task A_checkpoint_is_signed_follows_the_one_before_and_goes_to_the_folder_once()
    {
        var options = new AuditOptions { SigningKeyFile = Path.Combine(_folder.FullName, "keys", "audit.key"), CheckpointFolder = _folder.FullName };
        await using var store = new MemoryBackend(_clock);
        using var signer = new AuditSigner(options, NullLogger<AuditSigner>.Instance);
        var checkpoints = new AuditCheckpoints(signer, options, _clock, NullLogger<AuditCheckpoints>.Instance, store);
        Assert.Null(await checkpoints.MakeAsync());
        await store.Audit.AppendAsync([Entry("wang")]);
        var first = AuditCheckpointText.Read((await checkpoints.MakeAsync())!);
        Assert.Equal(AuditCheckpointText.Write(first), await checkpoints.MakeAsync());
        await store.Audit.AppendAsync([Entry("wang")]);
        var second = AuditCheckpointText.Read((await checkpoints.MakeAsync())!);
        await checkpoints.WriteFilesAsync();
        await checkpoints.WriteFilesAsync();

        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(options.SigningKeyFile + ".pub"));
        Assert.True(first.IsSignedBy(key) && second.IsSignedBy(key));
        Assert.Equal((1, 2, 2L), ((int)first.Number, (int)second.Number, second.Sequence));
        Assert.Equal(first.ToHash(), second.Previous);
        Assert.Equal(3, _folder.GetFiles().Length);
        Assert.Equal(
            AuditCheckpointText.Write(second), await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "checkpoint-00000002.json")));
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_put_into_the_store_does_not_keep_the_next_one_from_being_made()
    {
        await using var store = new MemoryBackend(_clock);
        using var signer = new AuditSigner(new(), NullLogger<AuditSigner>.Instance);
        var checkpoints = new AuditCheckpoints(signer, new(), _clock, NullLogger<AuditCheckpoints>.Instance, store);
        await store.Audit.TryKeepAsync(new(1, "no checkpoint"));
        await store.Audit.AppendAsync([Entry("wang")]);
        await checkpoints.KeepAsync();

        Assert.Equal(2, AuditCheckpointText.Read((await checkpoints.FindTextAsync(0))!).Number);
    }

    [Fact]
    public void A_checkpoint_is_due_an_hour_after_the_last_and_when_a_day_is_over_if_entries_came()
    {
        var head = new AuditHead(Guid.Empty, 5, 0, new byte[32]);
        var evening = DateTimeOffset.Parse("2027-01-15T23:30:00Z", System.Globalization.CultureInfo.InvariantCulture)
            .ToUnixTimeMilliseconds();
        var newest = new AuditCheckpoint { ChainId = Guid.Empty, Number = 1, Sequence = 4, EntryAtMs = 0, Hash = [], AtMs = evening, Previous = [] };

        Assert.True(AuditCheckpoints.IsDue(null, head, evening));
        Assert.False(AuditCheckpoints.IsDue(newest, head, evening + 1_740_000));
        Assert.True(AuditCheckpoints.IsDue(newest, head, evening + 1_800_000));
        Assert.True(AuditCheckpoints.IsDue(newest with { AtMs = evening - 3_600_000 }, head, evening));
        Assert.False(AuditCheckpoints.IsDue(newest with { Sequence = 5 }, head, evening + 86_400_000));
    }

    [Fact]
    public async Task The_key_is_the_owners_alone_and_one_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var file = Path.Combine(_folder.FullName, "audit.key");
        using (new AuditSigner(new() { SigningKeyFile = file }, NullLogger<AuditSigner>.Instance))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<StoreUnfitException>(() => Open(file)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "no key");
        Assert.Contains("prime256v1", Assert.Throws<StoreUnfitException>(() => Open(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silos_that_share_a_folder_and_start_together_sign_with_one_key()
    {
        for (var round = 0; round < 50; round++)
        {
            var file = Path.Combine(_folder.FullName, $"audit-{round}.key");
            using var start = new Barrier(4);
            var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    using var signer = Open(file);
                    return signer.PublicKey;
                },
                TaskCreationOptions.LongRunning)));

            Assert.Equal([await File.ReadAllTextAsync(file + ".pub")], keys.Distinct());
        }

        Assert.Equal(100, _folder.GetFiles().Length);
    }

    [Fact]
    public void The_end_of_an_import_says_which_file_and_how_many_rows()
    {
        var request = new V1.ImportRequest { FileName = "tags.csv", Sha256 = "ab" };
        var entry = BulkAudit.Ended(
            new() { OperationId = "7", Kind = BulkKind.Import, Request = request.ToByteArray(), Progress = new() { Rows = 10, Loaded = 8, Rejected = 2 } }, BulkFault.None);

        Assert.Equal(
            ("zhice.v1.BulkService/Import", "operation", "operations/7", "OK"),
            (entry.Method, entry.TargetKind, entry.TargetId, entry.Outcome));
        Assert.Equal(["tags.csv", "ab", "10", "8", "2"], entry.Changes.Select(static change => change.After));
    }

    private static AuditSigner Open(string file) => new(new() { SigningKeyFile = file }, NullLogger<AuditSigner>.Instance);

    private static AuditEntry Entry(string actor) =>
        new() { Stage = AuditStage.Done, CallId = Guid.NewGuid(), Actor = actor, Method = "m/M", Outcome = "OK" };
}
