using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Answers;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;
using Zhice.Storage.Bulk;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Facts;
using Zhice.Storage.Journeys;
using Zhice.Storage.Outbox;
using Zhice.Storage.Postgres.Answers;
using Zhice.Storage.Postgres.Audit;
using Zhice.Storage.Postgres.Bulk;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Consents;
using Zhice.Storage.Postgres.Decisions;
using Zhice.Storage.Postgres.Erasures;
using Zhice.Storage.Postgres.Evaluations;
using Zhice.Storage.Postgres.Facts;
using Zhice.Storage.Postgres.Journeys;
using Zhice.Storage.Postgres.Outbox;
using Zhice.Storage.Postgres.Retention;
using Zhice.Storage.Postgres.States;
using Zhice.Storage.Postgres.Stock;
using Zhice.Storage.Reads;
using Zhice.Storage.Retention;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Postgres;

/// <summary>States in one schema of a PostgreSQL database, shared by all silos of a cluster.</summary>
internal sealed class PostgresBackend : IBackend
{
    /// <summary>How many flushers write fastest, as measured.</summary>
    public const int BestFlushers = 4;

    // As measured: two keep a small server busy, and leave it to the writers.
    private const int Readers = 2;
    private const int WaitingReads = 20_000;

    private readonly PostgresPools _pools;
    private readonly PostgresRetention _retention;
    private readonly PostgresWriter _writer;
    private readonly PostgresReader _reader;
    private readonly PostgresOutbox _outbox;
    private readonly BulkReads _reads;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    private PostgresBackend(PostgresPools pools, StoreClock? clock, ILogger logger)
    {
        _pools = pools;
        _retention = new PostgresRetention(pools.Store);
        var groups = new PostgresFactGroups();
        _writer = new PostgresWriter(pools.Commits, _retention, groups);
        Facts = new PostgresFacts(pools, _retention, groups);
        _reader = new PostgresReader(pools);
        Bulk = new PostgresBulk(pools, _reader);
        Decisions = new PostgresDecisions(pools, _retention);
        _outbox = new PostgresOutbox(pools.Queues);
        Stock = new PostgresStock(pools.Queues);
        Journeys = new PostgresJourneys(pools.Queues);
        Evaluations = new PostgresEvaluations(pools.Queues);
        Consents = new PostgresConsents(pools.Reads);
        Audit = new PostgresAudit(pools.Queues);
        Answers = new PostgresAnswers(pools.Reads);
        Erasures = new PostgresErasures(pools);
        _reads = new BulkReads(_reader.ReadAsync, Readers, WaitingReads);
        _watching = clock is null ? Task.CompletedTask : Task.Run(() => clock.WatchAsync(new(pools.Reads), logger, _end.Token));
    }

    /// <summary>Opens the store, and brings its schema to this program's version if need be.</summary>
    /// <exception cref="StoreUnfitException">It cannot be used so, for good.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    /// <param name="store">Where.</param>
    /// <param name="logger">Where what happens is told.</param>
    /// <param name="clock">A clock that is to go by the database's; null for none.</param>
    public static async Task<PostgresBackend> OpenAsync(PostgresStore store, ILogger logger, StoreClock? clock = null)
    {
        await ServerCheck.CheckAsync(store, CancellationToken.None);
        var report = await PostgresMigrations.MigrateAsync(store, PostgresMigrations.Version, CancellationToken.None);
        logger.OpenedPostgres(store, report.ToVersion);
        var pools = new PostgresPools(store);
        if (clock is not null && await clock.AskAsync(new(pools.Reads)) is { } by && by.Duration() > StoreClock.Worth)
        {
            logger.ClockSet(by.TotalSeconds);
        }

        var opened = new PostgresBackend(pools, clock, logger);
        try
        {
            await opened._retention.PrepareAsync();
        }
        catch (StoreUnavailableException fault)
        {
            // There are some for weeks to come: it is tried again each hour.
            logger.NotPrepared(fault);
        }

        return opened;
    }

    public IBulkStore Bulk { get; }

    public IDecisionStore Decisions { get; }

    public IOutboxStore Outbox => _outbox;

    public IStockStore Stock { get; }

    public IJourneyStore Journeys { get; }

    public IEvaluationStore Evaluations { get; }

    public IConsentStore Consents { get; }

    public IAnswerStore Answers { get; }

    public IFactStore Facts { get; }

    public IAuditStore Audit { get; }

    public IErasureStore Erasures { get; }

    public IRetentionStore Retention => _retention;

    public async ValueTask<StoredState?> ReadAsync(StateKey key) => await _reads.ReadAsync(key);

    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        try
        {
            return await _writer.WriteAsync(batch);
        }
        finally
        {
            _outbox.Expect(batch);
        }
    }

    public async ValueTask<long> CountAsync(string grainType) => await _reader.CountAsync(grainType);

    /// <summary>Closes the connections, once the reads that wait are answered. Writes must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
        }

        await _watching;
        await _outbox.CloseAsync();
        _end.Dispose();
        await _reads.DisposeAsync();
        _pools.Clear();
    }
}
