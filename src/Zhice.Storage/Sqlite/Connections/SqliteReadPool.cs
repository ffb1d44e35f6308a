using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>A few connections that only read, each used by one caller at a time. No write waits for them, however long they read.</summary>
/// <param name="path">The database file.</param>
/// <param name="files">Tells whether the files are still those that were opened.</param>
/// <param name="maxConnections">How many connections there are at most; further callers wait.</param>
/// <param name="start">Makes of a connection what callers use.</param>
internal sealed class SqliteReadPool<T>(string path, DatabaseFiles files, int maxConnections, Func<SqliteConnection, T> start) : IDisposable
    where T : class, IDisposable
{
    private readonly SemaphoreSlim _free = new(maxConnections);
    private readonly ConcurrentBag<T> _idle = [];

    /// <summary>Reads what is committed.</summary>
    public Task<TResult> ReadAsync<TResult>(Func<T, TResult> read) => ReadAsync(read, static (connection, read) => read(connection));

    /// <summary>Reads what is committed, by a function that captures nothing.</summary>
    public async Task<TResult> ReadAsync<TArgument, TResult>(TArgument argument, Func<T, TArgument, TResult> read)
    {
        await _free.WaitAsync();
        try
        {
            // SQLite may wait for the disk, which a grain's scheduler must not.
            return await Task.Run(() => Read(argument, read));
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes the connections; none may be in use.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _free.Dispose();
    }

    private TResult Read<TArgument, TResult>(TArgument argument, Func<T, TArgument, TResult> read)
    {
        files.Check();
        T? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = start(SqliteDatabase.Open(path, onlyReads: true));
            }

            var found = read(connection, argument);
            _idle.Add(connection);
            return found;
        }
        catch (Exception fault)
        {
            // After an error the connection is not trusted again.
            connection?.Dispose();
            throw fault is SqliteException of ? SqliteFaults.Meaning(of, path) : fault;
        }
    }
}
