using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Parameters;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.States;

/// <summary>Reads many states in one query.</summary>
/// <remarks>
/// What a server shows after it was restarted, or after one of its connections was ended, may not be on its synchronous standby
/// yet. A caller who repeats a call is answered by what is read: so the first read after a fault waits for the standby.
/// </remarks>
internal sealed class PostgresReader(PostgresPools pools)
{
    private const string ReadText =
        $"""
        SELECT n.at::integer, s.version, s.payload
        FROM {KeyParameters.KeyColumns}) WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, at)
        JOIN grain_state AS s ON {KeyParameters.SameKey}
        """;

    private int _faultsSettled;

    /// <summary>Reads states, each in the place of its key; null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<StoredState?[]> ReadAsync(StateKey[] keys) => AgainAsync(async () =>
    {
        var faults = pools.Faults;
        var found = await pools.Reads.UseAsync(use => ReadAsync(use.Connection, keys, waits: faults != Volatile.Read(ref _faultsSettled)));
        Volatile.Write(ref _faultsSettled, faults);
        return found;
    });

    /// <summary>How many grains of a type have state.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<long> CountAsync(string grainType) => AgainAsync(async () =>
    {
        await using var connection = await pools.Streams.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM (SELECT DISTINCT bucket, grain_key FROM grain_state WHERE grain_type = $1) AS grains", connection)
        {
            CommandTimeout = 60,
            Parameters = { new NpgsqlParameter<string> { TypedValue = grainType, NpgsqlDbType = NpgsqlDbType.Text } },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    });

    private static async Task<StoredState?[]> ReadAsync(NpgsqlConnection connection, StateKey[] keys, bool waits)
    {
        var read = new NpgsqlBatchCommand(ReadText);
        read.AddKeys(keys);
        await using var statements = new NpgsqlBatch(connection) { BatchCommands = { read } };
        if (waits)
        {
            statements.BatchCommands.Add(WriteStatements.WaitForStandby());
        }

        await using var rows = await statements.ExecuteReaderAsync();
        var found = new StoredState?[keys.Length];
        while (await rows.ReadAsync())
        {
            found[rows.GetInt32(0) - 1] = new StoredState(rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
        }

        await PostgresCalls.ToEndAsync(rows);
        return found;
    }

    // A connection that lay idle while the server restarted shows it when it is used; the next try finds a new one.
    private async Task<T> AgainAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception fault) when (PostgresFaults.IsConnectionFault(fault) && fault.InnerException is not TimeoutException)
        {
            pools.Clear();
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }

        try
        {
            return await read();
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }
}
