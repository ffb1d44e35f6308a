using Npgsql;
using Orleans.Runtime;

namespace Zhice.Postgres;

/// <summary>The table of a cluster's members in PostgreSQL, for what Orleans' own provider cannot say.</summary>
/// <param name="store">Where it is.</param>
/// <param name="clusterId">Which cluster.</param>
public sealed class ClusterTable(PostgresStore store, string clusterId)
{
    /// <summary>Which cluster.</summary>
    public string ClusterId => clusterId;

    /// <summary>All members, with their status; those that are dead leave it after a while.</summary>
    /// <exception cref="NpgsqlException">It cannot be read now.</exception>
    public async Task<IReadOnlyDictionary<SiloAddress, SiloStatus>> ReadAsync(CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(
            "SELECT address, port, generation, status FROM orleansmembershiptable WHERE deploymentid = $1", connection);
        command.Parameters.Add(new() { Value = clusterId });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var members = new Dictionary<SiloAddress, SiloStatus>();
        while (await rows.ReadAsync(cancellation))
        {
            members[SiloAddress.New(System.Net.IPAddress.Parse(rows.GetString(0)), rows.GetInt32(1), rows.GetInt32(2))] =
                (SiloStatus)rows.GetInt32(3);
        }

        return members;
    }

    /// <summary>
    /// Notes silos as dead that are not in the table, and makes its version higher than the one they were seen with: silos take
    /// no older table for true.
    /// </summary>
    /// <param name="silos">The silos.</param>
    /// <param name="seenVersion">The version of the members' list that has them.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NpgsqlException">It cannot be written now.</exception>
    public async Task DeclareDeadAsync(IReadOnlyCollection<SiloAddress> silos, long seenVersion, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var version = new NpgsqlCommand(
            "UPDATE orleansmembershipversiontable SET version = greatest(version, $2) + 1, timestamp = now() WHERE deploymentid = $1",
            connection);
        version.Parameters.Add(new() { Value = clusterId });
        version.Parameters.Add(new() { Value = (int)seenVersion });
        await version.ExecuteNonQueryAsync(cancellation);
        foreach (var silo in silos)
        {
            await using var row = new NpgsqlCommand(
                $"""
                INSERT INTO orleansmembershiptable (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
                VALUES ($1, $2, $3, $4, 'unknown', 'unknown', {(int)SiloStatus.Dead}, 0, now(), now()) ON CONFLICT DO NOTHING
                """,
                connection);
            row.Parameters.Add(new() { Value = clusterId });
            row.Parameters.Add(new() { Value = silo.Endpoint.Address.ToString() });
            row.Parameters.Add(new() { Value = silo.Endpoint.Port });
            row.Parameters.Add(new() { Value = silo.Generation });
            await row.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    // Of the same pool as Orleans' provider.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(store.SchemaConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
