using System.Text;

namespace Zhice.Grains.Audit;

/// <summary>Files that are written once, whole, and never changed. Several silos may write the same one.</summary>
internal static class KeptFile
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
            File.Move(incomplete, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(incomplete);
            return false;
        }
    }
}
