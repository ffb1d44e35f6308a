using System.Runtime.InteropServices;

namespace Zhice.Storage;

/// <summary>The files of this process are its account's alone: they hold every customer.</summary>
public static partial class FilesOfOwner
{
    private const int OwnerOnly = 0b000_111_111;

    /// <summary>
    /// From here on nobody else may read or write what the process makes; folders and files that are there stay as they are.
    /// </summary>
    public static void Begin()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Umask(OwnerOnly);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Umask(int mask);
}
