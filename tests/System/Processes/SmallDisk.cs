using System.Runtime.CompilerServices;

namespace Zhice.SystemTests.Processes;

/// <summary>A disk in memory that is soon full; mounting one needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("zhice-disk-").FullName;
        var mounted = await Command.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        Assert.True(mounted.ExitCode == 0, mounted.Errors);
        return new SmallDisk(path);
    }

    public void Dispose()
    {
        using var unmount = global::System.Diagnostics.Process.Start("umount", ["-l", Path]);
        unmount.WaitForExit();
        Directory.Delete(Path);
    }
}

/// <summary>A test that mounts a disk, and so runs as root only.</summary>
internal sealed class FactAsRootAttribute : FactAttribute
{
    public FactAsRootAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine) => Skip = Environment.UserName == "root" ? null : "Mounting a small disk needs root.";
}
