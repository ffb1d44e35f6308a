using Npgsql;
using Zhice.Postgres;

namespace Zhice.Storage.Postgres.Connections;

/// <summary>The connections of the store, a pool for each kind of work: what is slow in one takes none of another's.</summary>
internal sealed class PostgresPools
{
    // How much sooner than a transaction's waiters the server gives a statement up; so a slow database makes queues fill and refuse.
    private const double OfPatience = 0.875;

    // How long a stream may say nothing: its first row may take a while, and a server that is gone says nothing for good.
    private static readonly TimeSpan PatienceWithStream = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan PatienceToConnect = TimeSpan.FromSeconds(5);

    // A stream may wait for another to end.
    private static readonly TimeSpan PatienceForStream = TimeSpan.FromSeconds(30);

    private readonly PostgresPool[] _all;
    private int _faults;

    public PostgresPools(PostgresStore store)
    {
        Store = store;
        var limit = store.Connections;
        Commits = CreatePool("commits", limit.Commits, isStream: false);
        Reads = CreatePool("reads", limit.Reads, isStream: false);
        Queues = CreatePool("queues", limit.Queues, isStream: false);
        Bulk = CreatePool("bulk", limit.Bulk, isStream: false);
        Streams = CreatePool("streams", limit.Streams, isStream: true);
        _all = [Commits, Reads, Queues, Bulk, Streams];
    }

    public PostgresStore Store { get; }

    /// <summary>Commits of states.</summary>
    public PostgresPool Commits { get; }

    /// <summary>Reads of a few rows.</summary>
    public PostgresPool Reads { get; }

    /// <summary>The outbox, timers, stock, evaluations.</summary>
    public PostgresPool Queues { get; }

    /// <summary>Rows by the thousand.</summary>
    public PostgresPool Bulk { get; }

    /// <summary>Reading rows by the ten thousand, in the order in which they lie on the disk; nothing is written by them.</summary>
    public PostgresPool Streams { get; }

    /// <summary>How often a connection was lost, or said nothing for too long.</summary>
    public int Faults => Volatile.Read(ref _faults);

    /// <summary>Closes what is idle, and what is in use once it is given back: what comes next connects anew, perhaps elsewhere.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _faults);
        foreach (var pool in _all)
        {
            pool.Close();
        }
    }

    private PostgresPool CreatePool(string kind, int maximum, bool isStream)
    {
        var settings = new NpgsqlConnectionStringBuilder(Store.SchemaConnectionString)
        {
            // Statements are few, and prepared once they are seen twice.
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,

            // Nothing of a session is changed, so that there is nothing to reset.
            NoResetOnClose = true,
            CommandTimeout = isStream ? (int)PatienceWithStream.TotalSeconds : 0,
            Enlist = false,
            LogParameters = false,
            IncludeErrorDetail = false,
            MinPoolSize = 0,
            MaxPoolSize = maximum,

            // Who waits for an answer from a server that is gone is told so by the network.
            TcpKeepAlive = true,
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
        };
        settings.ApplicationName = $"{settings.ApplicationName} {kind}";
        settings.Timeout = isStream ? (int)PatienceForStream.TotalSeconds : Math.Min(settings.Timeout, (int)PatienceToConnect.TotalSeconds);

        // Whatever the statistics say of a table that has just been filled, a key is looked up by its index.
        var options = $"{settings.Options} -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off".TrimStart();

        // An index that is gone through in order is told which of its entries are dead, and passes over them from then on; one that
        // is read for a bitmap, or to be sorted, is not, and a queue of rows that come and go is read from its beginning each time.
        settings.Options = isStream
            ? options
            : $"{options} -c enable_bitmapscan=off -c enable_sort=off -c statement_timeout={(int)(Store.Patience.TotalMilliseconds * OfPatience)} -c client_min_messages=warning";
        return new(this, kind, maximum, settings.ConnectionString);
    }
}
