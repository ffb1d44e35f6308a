using System.Reflection;
using Npgsql;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres;

/// <summary>
/// The way from each version of the schema to the next: the files in Migrations, in order of their numbers. A step that was
/// released is never changed. Each runs in a transaction of its own that holds the schema's lock, so that any number of
/// processes may migrate at once.
/// </summary>
internal static class PostgresMigrations
{
    private static readonly string[] Steps = [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(static name => char.IsAsciiDigit(name[0])).Order(StringComparer.Ordinal)];

    /// <summary>The version that this program uses.</summary>
    public static int Version => Steps.Length;

    /// <inheritdoc cref="ZhiceStorage.MigratePostgresAsync"/>
    /// <param name="upTo">The version to stop at.</param>
    public static async Task<MigrationReport> MigrateAsync(PostgresStore store, int upTo, CancellationToken cancellation)
    {
        await using var connection = await ServerCheck.OpenAsync(store, cancellation);
        try
        {
            await connection.RunAsync($"SET search_path = \"{store.ServiceId}\"; SET client_min_messages = warning", cancellation);
            List<string> run = [];
            var from = await FoundAsync(connection, store, cancellation);
            for (var version = from; version < upTo; version++)
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                await connection.RunAsync($"SELECT pg_advisory_xact_lock({AdvisoryLocks.Migration(store)})", cancellation);
                version = await FoundAsync(connection, store, cancellation);
                if (version >= upTo)
                {
                    break;
                }

                await RunAsync(connection, store, version, cancellation);
                await transaction.CommitAsync(cancellation);
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
        if (!await connection.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = '{store.ServiceId}' AND tablename = 'schema_version')", cancellation))
        {
            return 0;
        }

        var found = await connection.ScalarAsync<int>($"SELECT coalesce(max(version), 0) FROM \"{store.ServiceId}\".schema_version", cancellation);
        return found <= Version
            ? found
            : throw new StoreUnfitException(
                $"The schema {store.ServiceId} in PostgreSQL {store.Place} has version {found}; this program knows up to {Version}. Run the newer program, or restore a backup from before the upgrade.");
    }

    private static async Task RunAsync(NpgsqlConnection connection, PostgresStore store, int version, CancellationToken cancellation)
    {
        if (!await connection.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{store.ServiceId}')", cancellation))
        {
            await connection.RunAsync($"CREATE SCHEMA \"{store.ServiceId}\"", cancellation);
        }

        if (version == 0)
        {
            await connection.RunAsync(
                "CREATE TABLE IF NOT EXISTS schema_version (version integer PRIMARY KEY, step text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
                cancellation);
        }

        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Steps[version])!);
        await connection.RunAsync(await text.ReadToEndAsync(cancellation), cancellation);
        await connection.RunAsync($"INSERT INTO schema_version (version, step) VALUES ({version + 1}, '{Steps[version]}')", cancellation);
    }
}
