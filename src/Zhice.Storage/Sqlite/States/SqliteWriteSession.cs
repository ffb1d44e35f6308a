using Microsoft.Data.Sqlite;
using Zhice.Storage.Erasures;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Effects;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.States;

/// <summary>The prepared statements of the connection that writes.</summary>
internal sealed class SqliteWriteSession : IDisposable
{
    private const string OfKey = "grain_type = $type AND bucket = $bucket AND grain_key = $key AND state_name = $name";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _clear;
    private readonly SqliteCommand _raiseCleared;
    private readonly SqliteCommand _readCleared;
    private readonly SqliteCommand _find;
    private readonly SqliteEffects _effects;
    private readonly ErasedIds _erased;

    public SqliteWriteSession(SqliteConnection connection, ErasedIds erased)
    {
        _erased = erased;
        _connection = connection;
        _begin = connection.Prepared("BEGIN IMMEDIATE");
        _commit = connection.Prepared("COMMIT");
        _insert = connection.Prepared(
            """
            INSERT INTO grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload)
            VALUES ($type, $bucket, $key, $name, $version, $write, $payload) ON CONFLICT DO NOTHING
            """,
            "$type", "$bucket", "$key", "$name", "$version", "$write", "$payload");
        _update = connection.Prepared(
            $"UPDATE grain_state SET version = version + 1, write_id = $write, payload = $payload WHERE {OfKey} AND version = $version",
            "$type", "$bucket", "$key", "$name", "$version", "$write", "$payload");
        _clear = connection.Prepared(
            $"DELETE FROM grain_state WHERE {OfKey} AND version = $version", "$type", "$bucket", "$key", "$name", "$version");
        _raiseCleared = connection.Prepared("UPDATE cleared SET highest_version = max(highest_version, $version)", "$version");
        _readCleared = connection.Prepared("SELECT highest_version FROM cleared");
        _find = connection.Prepared(
            $"SELECT version, write_id FROM grain_state WHERE {OfKey}", "$type", "$bucket", "$key", "$name");
        _effects = new SqliteEffects(connection);
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Runs each write, inside a transaction.</summary>
    public WriteOutcome[] Run(IReadOnlyList<StateWrite> batch)
    {
        var outcomes = new WriteOutcome[batch.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = batch[i] switch
            {
                { Payload: null } write => Clear(write),
                { ExpectedVersion: 0 } write => Insert(write),
                var write => Update(write),
            };
        }

        return outcomes;
    }

    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[
            _begin, _commit, _insert, _update, _clear, _raiseCleared, _readCleared, _find])
        {
            command.Dispose();
        }

        _effects.Dispose();
        _connection.Dispose();
    }

    private WriteOutcome Insert(StateWrite write)
    {
        if (write.Key.GrainType == CustomerKey.GrainType && _erased.Has(write.Key.Key))
        {
            return WriteOutcome.Erased;
        }

        var version = (long)_readCleared.ExecuteScalar()! + 1;
        return Put(_insert, write, version, version);
    }

    private WriteOutcome Update(StateWrite write) => Put(_update, write, write.ExpectedVersion, write.ExpectedVersion + 1);

    private WriteOutcome Clear(StateWrite write)
    {
        _clear.SetKey(write.Key);
        _clear.Parameters[4].Value = write.ExpectedVersion;
        if (_clear.ExecuteNonQuery() == 0)
        {
            return Found(write);
        }

        _raiseCleared.Parameters[0].Value = write.ExpectedVersion;
        _raiseCleared.ExecuteNonQuery();
        return WriteOutcome.Written(0);
    }

    private WriteOutcome Put(SqliteCommand command, StateWrite write, long version, long newVersion)
    {
        if (_effects.CountedBefore(write) is { } contact && Found(write) is { IsWritten: false } found
            && found.Version == write.ExpectedVersion)
        {
            return WriteOutcome.CountedBefore(contact, found.Version);
        }

        if (_effects.EmptyLease(write) is { } lease && Found(write) is { IsWritten: false } unpaid)
        {
            return WriteOutcome.LeaseEmpty(lease, unpaid.Version);
        }

        command.SetKey(write.Key);
        command.Parameters[4].Value = version;
        command.Parameters[5].Value = write.WriteId.ToByteArray();
        command.Parameters[6].Value = write.Payload;
        if (command.ExecuteNonQuery() == 0)
        {
            return Found(write);
        }

        _effects.Keep(write, newVersion);
        return WriteOutcome.Written(newVersion);
    }

    // What is there instead of the version that was expected: perhaps this very write, from a try whose outcome was lost.
    private WriteOutcome Found(StateWrite write)
    {
        _find.SetKey(write.Key);
        using var row = _find.ExecuteReader();
        if (!row.Read())
        {
            return write.Payload is null ? WriteOutcome.Written(0) : WriteOutcome.Stale(0);
        }

        var version = row.GetInt64(0);
        return new Guid(row.GetFieldValue<byte[]>(1)) == write.WriteId ? WriteOutcome.Written(version) : WriteOutcome.Stale(version);
    }
}
