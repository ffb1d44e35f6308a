using Zhice.Domain.Faults;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>
/// The files of an open database: a file that was deleted or replaced underneath still takes writes, and they are lost.
/// So it is looked at before every read and before a write is acknowledged (a few microseconds).
/// </summary>
internal sealed class DatabaseFiles
{
    private readonly (string Path, FileIdentity? Opened)[] _files;

    private DatabaseFiles(string path) => _files = [.. Paths(path).Select(static file => (file, FileIdentity.Read(file)))];

    /// <summary>The database, its write-ahead log and the log's index, as they are now.</summary>
    /// <param name="path">The database, which an open connection has read from: so the three exist, and stay the same.</param>
    public static DatabaseFiles AsOpened(string path) => new(path);

    /// <summary>Makes sure that the files are those that were opened.</summary>
    /// <exception cref="StoreUnavailableException">One was deleted or replaced.</exception>
    public void Check()
    {
        foreach (var (path, opened) in _files)
        {
            if (FileIdentity.Read(path) is not { } now)
            {
                throw new StoreUnavailableException(
                    $"{path} was deleted while the store is open; put it back, or restart to begin with what is there.");
            }

            if (now != opened)
            {
                throw new StoreUnavailableException(
                    $"{path} was replaced by another file while the store is open; put the first one back, or restart to use the new one.");
            }
        }
    }

    private static string[] Paths(string path) => [path, path + "-wal", path + "-shm"];
}
