using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>The database that a cluster lives in: whether it serves, its schema, and which cluster is its own.</summary>
public static class PostgresDatabase
{
    /// <summary>Connects to a database, to find what would stop a silo before one is started. Changes nothing.</summary>
    /// <param name="store">Which.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreUnfitException">
    /// The server is too old, the schema newer than this program, the user refused, a right missing, or commits are not durable.
    /// </exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    public static Task CheckAsync(PostgresStore store, CancellationToken cancellation) => ServerCheck.CheckAsync(store, cancellation);

    /// <summary>
    /// Brings the schema to the version of this program, and makes it if need be. Any number of processes may do so at once,
    /// and others may use the store meanwhile.
    /// </summary>
    /// <param name="store">Which.</param>
    /// <param name="cancellation">Ends it; steps that ended stay.</param>
    /// <exception cref="StoreUnfitException">The schema is newer than this program, or a right is missing.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    public static Task<MigrationReport> MigrateAsync(PostgresStore store, CancellationToken cancellation) =>
        PostgresMigrations.MigrateAsync(store, PostgresMigrations.Version, cancellation);

    /// <summary>Makes ready for a silo that starts: the database must be the one that its cluster lives in.</summary>
    /// <param name="store">Which; its schema is of this program's version.</param>
    /// <param name="clusterName">The cluster's id as it is set.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The cluster's id: as it is set, with an ending of its own in a copy that was adopted.</returns>
    /// <exception cref="StoreUnfitException">The database is a copy of the one that its cluster lives in, and was not adopted.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    public static Task<string> EnterClusterAsync(PostgresStore store, string clusterName, CancellationToken cancellation) =>
        IdentifyAsync(
            store, connection => ClusterIdentity.EnterAsync(connection, store, clusterName, ClusterIdentity.MaxLook, cancellation),
            cancellation);

    /// <summary>The cluster's id, for who joins no cluster but speaks to it.</summary>
    /// <inheritdoc cref="EnterClusterAsync"/>
    public static Task<string> FindClusterAsync(PostgresStore store, string clusterName, CancellationToken cancellation) =>
        IdentifyAsync(
            store, async connection => clusterName + await ClusterIdentity.CheckAsync(connection, store, cancellation), cancellation);

    /// <summary>Makes the copy of a database a cluster of its own, in which silos may start. None may run on it.</summary>
    /// <param name="store">Which; its schema is of this program's version.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False when it is no copy, or was adopted before: nothing was changed.</returns>
    /// <exception cref="StoreUnavailableException">The server cannot be reached, or does not serve now.</exception>
    public static Task<bool> AdoptCopyAsync(PostgresStore store, CancellationToken cancellation) =>
        IdentifyAsync(store, connection => ClusterIdentity.AdoptAsync(connection, store, cancellation), cancellation);

    private static async Task<T> IdentifyAsync<T>(PostgresStore store, Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancellation)
    {
        await using var connection = await ServerCheck.OpenAsync(store, cancellation);
        try
        {
            return await ask(connection);
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
}
