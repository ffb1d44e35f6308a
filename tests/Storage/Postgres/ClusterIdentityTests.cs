using Npgsql;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>How a cluster is tied to its database.</summary>
public sealed class ClusterIdentityTests
{
    [Fact]
    public async Task No_silo_starts_on_a_copy_until_it_is_adopted_as_a_cluster_of_its_own()
    {
        var server = await PostgresServer.SharedAsync();
        var original = new PostgresStore(await server.CreateDatabaseAsync(), "zhice");
        await PostgresDatabase.MigrateAsync(original, default);
        Assert.Equal("zhice", await PostgresDatabase.EnterClusterAsync(original, "zhice", default));
        await RunAsync(original, "INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('zhice')");
        await RunAsync(original, Member(1, 0));

        var copy = await CopyAsync(original);
        foreach (var use in (Func<Task>[])[
            () => PostgresDatabase.CheckAsync(copy, default), () => PostgresDatabase.EnterClusterAsync(copy, "zhice", default),
            () => PostgresDatabase.FindClusterAsync(copy, "zhice", default)])
        {
            var refused = await Assert.ThrowsAsync<StoreUnfitException>(use);
            Assert.Contains("is a copy", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Zhice.Silo migrate --adopt-copy --service-id zhice", refused.Message, StringComparison.Ordinal);
        }

        Assert.True(await PostgresDatabase.AdoptCopyAsync(copy, default));
        var adopted = await PostgresDatabase.EnterClusterAsync(copy, "zhice", default);
        Assert.StartsWith("zhice-", adopted, StringComparison.Ordinal);
        Assert.Equal(adopted, await PostgresDatabase.FindClusterAsync(copy, "zhice", default));
        Assert.Empty(await new ClusterTable(copy, "zhice").ReadAsync(default));

        // What is no copy is not adopted: it would part from its own silos.
        Assert.False(await PostgresDatabase.AdoptCopyAsync(original, default));
        Assert.Equal("zhice", await PostgresDatabase.EnterClusterAsync(original, "zhice", default));
        Assert.Single(await new ClusterTable(original, "zhice").ReadAsync(default));
    }

    [Fact]
    public async Task A_standby_that_is_promoted_keeps_its_members_unless_none_has_come_along()
    {
        await using var primary = await PostgresServer.StartAsync();
        var before = new PostgresStore(await primary.CreateDatabaseAsync(), "zhice");
        await PostgresDatabase.MigrateAsync(before, default);
        await RunAsync(before, "INSERT INTO orleansmembershipversiontable (deploymentid) VALUES ('zhice')");
        await RunAsync(before, Member(1, 100));
        await using var standby = await primary.StartStandbyAsync();
        await RunAsync(before, Member(2, 0));
        await primary.StopAsync("immediate");
        await standby.PromoteAsync();
        var after = new PostgresStore(
            new NpgsqlConnectionStringBuilder(before.ConnectionString) { Port = standby.Port }.ConnectionString, "zhice");

        Assert.Equal("zhice", await PostgresDatabase.EnterClusterAsync(after, "zhice", default));
        Assert.Equal(2, (await new ClusterTable(after, "zhice").ReadAsync(default)).Count);

        // An older backup, restored to an instant: the members that it knows are those of the original.
        await RunAsync(
            after, "UPDATE cluster_identity SET timeline = 1; UPDATE orleansmembershiptable SET iamalivetime = now() - interval '100 s'");
        await using (var connection = new NpgsqlConnection(after.SchemaConnectionString))
        {
            await connection.OpenAsync();
            Assert.Equal("zhice", await ClusterIdentity.EnterAsync(connection, after, "zhice", TimeSpan.Zero, default));
        }

        Assert.Empty(await new ClusterTable(after, "zhice").ReadAsync(default));
    }

    [Fact]
    public async Task A_silo_that_the_table_does_not_know_is_noted_as_dead_in_a_version_that_all_take_for_newer()
    {
        var store = await Databases.NewStoreAsync();
        await PostgresDatabase.MigrateAsync(store, default);
        await RunAsync(store, "INSERT INTO orleansmembershipversiontable (deploymentid, version) VALUES ('zhice', 7)");
        var (table, ghost) = (new ClusterTable(store, "zhice"), SiloAddress.New(System.Net.IPAddress.Loopback, 7302, 5));

        await table.DeclareDeadAsync([ghost], 12, default);
        await table.DeclareDeadAsync([ghost], 3, default);

        Assert.Equal([KeyValuePair.Create(ghost, SiloStatus.Dead)], await table.ReadAsync(default));
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        Assert.Equal(14, await connection.ScalarAsync<int>("SELECT version FROM orleansmembershipversiontable", default));
    }

    private static string Member(int generation, int silentFor) =>
        $"INSERT INTO orleansmembershiptable VALUES ('zhice', '10.0.0.1', 7302, {generation}, 'a', 'a', 3, 7303, NULL, now(), now() - interval '{silentFor} s')";

    private static async Task<PostgresStore> CopyAsync(PostgresStore original)
    {
        NpgsqlConnection.ClearAllPools();
        var name = $"copy_{Guid.NewGuid():N}";
        var settings = new NpgsqlConnectionStringBuilder(original.ConnectionString);
        await PostgresServer.ExecuteAsync(
            new NpgsqlConnectionStringBuilder(original.ConnectionString) { Database = "postgres" }.ConnectionString,
            $"CREATE DATABASE {name} TEMPLATE {settings.Database}");
        return new PostgresStore(
            new NpgsqlConnectionStringBuilder(original.ConnectionString) { Database = name }.ConnectionString, original.ServiceId);
    }

    private static Task RunAsync(PostgresStore store, string sql) => PostgresServer.ExecuteAsync(store.SchemaConnectionString, sql);
}
