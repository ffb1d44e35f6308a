using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres;

/// <summary>States in one schema of a PostgreSQL database, shared by all silos of a cluster.</summary>
internal sealed class PostgresStateStore : IStateStore
{
    /// <summary>How many flushers write fastest, as measured.</summary>
    public const int BestFlushers = 2;

    private readonly PostgresPool _pool;
    private readonly PostgresWriter _writer;
    private readonly PostgresReader _reader;

    private PostgresStateStore(PostgresPool pool)
    {
        _pool = pool;
        _writer = new PostgresWriter(pool);
        _reader = new PostgresReader(pool);
    }

    /// <summary>Opens the store, and brings its schema to this program's version if need be.</summary>
    /// <exception cref="StoreUnfitException">It cannot be used so, for good.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    public static async Task<PostgresStateStore> OpenAsync(PostgresStore store, ILogger logger)
    {
        await ServerCheck.CheckAsync(store, CancellationToken.None);
        var report = await PostgresMigrations.MigrateAsync(store, PostgresMigrations.Version, CancellationToken.None);
        logger.OpenedPostgres(store, report.ToVersion);
        return new PostgresStateStore(new PostgresPool(store));
    }

    public async ValueTask<StoredState?> ReadAsync(StateKey key) => (await _reader.ReadAsync([key]))[0];

    public Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch) => _writer.WriteAsync(batch);

    public async ValueTask<long> CountAsync(string grainType) => await _reader.CountAsync(grainType);

    /// <summary>Closes the connections. Reads and writes must have ended.</summary>
    public ValueTask DisposeAsync()
    {
        _pool.Clear();
        return ValueTask.CompletedTask;
    }
}
