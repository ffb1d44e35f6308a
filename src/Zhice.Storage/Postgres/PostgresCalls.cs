using Npgsql;
using NpgsqlTypes;

namespace Zhice.Storage.Postgres;

/// <summary>
/// Single statements beside the states' own batches, each a transaction. One that loses a race against another, as two may
/// lock the same rows in another order, is run again.
/// </summary>
internal sealed class PostgresCalls(PostgresPool pool)
{
    private const int MostTries = 5;

    /// <summary>Runs a statement, and reads all of its rows.</summary>
    public Task<List<T>> ReadAsync<T>(string text, Func<NpgsqlParameter[]> parameters, Func<NpgsqlDataReader, T> read) => RunAsync(text, parameters, async command =>
    {
        var found = new List<T>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            found.Add(read(rows));
        }

        return found;
    });

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public Task<int> RunAsync(string text, Func<NpgsqlParameter[]> parameters) =>
        RunAsync(text, parameters, static command => command.ExecuteNonQueryAsync());

    public static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    public static NpgsqlParameter<DateTimeOffset> Instant(long atMs) =>
        new() { TypedValue = DateTimeOffset.FromUnixTimeMilliseconds(atMs), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private async Task<T> RunAsync<T>(string text, Func<NpgsqlParameter[]> parameters, Func<NpgsqlCommand, Task<T>> run)
    {
        for (var tries = 1; ; tries++)
        {
            await using var connection = await pool.OpenAsync();
            try
            {
                await using var command = new NpgsqlCommand(text, connection);
                command.Parameters.AddRange(parameters());
                return await run(command);
            }
            catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault) && tries < MostTries)
            {
            }
            catch (Exception fault)
            {
                if (PostgresFaults.IsOfConnection(fault))
                {
                    pool.Clear();
                }

                throw PostgresFaults.Away(fault, pool.Store);
            }
        }
    }
}
