using Microsoft.Data.Sqlite;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>Opens connections to one database file. Pools are ours, so that what is open is known.</summary>
internal static class SqliteDatabase
{
    /// <summary>The oldest SQLite that is sound (CVE-2025-6965).</summary>
    private static readonly Version MinVersion = new(3, 50, 2);

    /// <summary>The version of the SQLite library.</summary>
    /// <exception cref="StoreUnfitException">It is too old.</exception>
    public static Version CheckLibrary()
    {
        using var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        return CheckLibrary(Version.Parse(connection.Scalar<string>("SELECT sqlite_version()")!));
    }

    internal static Version CheckLibrary(Version found) => found >= MinVersion
        ? found
        : throw new StoreUnfitException(
            $"The SQLite library is version {found}; {MinVersion} or newer is needed (CVE-2025-6965). Update SQLitePCLRaw.");

    public static SqliteConnection Open(string path, bool mayCreate = false, bool onlyReads = false)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mayCreate ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();

            // FULL: a commit is on the disk before it is acknowledged.
            connection.Run("PRAGMA synchronous = FULL");
            // What is removed or replaced is overwritten, so that it cannot be read from the file: an erased customer leaves nothing
            // behind. The one that writes has 64 MB of pages at hand: customers come at random, and each page it lacks is a call of the
            // system.
            connection.Run(
                onlyReads
                    ? "PRAGMA query_only = ON; PRAGMA cache_size = -8192"
                    : "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536; PRAGMA secure_delete = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static T? Scalar<T>(this SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return (T?)command.ExecuteScalar();
    }

    /// <summary>Prepares a statement, to be run many times.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">The names of its parameters, in the order in which they are set.</param>
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new SqliteCommand(sql, connection);
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }

    /// <summary>Sets the parameters of a statement, in their order.</summary>
    public static void Set(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    /// <summary>Runs a statement with parameters, in their order.</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Run(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Set(values);
        return command.ExecuteNonQuery();
    }
}
