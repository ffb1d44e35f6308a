using System.Diagnostics;

namespace Zhice.Storage.Tests.Sqlite;

/// <summary>A real file system of a set size.</summary>
internal sealed class SizedDisk : IDisposable
{
    private readonly string _folder;

    private SizedDisk(string folder) => _folder = folder;

    public static SizedDisk Mount(string folder, string size)
    {
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);
        return new SizedDisk(folder);
    }

    public void Remount(string options) => Run("mount", "-o", $"remount,{options}", _folder);

    public void Dispose() => Run("umount", _folder);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said.Trim()}");
        }
    }
}
