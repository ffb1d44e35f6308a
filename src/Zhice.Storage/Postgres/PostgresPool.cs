using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Postgres;

/// <summary>The connections of the store, which Npgsql keeps open between uses.</summary>
internal sealed class PostgresPool
{
    // How long a statement may take before it is called off; so a slow database makes queues fill and refuse, and a deaf
    // one is told of before callers, who wait 10 s, give up by themselves.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    // How long a stream may say nothing: its first row may take a while, and a server that is gone says nothing for good.
    private static readonly TimeSpan PatienceWithStream = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PatienceToConnect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PatienceToCallOff = TimeSpan.FromSeconds(1);

    private readonly string _text;
    private readonly string _streamText;

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
            CommandTimeout = (int)PatienceWithStream.TotalSeconds,
            CancellationTimeout = (int)PatienceToCallOff.TotalMilliseconds,
            Enlist = false,
            LogParameters = false,
            IncludeErrorDetail = false,
        };

        // Whatever the statistics say of a table that has just been filled, a key is looked up by its index.
        var options = $"{settings.Options} -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off".TrimStart();
        settings.Timeout = Math.Min(settings.Timeout, (int)PatienceToConnect.TotalSeconds);
        settings.Options = options;
        _streamText = settings.ConnectionString;

        // An index that is gone through in order is told which of its entries are dead, and passes over them from then on; one that
        // is read for a bitmap is not, and a queue of rows that come and go is read from its beginning each time.
        settings.Options = $"{options} -c enable_bitmapscan=off";
        settings.CommandTimeout = (int)Patience.TotalSeconds;
        _text = settings.ConnectionString;
    }

    public PostgresStore Store { get; }

    /// <summary>An open connection.</summary>
    /// <exception cref="StoreUnavailableException">There is none to be had.</exception>
    public Task<NpgsqlConnection> OpenAsync() => OpenAsync(_text);

    /// <summary>An open connection for reading rows by the ten thousand, in the order in which they lie on the disk.</summary>
    /// <exception cref="StoreUnavailableException">There is none to be had.</exception>
    public Task<NpgsqlConnection> OpenForStreamAsync() => OpenAsync(_streamText);

    /// <summary>Closes what is idle, and what is in use once it is given back: what comes next connects anew, perhaps elsewhere.</summary>
    public void Clear()
    {
        foreach (var text in (ReadOnlySpan<string>)[_text, _streamText])
        {
            using var connection = new NpgsqlConnection(text);
            NpgsqlConnection.ClearPool(connection);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(string text)
    {
        var connection = new NpgsqlConnection(text);
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
}
