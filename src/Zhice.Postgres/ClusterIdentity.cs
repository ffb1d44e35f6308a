using Npgsql;
using Orleans.Runtime;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>
/// Ties a cluster to its database. A copy of the database has the cluster's table of members too, and its silos would speak to
/// the living ones of the original: so none starts on it until it is adopted as a cluster of its own.
/// </summary>
internal static class ClusterIdentity
{
    private const string Timeline = "('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer";

    // One that lives says so every 5 s.
    private const string IsSilent = "iamalivetime <= clock_timestamp() - interval '1 minute'";

    /// <summary>How long silos that live may take to find the server again after a failover.</summary>
    public static readonly TimeSpan MaxLook = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What the cluster's id ends with; empty unless the database is a copy that was adopted, or has no schema yet.</summary>
    /// <exception cref="StoreUnfitException">The database is a copy that was not adopted.</exception>
    public static async Task<string> CheckAsync(NpgsqlConnection connection, PostgresStore store, CancellationToken cancellation)
    {
        if (await FindAsync(connection, store, cancellation) is not { } found)
        {
            return "";
        }

        return found.IsHere
            ? found.Suffix
            : throw new StoreUnfitException(
                $"PostgreSQL {store.Place} is a copy: the cluster of the schema {store.ServiceId} lives in another database, and silos started here would meet its silos. "
                + $"To restore a backup in its place, or to try one out, run Zhice.Silo migrate --adopt-copy --service-id {store.ServiceId} with this connection string: "
                + "it makes the copy a cluster of its own, which then delivers what waits in its outbox.");
    }

    /// <summary>
    /// Checks, before a silo starts. On a timeline that no silo started on yet, a failover's or that of a backup restored to an
    /// instant, members of whom nothing is heard do not live here, and are forgotten: those of the original may live there still.
    /// </summary>
    /// <param name="connection">To the database.</param>
    /// <param name="store">Where it is.</param>
    /// <param name="clusterName">The cluster's id as it is set.</param>
    /// <param name="look">For how long members are listened for; <see cref="MaxLook"/>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The cluster's id.</returns>
    /// <exception cref="StoreUnfitException">The database is a copy that was not adopted.</exception>
    public static async Task<string> EnterAsync(
        NpgsqlConnection connection, PostgresStore store, string clusterName, TimeSpan look, CancellationToken cancellation)
    {
        var clusterId = clusterName + await CheckAsync(connection, store, cancellation);
        if (!await connection.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM cluster_identity WHERE timeline < {Timeline})", cancellation))
        {
            return clusterId;
        }

        for (var left = look; left > TimeSpan.Zero && await AreAllSilentAsync(connection, clusterId, cancellation); left -= Pause)
        {
            await Task.Delay(Pause, cancellation);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await AreAllSilentAsync(connection, clusterId, cancellation))
        {
            await RunAsync(
                connection, $"DELETE FROM orleansmembershiptable WHERE deploymentid = $1 AND {IsSilent}", clusterId, cancellation);
        }

        await connection.RunAsync($"UPDATE cluster_identity SET timeline = {Timeline}", cancellation);
        await transaction.CommitAsync(cancellation);
        return clusterId;
    }

    /// <summary>Makes a copy a cluster of its own, with an id that no other has and no members.</summary>
    /// <returns>False when it is no copy, and nothing was changed.</returns>
    public static async Task<bool> AdoptAsync(NpgsqlConnection connection, PostgresStore store, CancellationToken cancellation)
    {
        if (await FindAsync(connection, store, cancellation) is not { IsHere: false })
        {
            return false;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.RunAsync("DELETE FROM orleansmembershiptable", cancellation);
        await RunAsync(
            connection,
            $"""
            UPDATE cluster_identity SET (system_identifier, database_oid, timeline, suffix) = (
                SELECT s.system_identifier, d.oid, {Timeline}, $1
                FROM pg_control_system() AS s, pg_database AS d WHERE d.datname = current_database())
            """,
            $"-{Guid.NewGuid().ToString("N")[..8]}",
            cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task<(bool IsHere, string Suffix)?> FindAsync(
        NpgsqlConnection connection, PostgresStore store, CancellationToken cancellation)
    {
        if (!await connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = '{store.ServiceId}' AND tablename = 'cluster_identity')",
            cancellation))
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            $"""
            SELECT i.system_identifier = s.system_identifier AND i.database_oid = d.oid, i.suffix
            FROM "{store.ServiceId}".cluster_identity AS i, pg_control_system() AS s, pg_database AS d WHERE d.datname = current_database()
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? (row.GetBoolean(0), row.GetString(1)) : null;
    }

    // False also when there are no members.
    private static async Task<bool> AreAllSilentAsync(NpgsqlConnection connection, string clusterId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT coalesce(bool_and({IsSilent}), false) FROM orleansmembershiptable WHERE deploymentid = $1 AND status <> {(int)SiloStatus.Dead}", connection);
        command.Parameters.Add(new() { Value = clusterId });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, string parameter, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = parameter });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
