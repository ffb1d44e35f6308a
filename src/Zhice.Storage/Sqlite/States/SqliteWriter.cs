using Microsoft.Data.Sqlite;
using Zhice.Storage.Erasures;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.States;

/// <summary>The one connection that writes. Used by one thread at a time.</summary>
internal sealed class SqliteWriter(string path, DatabaseFiles files, ErasedIds erased) : IDisposable
{
    private SqliteWriteSession? _session;

    /// <inheritdoc cref="IStateStore.WriteAsync"/>
    public WriteOutcome[] Write(IReadOnlyList<StateWrite> batch)
    {
        files.Check();
        WriteOutcome[] outcomes;
        try
        {
            _session ??= new SqliteWriteSession(SqliteDatabase.Open(path), erased);
            _session.Begin();
            outcomes = _session.Run(batch);
        }
        catch (Exception fault)
        {
            // Closing rolls back, and what comes next starts from a connection that no error has touched.
            Dispose();
            if (fault is SqliteException of)
            {
                throw SqliteFaults.Meaning(of, path);
            }

            throw;
        }

        try
        {
            _session.Commit();
        }
        catch (SqliteException fault)
        {
            Dispose();
            throw SqliteFaults.MeaningAtCommit(fault, path);
        }

        // Files that were taken away meanwhile took the transaction with them.
        files.Check();
        return outcomes;
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }
}
