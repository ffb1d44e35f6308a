using Microsoft.Data.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.States;

/// <summary>Reads states. Budget: 20 us for a state in the cache.</summary>
internal sealed class SqliteReaders(string path, DatabaseFiles files, int maxConnections) : IDisposable
{
    private readonly SqliteReadPool<Reader> _pool = new(path, files, maxConnections, static connection => new(connection));

    public Task<StoredState?> ReadAsync(StateKey key) => _pool.ReadAsync(key, static (reader, key) => reader.Read(key));

    public Task<long> CountAsync(string grainType) => _pool.ReadAsync(grainType, static (reader, grainType) => reader.Count(grainType));

    /// <summary>Closes the connections; none may be in use.</summary>
    public void Dispose() => _pool.Dispose();

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
