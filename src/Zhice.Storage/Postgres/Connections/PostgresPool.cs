using Npgsql;
using Zhice.Domain.Faults;
using Zhice.Postgres;

namespace Zhice.Storage.Postgres.Connections;

/// <summary>
/// The connections of one kind of work, at most so many, which Npgsql keeps open between uses.
/// <para>
/// No statement is ever called off from here: PostgreSQL answers a cancel that meets a commit which waits for its synchronous
/// standby with success. The server ends what is slow, before its commit; whoever waits longer is told that the outcome is not
/// known, and the connection stays busy until the server says something.
/// </para>
/// </summary>
internal sealed class PostgresPool
{
    private readonly PostgresPools _pools;
    private readonly string _text;
    private readonly string _kind;
    private readonly int _maximum;

    public PostgresPool(PostgresPools pools, string kind, int maximum, string text) =>
        (_pools, _kind, _maximum, _text) = (pools, kind, maximum, text);

    public PostgresStore Store => _pools.Store;

    /// <summary>How often a connection was lost, or said nothing for too long, in any of the pools.</summary>
    public int Faults => _pools.Faults;

    /// <summary>Takes a connection, and waits for what is done with it for no longer than callers do.</summary>
    /// <exception cref="StoreUnavailableException">There is no connection to be had; nothing was done.</exception>
    /// <exception cref="NpgsqlException">No answer came in time: what was done is not known.</exception>
    public async Task<T> UseAsync<T>(Func<PostgresUse, Task<T>> work)
    {
        var use = new PostgresUse();
        var done = RunAsync();
        try
        {
            return await done.WaitAsync(Store.Patience);
        }
        catch (TimeoutException) when (!done.IsCompleted)
        {
            use.GiveUp();
            _ = done.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw use.HasConnection
                ? new NpgsqlException("no answer came in time", new TimeoutException())
                : PostgresFaults.Away(new TimeoutException("it did not let a connection in in time"), Store);
        }

        async Task<T> RunAsync()
        {
            await using var connection = await OpenAsync();
            use.Begin(connection);
            try
            {
                var answer = await work(use);
                use.CheckKept();
                return answer;
            }
            finally
            {
                use.End();
            }
        }
    }

    /// <summary>An open connection.</summary>
    /// <exception cref="StoreUnavailableException">There is none to be had.</exception>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_text);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch (NpgsqlException fault) when (fault is { InnerException: TimeoutException } && fault.Message.Contains("exhausted", StringComparison.Ordinal))
        {
            await connection.DisposeAsync();
            throw new StoreUnavailableException(
                $"All {_maximum} connections for {_kind} to PostgreSQL {Store.Place} are busy; it is slow, or waits for its standby.",
                fault);
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            throw PostgresFaults.Away(fault, Store);
        }
    }

    /// <inheritdoc cref="PostgresPools.Clear"/>
    public void Clear() => _pools.Clear();

    /// <summary>Closes what is idle, and what is in use once it is given back.</summary>
    internal void Close()
    {
        using var connection = new NpgsqlConnection(_text);
        NpgsqlConnection.ClearPool(connection);
    }
}
