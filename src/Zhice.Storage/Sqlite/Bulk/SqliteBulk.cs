using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Zhice.Storage.Background;
using Zhice.Storage.Bulk;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.States;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Bulk;

/// <summary>Bulk data in SQLite: through its one writer, in small transactions between which live writes have their turn.</summary>
internal sealed class SqliteBulk(string path, Func<IReadOnlyList<StateWrite>, Task<WriteOutcome[]>> write, SqliteTurns<SqliteSession> turns)
    : IBulkStore
{
    private const int RowsAhead = 1_000;

    /// <summary>About 5 ms and one fsync.</summary>
    public int BulkBatch => 250;

    public Task<StoredState?[]> ReadManyAsync(IReadOnlyList<StateKey> keys) => Task.Run(() => Reading(connection =>
    {
        using var read = connection.Prepared(
            "SELECT version, payload FROM grain_state WHERE grain_type = $type AND bucket = $bucket AND grain_key = $key AND state_name = $name",
            "$type", "$bucket", "$key", "$name");
        var found = new StoredState?[keys.Count];
        for (var i = 0; i < found.Length; i++)
        {
            read.SetKey(keys[i]);
            using var row = read.ExecuteReader();
            found[i] = row.Read() ? new StoredState(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
        }

        return found;
    }));

    public Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch) => write(batch);

    public Task<int> ReplacePayloadsAsync(IReadOnlyList<StateWrite> states) => turns.RunAsync(session => states.Sum(write => session.Run(
        "UPDATE grain_state SET payload = $0 WHERE grain_type = $1 AND bucket = $2 AND grain_key = $3 AND state_name = $4 AND version = $5",
        write.Payload!, write.Key.GrainType, write.Key.Bucket, write.Key.Key, write.Key.StateName, write.ExpectedVersion)));

    public Task<bool> TryInsertAsync(IReadOnlyList<StateWrite> batch) => Task.FromResult(false);

    public IAsyncEnumerable<StoredRow> ReadBucketsAsync(
        string grainType, string stateName, IReadOnlyList<int> buckets, CancellationToken cancellation) => StreamAsync(
        $"AND bucket IN ({string.Join(',', buckets)})", grainType, stateName, cancellation);

    public IAsyncEnumerable<StoredRow> ReadAllAsync(string grainType, string stateName, CancellationToken cancellation) => StreamAsync(
        "ORDER BY grain_type, bucket, grain_key", grainType, stateName, cancellation);

    public Task<List<(byte[] Key, long Version)>> ReadVersionsAsync(string grainType, string stateName, int bucket) =>
        Task.Run(() => Reading(connection =>
        {
            using var select = connection.Prepared(
                "SELECT grain_key, version FROM grain_state WHERE grain_type = $type AND bucket = $bucket AND state_name = $name ORDER BY grain_key",
                "$type", "$bucket", "$name");
            select.Set(grainType, bucket, stateName);
            using var row = select.ExecuteReader();
            var found = new List<(byte[] Key, long Version)>();
            while (row.Read())
            {
                found.Add((row.GetFieldValue<byte[]>(0), row.GetInt64(1)));
            }

            return found;
        }));

    public Task<List<StoredRow>> ReadSliceAsync(
        string grainType, string stateName, BulkPlace after, int limit, CancellationToken cancellation) =>
        Task.Run(() => Reading(connection =>
        {
            using var select = connection.Prepared(
                """
                SELECT grain_key, version, payload FROM grain_state
                WHERE grain_type = $type AND state_name = $name AND (bucket, grain_key) > ($bucket, $key)
                ORDER BY grain_type, bucket, grain_key LIMIT $limit
                """,
                "$type", "$name", "$bucket", "$key", "$limit");
            select.Set(grainType, stateName, after.Bucket, after.Key, limit);
            using var row = select.ExecuteReader();
            var found = new List<StoredRow>();
            while (row.Read())
            {
                found.Add(new(row.GetFieldValue<byte[]>(0), new StoredState(row.GetInt64(1), row.GetFieldValue<byte[]>(2))));
            }

            return found;
        }), cancellation);

    // SQLite waits for the disk on a thread of its own; one statement is one snapshot.
    private async IAsyncEnumerable<StoredRow> StreamAsync(
        string rest, string grainType, string stateName, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = Channel.CreateBounded<StoredRow>(RowsAhead);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = BackgroundWork.RunOnThread(() => Stream(rest, grainType, stateName, rows.Writer, ended.Token));
        try
        {
            await foreach (var row in rows.Reader.ReadAllAsync(cancellation))
            {
                yield return row;
            }
        }
        finally
        {
            await ended.CancelAsync();
            await reading;
        }
    }

    private void Stream(string rest, string grainType, string stateName, ChannelWriter<StoredRow> rows, CancellationToken cancellation)
    {
        try
        {
            Reading(connection =>
            {
                using var read = connection.Prepared(
                    $"SELECT grain_key, version, payload FROM grain_state WHERE grain_type = $type AND state_name = $name {rest}", "$type",
                    "$name");
                read.Set(grainType, stateName);
                using var row = read.ExecuteReader();
                while (row.Read())
                {
                    var found = new StoredRow(
                        row.GetFieldValue<byte[]>(0), new StoredState(row.GetInt64(1), row.GetFieldValue<byte[]>(2)));
                    while (!rows.TryWrite(found))
                    {
                        rows.WaitToWriteAsync(cancellation).AsTask().Wait(cancellation);
                    }
                }

                return true;
            });
            rows.Complete();
        }
        catch (Exception fault)
        {
            rows.TryComplete(fault);
        }
    }

    private T Reading<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = SqliteDatabase.Open(path, onlyReads: true);
            return read(connection);
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Meaning(fault, path);
        }
    }
}
