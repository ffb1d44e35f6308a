using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>
/// Which file a path leads to. It is found without opening the file: closing any handle of a database would drop the
/// locks that SQLite holds on it in this process (POSIX advisory locks).
/// </summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int FromCurrentFolder = -100;
    private const uint InodeWanted = 0x100;

    /// <summary>The file at a path; null when there is none, or when it cannot be told.</summary>
    public static FileIdentity? Read(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileIdentity(0, (ulong)file.CreationTimeUtc.Ticks) : null;
        }

        // struct statx is the same on every processor: the inode at 32, the device's two numbers at 136.
        Span<byte> found = stackalloc byte[256];
        return Statx(FromCurrentFolder, path, 0, InodeWanted, ref MemoryMarshal.GetReference(found)) == 0
            ? new FileIdentity(BinaryPrimitives.ReadUInt64LittleEndian(found[136..]), BinaryPrimitives.ReadUInt64LittleEndian(found[32..]))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte found);
}
