using System.Security.Cryptography;
using Zhice.Cli.Audit;
using Zhice.Cli.Running;
using Zhice.Domain.Audit;

namespace Zhice.Cli.Tests.Audit;

/// <summary>Checkpoints that left the machine: which files of a folder count, and what is refused.</summary>
public sealed class CheckpointFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("checkpoint-00000001.json")]
    [InlineData("monday.json")]
    public void A_folder_gives_every_checkpoint_in_it_whatever_its_name(string name)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, name), Checkpoint());
        Assert.Equal(7, Assert.Single(Read(_folder.FullName)).Sequence);
    }

    [Fact]
    public void A_folder_without_checkpoints_is_refused_as_nothing_would_be_compared()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "monday.txt"), Checkpoint());
        Assert.Contains(
            "nothing can be compared", Assert.Throws<FailureException>(() => Read(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_another_key_signed_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(_folder.FullName, "monday.json");
        File.WriteAllText(file, Checkpoint(other));
        Assert.Contains("is not signed by the key", Assert.Throws<FailureException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<AuditCheckpoint> Read(string path)
    {
        var key = Path.Combine(_folder.FullName, "key.pub");
        File.WriteAllText(key, _key.ExportSubjectPublicKeyInfoPem());
        return CheckpointFiles.Read([path], [key]);
    }

    private string Checkpoint(ECDsa? by = null) => AuditCheckpointText.Write(new AuditCheckpoint
    {
        ChainId = Guid.NewGuid(), Number = 1, Sequence = 7, EntryAtMs = 5, Hash = new byte[32], AtMs = 6, Previous = new byte[32],
    }.SignedBy(by ?? _key));
}
