using System.Runtime.InteropServices;
using System.Text;

namespace Zhice.Storage;

/// <summary>Files that are written once, whole, and never changed. Several silos may write the same one.</summary>
public static partial class KeptFile
{
    /// <summary>Nobody but the owner reads and writes the file.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode ReadByAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Creates a file with a text. Nobody sees a part of it, also when this process ends in between.</summary>
    /// <returns>False when the file is there: it stays as it is.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static bool TryCreate(string path, string text, UnixFileMode mode = ReadByAll)
    {
        if (File.Exists(path))
        {
            return false;
        }

        var incomplete = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using (var file = new FileStream(incomplete, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        try
        {
            return TryLink(incomplete, path);
        }
        finally
        {
            File.Delete(incomplete);
        }
    }

    // File.Move of Unix looks first and moves then: of two that move at the same time, the second would replace the file of the first. It
    // is left for Windows, where it is atomic, and for file systems without links.
    private static bool TryLink(string from, string to)
    {
        if (!OperatingSystem.IsWindows() && Link(from, to) == 0)
        {
            return true;
        }

        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}
