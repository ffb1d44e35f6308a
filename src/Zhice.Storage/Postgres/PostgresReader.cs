using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres;

/// <summary>Reads many states in one query.</summary>
internal sealed class PostgresReader(PostgresPool pool)
{
    private const string ReadText =
        $"""
        SELECT n.at::integer, s.version, s.payload
        FROM {WriteStatements.KeyColumns}) WITH ORDINALITY AS n (grain_type, bucket, grain_key, state_name, at)
        JOIN grain_state AS s ON {WriteStatements.SameKey}
        """;

    /// <summary>Reads states, each in the place of its key; null where there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<StoredState?[]> ReadAsync(StateKey[] keys) => AgainAsync(async connection =>
    {
        var read = new NpgsqlBatchCommand(ReadText);
        read.AddKeys(keys);
        await using var statements = new NpgsqlBatch(connection) { BatchCommands = { read } };
        await using var rows = await statements.ExecuteReaderAsync();
        var found = new StoredState?[keys.Length];
        while (await rows.ReadAsync())
        {
            found[rows.GetInt32(0) - 1] = new StoredState(rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
        }

        return found;
    });

    /// <summary>How many grains of a type have state.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public Task<long> CountAsync(string grainType) => AgainAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM (SELECT DISTINCT bucket, grain_key FROM grain_state WHERE grain_type = $1) AS grains", connection)
        {
            CommandTimeout = 60,
            Parameters = { new NpgsqlParameter<string> { TypedValue = grainType, NpgsqlDbType = NpgsqlDbType.Text } },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    });

    // A connection that lay idle while the server restarted shows it when it is used; the next try finds a new one.
    private async Task<T> AgainAsync<T>(Func<NpgsqlConnection, Task<T>> read)
    {
        try
        {
            return await ReadAsync(read);
        }
        catch (Exception fault) when (PostgresFaults.IsOfConnection(fault) && fault.InnerException is not TimeoutException)
        {
            pool.Clear();
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pool.Store);
        }

        try
        {
            return await ReadAsync(read);
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pool.Store);
        }
    }

    private async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read)
    {
        await using var connection = await pool.OpenAsync();
        return await read(connection);
    }
}
