using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
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
using Zhice.Storage.Retention;
using Zhice.Storage.Sqlite.Answers;
using Zhice.Storage.Sqlite.Audit;
using Zhice.Storage.Sqlite.Bulk;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.Sqlite.Consents;
using Zhice.Storage.Sqlite.Decisions;
using Zhice.Storage.Sqlite.Erasures;
using Zhice.Storage.Sqlite.Evaluations;
using Zhice.Storage.Sqlite.Facts;
using Zhice.Storage.Sqlite.Journeys;
using Zhice.Storage.Sqlite.Migrations;
using Zhice.Storage.Sqlite.Outbox;
using Zhice.Storage.Sqlite.Retention;
using Zhice.Storage.Sqlite.States;
using Zhice.Storage.Sqlite.Stock;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage.Sqlite;

/// <summary>States in one SQLite file, zhice.db, in a folder that is this process's alone.</summary>
internal sealed class SqliteBackend : IBackend
{
    private const int ReadsBesideStates = 4;

    private readonly DataFolderLock _folder;
    private readonly SqliteConnection _anchor;
    private readonly WriterThread _thread;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteReadPool<SqliteSession> _reads;
    private readonly SqliteDecisions _decisions;
    private readonly SqliteOutbox _outbox;
    private readonly SqliteStock _stock;
    private readonly SqliteJourneys _journeys;
    private readonly SqliteEvaluations _evaluations;
    private readonly SqliteConsents _consents;
    private readonly SqliteAnswers _answers;
    private readonly SqliteAudit _audit;
    private readonly SqliteFacts _facts;
    private readonly SqliteRetention _retention;
    private readonly SqliteTurns<SqliteSession> _otherTurns;
    private int _closed;

    private SqliteBackend(DataFolderLock folder, SqliteConnection anchor, string path)
    {
        _folder = folder;
        _anchor = anchor;
        var files = DatabaseFiles.AsOpened(path);
        _thread = new WriterThread("zhice storage");
        var erased = ReadErased(anchor);
        _writer = new SqliteWriter(path, files, erased);
        _readers = new SqliteReaders(path, files, Math.Clamp(Environment.ProcessorCount, 2, 8));
        _reads = new SqliteReadPool<SqliteSession>(path, files, ReadsBesideStates, static connection => new(connection));
        _decisions = new SqliteDecisions(Path.GetDirectoryName(path)!, erased);
        _outbox = new SqliteOutbox(path, files, _thread);
        _stock = new SqliteStock(path, files, _thread, _reads);
        _journeys = new SqliteJourneys(_reads);
        _evaluations = new SqliteEvaluations(path, files, _thread, _reads);
        _consents = new SqliteConsents(_reads);
        _answers = new SqliteAnswers(_reads);
        _audit = new SqliteAudit(path, files, _thread, _reads);
        _facts = new SqliteFacts(path, files, _thread, _reads, erased);
        _retention = new SqliteRetention(path, files, _thread);
        _otherTurns = new(path, files, _thread, static connection => new(connection));
        Bulk = new SqliteBulk(path, WriteAsync, _otherTurns);
        Erasures = new SqliteErasures(_otherTurns, _reads, _decisions, erased);
    }

    /// <summary>Opens the store of a folder, and makes it if need be.</summary>
    /// <exception cref="DataFolderInUseException">Another process has the folder.</exception>
    /// <exception cref="StoreUnfitException">The schema is newer than this program, or the SQLite library too old.</exception>
    /// <exception cref="StoreUnavailableException">The disk does not serve.</exception>
    public static SqliteBackend Open(string folder, ILogger logger)
    {
        var version = SqliteDatabase.CheckLibrary();
        var path = Path.Combine(Path.GetFullPath(folder), "zhice.db");
        var held = DataFolderLock.Take(Path.GetFullPath(folder));
        SqliteConnection? anchor = null;
        try
        {
            // The anchor stays open: SQLite removes the log with its last connection, and here the log must stay the same.
            anchor = SqliteDatabase.Open(path, mayCreate: true);
            SqliteMigrations.Migrate(anchor);
            anchor.Scalar<long>("SELECT highest_version FROM cleared");
            logger.Opened(path, version.ToString());
            return new SqliteBackend(held, anchor, path);
        }
        catch (Exception fault)
        {
            anchor?.Dispose();
            held.Dispose();
            if (fault is SqliteException of)
            {
                throw SqliteFaults.Meaning(of, path);
            }

            throw;
        }
    }

    public IBulkStore Bulk { get; }

    public IDecisionStore Decisions => _decisions;

    public IOutboxStore Outbox => _outbox;

    public IStockStore Stock => _stock;

    public IJourneyStore Journeys => _journeys;

    public IEvaluationStore Evaluations => _evaluations;

    public IConsentStore Consents => _consents;

    public IAnswerStore Answers => _answers;

    public IFactStore Facts => _facts;

    public IAuditStore Audit => _audit;

    public IErasureStore Erasures { get; }

    public IRetentionStore Retention => _retention;

    public async ValueTask<StoredState?> ReadAsync(StateKey key) => await _readers.ReadAsync(key);

    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        try
        {
            return await _thread.RunAsync(() => _writer.Write(batch));
        }
        finally
        {
            _outbox.Expect(batch);
        }
    }

    public async ValueTask<long> CountAsync(string grainType) => await _readers.CountAsync(grainType);

    /// <summary>Closes the files. Reads and writes must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _outbox.CloseAsync();
        await _thread.RunAsync(() =>
        {
            _writer.Dispose();
            _outbox.DisposeTurns();
            _stock.Dispose();
            _evaluations.Dispose();
            _audit.Dispose();
            _facts.Dispose();
            _retention.Dispose();
            _otherTurns.Dispose();
            return true;
        });
        _thread.Dispose();
        _outbox.Dispose();
        _readers.Dispose();
        _reads.Dispose();
        _decisions.Dispose();
        _anchor.Dispose();
        _folder.Dispose();
    }

    private static ErasedIds ReadErased(SqliteConnection connection)
    {
        using var session = new SqliteSession(SqliteDatabase.Open(connection.DataSource, onlyReads: true));
        return new(
            session.Read("SELECT salt FROM erasure_salt", static row => row.GetFieldValue<byte[]>(0))[0],
            session.Read("SELECT id_hash FROM erasure_tombstone", static row => row.GetFieldValue<byte[]>(0)));
    }
}
