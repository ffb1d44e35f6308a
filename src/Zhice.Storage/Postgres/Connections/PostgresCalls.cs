using Npgsql;
using Zhice.Domain.Faults;
using Zhice.Postgres;

namespace Zhice.Storage.Postgres.Connections;

/// <summary>
/// Single statements beside the states' own batches, each a transaction. One that loses a race against another, as two may
/// lock the same rows in another order, is run again.
/// </summary>
internal sealed class PostgresCalls(PostgresPool pool)
{
    /// <summary>Writes a mark into the log, which nobody reads.</summary>
    public const string WaitForStandbyText = "SELECT 1 FROM pg_logical_emit_message(true, 'zhice', '')";

    private const int MaxTries = 5;

    /// <summary>Runs a statement, and reads all of its rows.</summary>
    public Task<List<T>> ReadAsync<T>(
        string text, Func<NpgsqlParameter[]> parameters, Func<NpgsqlDataReader, T> read) => RunAsync(text, parameters, async command =>
    {
        var found = new List<T>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            found.Add(read(rows));
        }

        await ToEndAsync(rows);
        return found;
    });

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public Task<int> RunAsync(string text, Func<NpgsqlParameter[]> parameters) =>
        RunAsync(text, parameters, static command => command.ExecuteNonQueryAsync());

    /// <summary>
    /// Waits until what is visible is on the synchronous standby: before somebody is told that something was done earlier.
    /// </summary>
    public Task WaitForStandbyAsync() => RunAsync(WaitForStandbyText, static () => []);

    /// <summary>Reads to the end of a transaction: only then has the server said that it is kept.</summary>
    public static async Task ToEndAsync(NpgsqlDataReader rows)
    {
        while (await rows.NextResultAsync())
        {
            // What is left says nothing.
        }
    }

    /// <summary>Runs statements in one transaction, and commits it.</summary>
    public Task<T> TransactAsync<T>(Func<NpgsqlConnection, Task<T>> work) => TryAsync(async use =>
    {
        await using var transaction = await use.Connection.BeginTransactionAsync();
        var done = await work(use.Connection);
        use.CheckWanted();
        await transaction.CommitAsync();
        return done;
    });

    private Task<T> RunAsync<T>(string text, Func<NpgsqlParameter[]> parameters, Func<NpgsqlCommand, Task<T>> run) => TryAsync(async use =>
    {
        await using var command = new NpgsqlCommand(text, use.Connection);
        command.Parameters.AddRange(parameters());
        return await run(command);
    });

    private async Task<T> TryAsync<T>(Func<PostgresUse, Task<T>> work)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await pool.UseAsync(work);
            }
            catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault) && tries < MaxTries)
            {
            }
            catch (Exception fault) when (fault is not StoreUnavailableException)
            {
                if (PostgresFaults.IsConnectionFault(fault))
                {
                    pool.Clear();
                }

                throw PostgresFaults.Away(fault, pool.Store);
            }
        }
    }
}
