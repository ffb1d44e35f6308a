using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Postgres;

/// <summary>The connections of the store, which Npgsql keeps open between uses.</summary>
internal sealed class PostgresPool
{
    /// <summary>
    /// How long a statement may take before it is called off; so a slow database makes queues fill and refuse, and a deaf
    /// one is told of before callers, who wait 10 s, give up by themselves.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan PatienceToConnect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceToCallOff = TimeSpan.FromSeconds(1);

    private readonly string _text;

    public PostgresPool(PostgresStore store)
    {
        Store = store;
        var settings = new NpgsqlConnectionStringBuilder(store.SchemaConnectionString)
        {
            // Statements are few, and prepared once they are seen twice.
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,

            // Nothing of a session is changed, so that there is nothing to reset.
            NoResetOnClose = true,
            CommandTimeout = (int)Patience.TotalSeconds,
            CancellationTimeout = (int)PatienceToCallOff.TotalMilliseconds,
            Enlist = false,
            LogParameters = false,
            IncludeErrorDetail = false,
        };

        // Whatever the statistics say of a table that has just been filled, a key is looked up by its index.
        settings.Options = $"{settings.Options} -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off".TrimStart();
        settings.Timeout = Math.Min(settings.Timeout, (int)PatienceToConnect.TotalSeconds);
        _text = settings.ConnectionString;
    }

    public PostgresStore Store { get; }

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
        catch (Exception fault)
        {
            await connection.DisposeAsync();
            throw PostgresFaults.Away(fault, Store);
        }
    }

    /// <summary>Closes what is idle, and what is in use once it is given back: what comes next connects anew, perhaps elsewhere.</summary>
    public void Clear()
    {
        using var connection = new NpgsqlConnection(_text);
        NpgsqlConnection.ClearPool(connection);
    }
}
