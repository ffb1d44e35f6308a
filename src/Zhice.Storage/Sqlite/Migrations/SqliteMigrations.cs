using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Faults;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Migrations;

/// <summary>
/// The way from each version of the tables to the next: the files beside this one, in order of their numbers. A step that was
/// released is never changed.
/// <para>
/// grain_state has a rowid: states are around a kilobyte, and such rows fill a rowid table's pages where they would spill
/// from an index's (https://sqlite.org/withoutrowid.html). Its unique key is in the order bucket by bucket, so that a
/// bucket is one range, and holds no version: updating a state touches one page, and counting reads no states.
/// </para>
/// </summary>
internal static class SqliteMigrations
{
    /// <summary>The names of the steps, in their order.</summary>
    public static readonly string[] Steps =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(
            static name => char.IsAsciiDigit(name[0])).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a database to <see cref="Version"/>, in one transaction.</summary>
    /// <exception cref="StoreUnfitException">It is newer.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var found = VersionIn(connection);
        if (found > Version)
        {
            throw new StoreUnfitException(
                $"{connection.DataSource} has schema version {found}; this program knows up to {Version}. Run the newer program, or restore a backup from before the upgrade.");
        }

        if (connection.Scalar<string>("PRAGMA journal_mode = WAL") is var mode && mode != "wal")
        {
            throw new StoreUnfitException(
                $"The file system of {connection.DataSource} allows no write-ahead log (journal mode {mode}); use a local disk.");
        }

        if (found == Version)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        for (var version = found; version < Version; version++)
        {
            Run(Text(Steps[version]));
        }

        Run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT; DELETE FROM schema_version;");
        Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_version VALUES ({Version})"));
        transaction.Commit();

        void Run(string sql)
        {
            using var command = new SqliteCommand(sql, connection, transaction);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The statements of a step.</summary>
    public static string Text(string step)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(step)!);
        return text.ReadToEnd();
    }

    private static long VersionIn(SqliteConnection connection) =>
        connection.Scalar<object>("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'") is null
            ? 0
            : connection.Scalar<long>("SELECT max(version) FROM schema_version");
}
