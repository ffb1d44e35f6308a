using System.Diagnostics;
using System.Reflection;
using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>
/// The way from each version of the schema to the next: the files in Migrations, in order of their numbers. A step that was
/// released is never changed. One process at a time runs steps, so that any number may migrate at once.
/// <para>
/// A step runs in a transaction of its own, and waits for no lock longer than half a second: whoever asks for the table behind
/// it would wait as long. It is tried again until what reads the table has ended. A step whose file is named "concurrently"
/// makes indexes while others write: its statements, each ended by a line, run outside of a transaction and can be run again.
/// </para>
/// </summary>
internal static class PostgresMigrations
{
    private const string Concurrently = ".concurrently";
    private const int LockLimitMs = 500;

    private static readonly TimeSpan PauseForLock = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseForTable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    private static readonly string[] Steps = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(
        static name => char.IsAsciiDigit(name[0])).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program uses.</summary>
    public static int Version => Steps.Length;

    /// <inheritdoc cref="PostgresDatabase.MigrateAsync"/>
    /// <param name="upTo">The version to stop at.</param>
    public static async Task<MigrationReport> MigrateAsync(PostgresStore store, int upTo, CancellationToken cancellation)
    {
        await using var connection = await ServerCheck.OpenAsync(store, cancellation);
        try
        {
            await connection.RunAsync($"SET search_path = \"{store.ServiceId}\"; SET client_min_messages = warning", cancellation);
            List<string> run = [];
            var from = await FoundAsync(connection, store, cancellation);
            if (from < upTo)
            {
                await LockAsync(connection, AdvisoryLocks.Migration(store), cancellation);
            }

            for (var version = await FoundAsync(connection, store, cancellation); version < upTo; version++)
            {
                await RunAsync(connection, store, version, isNew: from == 0, cancellation);
                run.Add(Steps[version]);
            }

            return new MigrationReport(store.ServiceId, from, Math.Max(upTo, from), run);
        }
        catch (PostgresException fault)
        {
            throw ServerCheck.Unfit(fault, store) ?? PostgresFaults.Away(fault, store);
        }
        catch (NpgsqlException fault)
        {
            throw PostgresFaults.Away(fault, store);
        }
    }

    /// <summary>The version of the schema; 0 when there is none.</summary>
    /// <exception cref="StoreUnfitException">It is newer than this program.</exception>
    public static async Task<int> FoundAsync(NpgsqlConnection connection, PostgresStore store, CancellationToken cancellation)
    {
        // Asked of the catalogue's tables: to_regclass may answer from a cache that is older than the lock.
        if (!await connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = '{store.ServiceId}' AND tablename = 'schema_version')", cancellation))
        {
            return 0;
        }

        var found = await connection.ScalarAsync<int>(
            $"SELECT coalesce(max(version), 0) FROM \"{store.ServiceId}\".schema_version", cancellation);
        return found <= Version
            ? found
            : throw new StoreUnfitException(
                $"The schema {store.ServiceId} in PostgreSQL {store.Place} has version {found}; this program knows up to {Version}. Run the newer program, or restore a backup from before the upgrade.");
    }

    // Asked for again and again: who waits for it inside of a statement would keep an index from being made concurrently.
    // The connection's end gives it back.
    private static async Task LockAsync(NpgsqlConnection connection, long number, CancellationToken cancellation)
    {
        while (!await connection.ScalarAsync<bool>($"SELECT pg_try_advisory_lock({number})", cancellation))
        {
            await Task.Delay(PauseForLock, cancellation);
        }
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, PostgresStore store, int version, bool isNew, CancellationToken cancellation)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Steps[version])!);
        var step = await text.ReadToEndAsync(cancellation);
        var record = $"INSERT INTO schema_version (version, step) VALUES ({version + 1}, '{Steps[version]}')";
        if (isNew)
        {
            // Nobody uses it yet.
            step = step.Replace("CONCURRENTLY ", "", StringComparison.Ordinal);
        }
        else if (Steps[version].EndsWith(Concurrently, StringComparison.Ordinal))
        {
            // Of two in one database each might wait for the other's end.
            await LockAsync(connection, AdvisoryLocks.Indexes, cancellation);
            foreach (var statement in step.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                await connection.RunAsync(statement, cancellation);
            }

            await connection.RunAsync(record, cancellation);
            await connection.RunAsync($"SELECT pg_advisory_unlock({AdvisoryLocks.Indexes})", cancellation);
            return;
        }

        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            try
            {
                await connection.RunAsync($"SET LOCAL lock_timeout = '{LockLimitMs}ms'", cancellation);
                if (version == 0)
                {
                    await MakeSchemaAsync(connection, store, cancellation);
                }

                await connection.RunAsync(step, cancellation);
                await connection.RunAsync(record, cancellation);
                await transaction.CommitAsync(cancellation);
                return;
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable && Stopwatch.GetElapsedTime(begun) < MaxWait)
            {
                await transaction.RollbackAsync(cancellation);
                await Task.Delay(PauseForTable, cancellation);
            }
        }
    }

    private static async Task MakeSchemaAsync(NpgsqlConnection connection, PostgresStore store, CancellationToken cancellation)
    {
        if (!await connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{store.ServiceId}')", cancellation))
        {
            await connection.RunAsync($"CREATE SCHEMA \"{store.ServiceId}\"", cancellation);
        }

        await connection.RunAsync(
            "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, step text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
            cancellation);
    }
}
