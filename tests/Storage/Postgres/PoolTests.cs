using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>Which connections the store takes, and what stands before the server.</summary>
public sealed class PoolTests
{
    [Fact]
    public async Task Polls_that_are_slow_take_no_connection_of_commits_reads_and_imports()
    {
        var place = await Databases.NewStoreAsync() with { Connections = new() { Queues = 4 } };
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await using var other = new NpgsqlConnection(place.SchemaConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE stock_owner, outbox IN ACCESS EXCLUSIVE MODE", other))
        {
            await command.ExecuteNonQueryAsync();
        }

        var slow = Enumerable.Range(0, 50).Select(_ => store.Outbox.CountAsync("sms")).ToArray();
        Assert.True((await store.WriteAsync([StateWrite.Create(Keys.Customer("a"), 0, [1])]))[0].IsWritten);
        Assert.NotNull(await store.ReadAsync(Keys.Customer("a")));
        Assert.True(await store.Bulk.TryInsertAsync([StateWrite.Create(Keys.Customer("b"), 0, [1])]));
        Assert.Equal(2, await store.CountAsync("customer"));
        Assert.DoesNotContain(slow, static poll => poll.IsCompletedSuccessfully);

        await transaction.RollbackAsync();
        await Task.WhenAll(slow);
    }

    [TheoryWithPgBouncer]
    [InlineData("transaction", "")]
    [InlineData("transaction", "search_path,options")]
    [InlineData("session", "search_path,options")]
    public async Task A_pooler_before_the_server_is_refused_with_a_sentence(string mode, string ignored)
    {
        await using var pooler = await PgBouncer.StartAsync(
            await Databases.NewAsync(), $"pool_mode = {mode}", $"ignore_startup_parameters = {ignored}");
        var store = new PostgresStore(pooler.ConnectionString, "zhice");
        foreach (var use in (Func<Task>[])[
            () => PostgresDatabase.CheckAsync(store, default), () => PostgresDatabase.MigrateAsync(store, default),
            () => PostgresBackend.OpenAsync(store, NullLogger.Instance)])
        {
            Assert.Contains(
                "pooler such as PgBouncer", (await Assert.ThrowsAsync<StoreUnfitException>(use)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_silo_may_have_as_many_connections_as_its_settings_say()
    {
        var place = await Databases.NewStoreAsync();
        Assert.Equal(new PostgresConnections().Total, new PostgresPools(place).Store.Connections.Total);
        Assert.Equal(8, new NpgsqlConnectionStringBuilder(place.SchemaConnectionString).MaxPoolSize);
        Assert.Equal(
            3, new NpgsqlConnectionStringBuilder((place with { Connections = new() { Cluster = 3 } }).SchemaConnectionString).MaxPoolSize);
    }
}
