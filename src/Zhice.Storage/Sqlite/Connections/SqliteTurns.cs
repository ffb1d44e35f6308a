using Microsoft.Data.Sqlite;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>Transactions beside the states' own, each in its turn with them on the thread that writes.</summary>
internal sealed class SqliteTurns<T>(string path, DatabaseFiles files, WriterThread thread, Func<SqliteConnection, T> start) : IDisposable
    where T : SqliteSession
{
    private T? _session;

    /// <summary>Does the work in a transaction.</summary>
    public Task<TResult> RunAsync<TResult>(Func<T, TResult> work) => thread.RunAsync(() =>
    {
        files.Check();
        try
        {
            _session ??= start(SqliteDatabase.Open(path));
            _session.Begin();
            var done = work(_session);
            _session.Commit();
            files.Check();
            return done;
        }
        catch (Exception fault)
        {
            // Closing rolls back, and what comes next starts from a connection that no error has touched.
            Dispose();
            throw fault is SqliteException of ? SqliteFaults.Meaning(of, path) : fault;
        }
    });

    /// <summary>Writes the log back into the database and cuts it to nothing, unless a read goes on: then the next does.</summary>
    public Task CutLogAsync() => thread.RunAsync(() =>
    {
        _session ??= start(SqliteDatabase.Open(path));
        return _session.Read("PRAGMA wal_checkpoint(TRUNCATE)", static row => row.GetInt32(0)).Count;
    });

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }
}
