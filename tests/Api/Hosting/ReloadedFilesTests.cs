using Zhice.Hosting;

namespace Zhice.Api.Tests.Hosting;

/// <summary>Files of certificates that change while a host runs.</summary>
public sealed class ReloadedFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-");

    private string Certificate => Path.Combine(_folder.FullName, "api.pem");

    private string Key => Path.Combine(_folder.FullName, "api.key");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_has_changed_is_read_again_and_what_is_wrong_leaves_in_use_what_was_read_before()
    {
        File.WriteAllText(Certificate, "1");
        File.WriteAllText(Key, "1");
        var files = new ReloadedFiles<string>("Zhice:Tls", [Certificate, Key, ""], ReadPair);
        Assert.Equal((false, "", "1"), Look(files));

        // The certificate comes first, and its key some time later.
        File.WriteAllText(Certificate, "2");
        Assert.Equal((false, "they do not fit", "1"), Look(files));
        Assert.Equal((false, "they do not fit", "1"), Look(files));
        File.WriteAllText(Key, "2");
        Assert.Equal((true, "", "2"), Look(files));
        Assert.Equal((false, "", "2"), Look(files));

        File.Delete(Key);
        Assert.Equal((false, "2"), (files.TryReload(out var fault), files.Current));
        Assert.Contains("api.key", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_another_file_is_a_change()
    {
        File.WriteAllText(Certificate + "1", "1");
        File.WriteAllText(Certificate + "2", "2");
        File.CreateSymbolicLink(Certificate, Certificate + "1");
        var files = new ReloadedFiles<string>("Zhice:Tls", [Certificate], () => File.ReadAllText(Certificate));

        File.Delete(Certificate);
        File.CreateSymbolicLink(Certificate, Certificate + "2");

        Assert.Equal((true, "", "2"), Look(files));
    }

    private string ReadPair() => File.ReadAllText(Certificate) == File.ReadAllText(Key)
        ? File.ReadAllText(Key)
        : throw new StartRefusedException("they do not fit");

    private static (bool IsNew, string Fault, string Current) Look(ReloadedFiles<string> files) =>
        (files.TryReload(out var fault), fault, files.Current);
}
