using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Bulk;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Effects;
using Zhice.Storage.Postgres.Erasures;
using Zhice.Storage.Postgres.States;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Bulk;

/// <summary>Bulk data in PostgreSQL: new states by binary COPY straight into the table.</summary>
/// <remarks>Budget: 1 us of this process for a new state; the server takes about 10.</remarks>
internal sealed class PostgresBulk(PostgresPools pools, PostgresReader reader) : IBulkStore
{
    private const string CopyText =
        "COPY grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) FROM STDIN (FORMAT binary)";

    private readonly long _clearing = AdvisoryLocks.Clearing(pools.Store);
    private readonly PostgresWriter _writer = new(pools.Bulk);

    /// <summary>Rows are locked for the time of one transaction, about 50 ms.</summary>
    public int BulkBatch => 1_000;

    public Task<StoredState?[]> ReadManyAsync(IReadOnlyList<StateKey> keys) => reader.ReadAsync([.. keys]);

    public Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch) => _writer.WriteAsync(batch);

    public Task<int> ReplacePayloadsAsync(IReadOnlyList<StateWrite> states) => TryAsync(() => pools.Bulk.UseAsync(async use =>
    {
        await using var statements = new NpgsqlBatch(use.Connection) { BatchCommands = { WriteStatements.Replace([.. states]) } };
        return await statements.ExecuteNonQueryAsync();
    }));

    public async Task<bool> TryInsertAsync(IReadOnlyList<StateWrite> batch)
    {
        try
        {
            return await pools.Bulk.UseAsync(use => InsertAsync(use, batch));
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation || PostgresFaults.IsLostRace(fault))
        {
            return false;
        }
        catch (Exception fault) when (fault is not (StoreUnavailableException or OutcomeUnknownException))
        {
            if (PostgresFaults.IsConnectionFault(fault))
            {
                pools.Clear();
            }

            throw PostgresFaults.OfWrite(fault, pools.Store);
        }
    }

    public IAsyncEnumerable<StoredRow> ReadBucketsAsync(
        string grainType, string stateName, IReadOnlyList<int> buckets, CancellationToken cancellation) => StreamAsync(
        "AND bucket = ANY($3)",
        [Text(grainType), Text(stateName), new NpgsqlParameter<short[]> { TypedValue = [.. buckets.Select(static bucket => (short)bucket)] }],
        cancellation);

    public IAsyncEnumerable<StoredRow> ReadAllAsync(string grainType, string stateName, CancellationToken cancellation) => StreamAsync(
        "ORDER BY grain_type, bucket, grain_key", [Text(grainType), Text(stateName)], cancellation);

    // Both by the connections of streams: a large bucket on cold pages takes longer than a commit may.
    public async Task<List<(byte[] Key, long Version)>> ReadVersionsAsync(string grainType, string stateName, int bucket)
    {
        await using var connection = await pools.Streams.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT grain_key, version FROM grain_state WHERE grain_type = $1 AND state_name = $2 AND bucket = $3 ORDER BY grain_key",
            connection)
        {
            Parameters = { Text(grainType), Text(stateName), new NpgsqlParameter<short> { TypedValue = (short)bucket } },
        };
        await using var rows = await TryAsync(() => command.ExecuteReaderAsync(CommandBehavior.SingleResult));
        var found = new List<(byte[] Key, long Version)>();
        while (await TryAsync(() => rows.ReadAsync()))
        {
            found.Add((rows.GetFieldValue<byte[]>(0), rows.GetInt64(1)));
        }

        return found;
    }

    public async Task<List<StoredRow>> ReadSliceAsync(
        string grainType, string stateName, BulkPlace after, int limit, CancellationToken cancellation)
    {
        var found = new List<StoredRow>(limit);
        await foreach (var row in StreamAsync(
            "AND (bucket, grain_key) > ($3, $4) ORDER BY grain_type, bucket, grain_key LIMIT $5",
            [
                Text(grainType), Text(stateName), new NpgsqlParameter<short> { TypedValue = (short)after.Bucket },
                new NpgsqlParameter<byte[]> { TypedValue = after.Key }, new NpgsqlParameter<long> { TypedValue = limit },
            ],
            cancellation))
        {
            found.Add(row);
        }

        return found;
    }

    private async Task<bool> InsertAsync(PostgresUse use, IReadOnlyList<StateWrite> batch)
    {
        await using var transaction = await use.Connection.BeginTransactionAsync();
        var firstVersion = await FirstVersionAsync(use.Connection);
        if ((
            await PostgresErasures.FindErasedAsync(
                use.Connection,
                [.. batch.Where(
                    static write => write.Key.GrainType == CustomerKey.GrainType).Select(static write => write.Key.Key)])).Count > 0)
        {
            return false;
        }

        using var rows = new CopyRows(batch, firstVersion);
        await using (var copy = await use.Connection.BeginRawBinaryCopyAsync(CopyText))
        {
            await copy.WriteAsync(rows.Bytes);
        }

        await using (var effects = new NpgsqlBatch(use.Connection))
        {
            PostgresEffects.Add(batch, effects.BatchCommands);
            if (effects.BatchCommands.Count > 0)
            {
                await effects.ExecuteNonQueryAsync();
            }
        }

        use.CheckWanted();
        await transaction.CommitAsync();
        return true;
    }

    // One statement is one snapshot.
    private async IAsyncEnumerable<StoredRow> StreamAsync(
        string rest, NpgsqlParameter[] parameters, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await pools.Streams.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT grain_key, version, payload FROM grain_state WHERE grain_type = $1 AND state_name = $2 {rest}", connection);
        command.Parameters.AddRange(parameters);
        await using var rows = await TryAsync(() => command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellation));
        while (await TryAsync(() => rows.ReadAsync(cancellation)))
        {
            yield return new(rows.GetFieldValue<byte[]>(0), new StoredState(rows.GetInt64(1), rows.GetFieldValue<byte[]>(2)));
        }
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    // As every insert: behind those who clear, above what they cleared.
    private async Task<long> FirstVersionAsync(NpgsqlConnection connection)
    {
        await using var statements = new NpgsqlBatch(connection);
        statements.BatchCommands.Add(WriteStatements.Lock(_clearing, alone: false));
        statements.BatchCommands.Add(
            new NpgsqlBatchCommand($"SELECT greatest(highest_version, {WriteStatements.FirstOfTimeline}) + 1 FROM cleared"));
        await using var rows = await statements.ExecuteReaderAsync();
        await rows.NextResultAsync();
        return await rows.ReadAsync() ? rows.GetInt64(0) : throw new InvalidOperationException("The table cleared is empty.");
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }
}
