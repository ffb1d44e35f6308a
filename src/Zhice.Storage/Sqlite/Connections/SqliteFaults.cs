using Microsoft.Data.Sqlite;
using Zhice.Domain.Faults;
using static SQLitePCL.raw;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>What an error of SQLite means to a caller.</summary>
internal static class SqliteFaults
{
    /// <summary>The error of anything but a commit: nothing was kept.</summary>
    public static Exception Meaning(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SQLITE_FULL => Unavailable($"The disk of {path} is full; writes succeed again once it has room.", fault),
        SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH => Unavailable($"{path} may not be written to.", fault),
        SQLITE_CORRUPT or SQLITE_NOTADB => Unavailable($"{path} is damaged; restore it from a backup.", fault),
        SQLITE_BUSY or SQLITE_LOCKED => Unavailable($"{path} is locked by another program.", fault),
        SQLITE_IOERR or SQLITE_CANTOPEN or SQLITE_PROTOCOL or SQLITE_NOMEM or SQLITE_INTERRUPT or SQLITE_NOLFS =>
            Unavailable($"{path} cannot be read or written: {fault.Message}", fault),
        _ => fault,
    };

    /// <summary>The error of a commit. Only some say that nothing was kept.</summary>
    public static Exception MeaningAtCommit(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SQLITE_FULL or SQLITE_BUSY or SQLITE_READONLY or SQLITE_CONSTRAINT => Meaning(fault, path),
        _ => new OutcomeUnknownException($"The commit to {path} failed: {fault.Message}", fault),
    };

    private static StoreUnavailableException Unavailable(string sentence, SqliteException fault) => new(sentence, fault);
}
