using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.States;

/// <summary>A few connections that only read, each used by one caller at a time. Budget: 20 us for a state in the cache.</summary>
internal sealed class SqliteReaders(string path, DatabaseFiles files, int most) : IDisposable
{
    private readonly SemaphoreSlim _free = new(most);
    private readonly ConcurrentBag<Reader> _idle = [];

    public Task<StoredState?> ReadAsync(StateKey key) => UseAsync(key, static (reader, key) => reader.Read(key));

    public Task<long> CountAsync(string grainType) => UseAsync(grainType, static (reader, grainType) => reader.Count(grainType));

    /// <summary>Closes the connections; none may be in use.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _free.Dispose();
    }

    private async Task<T> UseAsync<T, TArgument>(TArgument argument, Func<Reader, TArgument, T> use)
    {
        await _free.WaitAsync();
        try
        {
            // SQLite may wait for the disk, which a grain's scheduler must not.
            return await Task.Run(() => Use(argument, use));
        }
        finally
        {
            _free.Release();
        }
    }

    private T Use<T, TArgument>(TArgument argument, Func<Reader, TArgument, T> use)
    {
        files.Check();
        Reader? reader = null;
        try
        {
            if (!_idle.TryTake(out reader))
            {
                reader = new Reader(SqliteDatabase.Open(path, onlyReads: true));
            }

            var found = use(reader, argument);
            _idle.Add(reader);
            return found;
        }
        catch (SqliteException fault)
        {
            // After an error the connection is not trusted again.
            reader?.Dispose();
            throw SqliteFaults.Meaning(fault, path);
        }
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _read;
        private readonly SqliteCommand _count;

        public Reader(SqliteConnection connection)
        {
            _connection = connection;
            _read = connection.Prepared(
                "SELECT version, payload FROM grain_state WHERE grain_type = $type AND bucket = $bucket AND grain_key = $key AND state_name = $name",
                "$type", "$bucket", "$key", "$name");
            _count = connection.Prepared(
                "SELECT count(*) FROM (SELECT DISTINCT bucket, grain_key FROM grain_state WHERE grain_type = $type)", "$type");
        }

        public StoredState? Read(StateKey key)
        {
            _read.SetKey(key);
            using var row = _read.ExecuteReader();
            return row.Read() ? new StoredState(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
        }

        public long Count(string grainType)
        {
            _count.Parameters[0].Value = grainType;
            return (long)_count.ExecuteScalar()!;
        }

        public void Dispose()
        {
            _read.Dispose();
            _count.Dispose();
            _connection.Dispose();
        }
    }
}
