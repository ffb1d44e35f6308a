using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Storage.Backends;
using Zhice.Storage.Memory;
using Zhice.Storage.Postgres;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Tests.Postgres;

namespace Zhice.Storage.Tests;

/// <summary>The back ends, each of which keeps the same contracts.</summary>
public enum Backend
{
    Memory,
    Sqlite,
    Postgres,
}

internal static class Backends
{
    /// <summary>Opens a new store.</summary>
    /// <param name="backend">Of which kind.</param>
    /// <param name="folder">Where, if it needs a folder.</param>
    public static async Task<IBackend> OpenAsync(this Backend backend, TempFolder folder) => backend switch
    {
        Backend.Postgres => await PostgresBackend.OpenAsync(await Databases.NewStoreAsync(), NullLogger.Instance),
        Backend.Sqlite => SqliteBackend.Open(folder.Path, NullLogger.Instance),
        _ => new MemoryBackend(TimeProvider.System),
    };
}
