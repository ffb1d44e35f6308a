using System.Security.Authentication;
using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>Connects to look at the server, outside of the store's pool, and finds what would stop a silo.</summary>
internal static class ServerCheck
{
    /// <summary>The oldest server: the first with unique keys in which nulls are equal, which Orleans' table needs.</summary>
    private const int MinVersion = 15;

    /// <summary>Connects.</summary>
    /// <exception cref="StoreUnfitException">The server will never serve so.</exception>
    /// <exception cref="Zhice.Domain.Faults.StoreUnavailableException">It does not serve now.</exception>
    public static async Task<NpgsqlConnection> OpenAsync(PostgresStore store, CancellationToken cancellation)
    {
        // A migration may wait for another, and its steps take as long as the tables are large.
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(store.SchemaConnectionString) { Pooling = false, CommandTimeout = 0, Enlist = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            if (connection.PostgreSqlVersion.Major < MinVersion)
            {
                throw new StoreUnfitException(
                    $"PostgreSQL {store.Place} has version {connection.PostgreSqlVersion}; {MinVersion} or newer is needed (unique keys in which nulls are equal).");
            }

            // A pooler tells a process of its own; behind it statements of one connection may come to many.
            if (await connection.ScalarAsync<int>("SELECT pg_backend_pid()", cancellation) != connection.ProcessID)
            {
                throw BehindPooler(store);
            }

            return connection;
        }
        catch (Exception fault) when (fault is not (StoreUnfitException or OperationCanceledException))
        {
            await connection.DisposeAsync();
            throw Unfit(fault, store) ?? PostgresFaults.Away(fault, store);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="PostgresDatabase.CheckAsync"/>
    public static async Task CheckAsync(PostgresStore store, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(store, cancellation);
        try
        {
            if (await PostgresMigrations.FoundAsync(connection, store, cancellation) == 0
                && !await connection.ScalarAsync<bool>(
                    $"SELECT has_database_privilege(current_database(), 'CREATE') OR coalesce(has_schema_privilege(to_regnamespace('\"{store.ServiceId}\"'), 'CREATE'), false)",
                    cancellation))
            {
                throw MayNotCreate(store);
            }

            await ClusterIdentity.CheckAsync(connection, store, cancellation);
            if (await connection.ScalarAsync<string>("SHOW synchronous_commit", cancellation) == "off")
            {
                throw new StoreUnfitException(
                    $"PostgreSQL {store.Place} has synchronous_commit = off, so that writes would be acknowledged and then lost; set it to on, for the database or the user.");
            }
        }
        catch (NpgsqlException fault)
        {
            throw Unfit(fault, store) ?? PostgresFaults.Away(fault, store);
        }
    }

    /// <summary>What is wrong for good, in a sentence; null when it may pass.</summary>
    public static StoreUnfitException? Unfit(Exception fault, PostgresStore store) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } =>
            new($"PostgreSQL {store.Place} refuses the password of the user {store.Settings.Username}; correct Username and Password in the connection string.", fault),
        PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } of =>
            new($"PostgreSQL {store.Place} refuses the user {store.Settings.Username} ({of.MessageText}); correct Username, or pg_hba.conf on the server.", fault),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            new($"PostgreSQL on {store.Settings.Host}:{store.Settings.Port} has no database {store.Settings.Database}; correct Database, or make it with CREATE DATABASE.", fault),
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } of when of.MessageText.Contains(
            "startup parameter", StringComparison.Ordinal) =>
            BehindPooler(store, of),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => MayNotCreate(store, fault),
        NpgsqlException { InnerException: AuthenticationException of } =>
            new(
                $"No TLS with PostgreSQL {store.Place}: {of.Message} Correct SSL Mode and Root Certificate in the connection string.",
                fault),
        NpgsqlException { InnerException: null } and not PostgresException when store.Settings.Password is null
            && store.Settings.Passfile is null =>
            new($"PostgreSQL {store.Place} asks for a password of the user {store.Settings.Username}; add Password to the connection string.", fault),
        ArgumentException or NotSupportedException or InvalidOperationException =>
            new($"The connection string of PostgreSQL cannot be used: {fault.Message}", fault),
        _ => null,
    };

    private static StoreUnfitException BehindPooler(PostgresStore store, Exception? fault = null) => new(
        $"A connection pooler such as PgBouncer stands before PostgreSQL {store.Place}; prepared statements and settings of a connection get lost behind it. "
        + "Connect to the server itself: each silo keeps its own connections, as many as Zhice:Connections says.", fault);

    private static StoreUnfitException MayNotCreate(PostgresStore store, Exception? fault = null) => new(
        $"The user {store.Settings.Username} may not make the schema {store.ServiceId} in PostgreSQL {store.Place}, nor tables in it; GRANT CREATE ON DATABASE {store.Settings.Database} TO {store.Settings.Username}, or let its owner run Zhice.Silo migrate.", fault);
}
