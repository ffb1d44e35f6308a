using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Domain.Faults;
using Zhice.Storage.Sqlite;

namespace Zhice.Storage;

/// <summary>The storage of Zhice's grains.</summary>
public static class ZhiceStorage
{
    /// <summary>The name under which grains ask for it, as in <c>[PersistentState("state", "zhice")]</c>.</summary>
    public const string Name = "zhice";

    /// <summary>Opens and closes the store in a folder, to find what would stop a silo before one is started.</summary>
    /// <exception cref="DataFolderInUseException">Another process has the folder.</exception>
    /// <exception cref="StoreUnfitException">This program cannot use the store.</exception>
    /// <exception cref="StoreUnavailableException">The folder cannot be written to.</exception>
    public static async Task CheckSqliteAsync(string folder)
    {
        await using var store = SqliteBackend.Open(folder, NullLogger.Instance);
    }
}
