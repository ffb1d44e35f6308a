using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.States;
using Zhice.Storage.States;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Postgres;

public sealed class MigrationTests
{
    [Fact]
    public async Task Many_at_once_run_each_step_once()
    {
        var store = await Databases.NewStoreAsync();
        var reports = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresDatabase.MigrateAsync(store, CancellationToken.None))));
        Assert.Equal(PostgresMigrations.Version, reports.Sum(static report => report.StepsRun.Count));
        Assert.All(reports, static report => Assert.Equal(PostgresMigrations.Version, report.ToVersion));
        Assert.Empty((await PostgresDatabase.MigrateAsync(store, CancellationToken.None)).StepsRun);
    }

    [Fact]
    public async Task An_older_schema_is_migrated_while_states_are_written()
    {
        var place = await Databases.NewStoreAsync();
        await PostgresMigrations.MigrateAsync(place, 1, CancellationToken.None);
        var writer = new PostgresWriter(new PostgresPools(place).Commits);

        // New states are inserted by the program of that schema; this one's insert asks for tombstones.
        await PostgresServer.ExecuteAsync(
            place.SchemaConnectionString,
            FormattableString.Invariant($"INSERT INTO grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) VALUES ('customer', {Keys.Customer("a").Bucket}, 'a', 'state', 1, gen_random_uuid(), '1')"));
        using var end = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            var count = 0;
            for (var version = 1L; !end.IsCancellationRequested; count++)
            {
                version = (await writer.WriteAsync([StateWrite.Create(Keys.Customer("a"), version, [1])]))[0] is { IsWritten: true, Version: var now } ? now : throw new InvalidOperationException("stale");
            }

            return count;
        });
        Assert.Equal(PostgresMigrations.Version - 1, (await PostgresDatabase.MigrateAsync(place, CancellationToken.None)).StepsRun.Count);
        await end.CancelAsync();
        Assert.True(await load > 0);
    }

    [Theory]
    [InlineData(6, "outbox")]
    [InlineData(13, "stock_unit")]
    [InlineData(15, "contact_ledger")]
    public async Task A_migration_that_a_long_reader_holds_up_keeps_nobody_else_waiting(int from, string table)
    {
        var place = new PostgresStore(await Databases.NewAsync(), "zhice");
        await PostgresMigrations.MigrateAsync(place, from, CancellationToken.None);
        await using var reader = new NpgsqlConnection(place.SchemaConnectionString);
        await reader.OpenAsync();
        await using var reading = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var command = new NpgsqlCommand($"SELECT count(*) FROM {table}", reader))
        {
            await command.ExecuteScalarAsync();
        }

        var migrating = PostgresDatabase.MigrateAsync(place, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(place.SchemaConnectionString);
        for (var i = 0; i < 20; i++)
        {
            await using var write = source.CreateCommand(
                $"SET statement_timeout = '5s'; DELETE FROM {table} WHERE bucket = -1; SELECT pg_sleep(0.1)");
            await write.ExecuteNonQueryAsync();
        }

        Assert.False(migrating.IsCompleted);
        await reading.RollbackAsync();
        Assert.Equal(PostgresMigrations.Version - from, (await migrating).StepsRun.Count);
        await using var valid = source.CreateCommand(
            "SELECT bool_and(indisvalid) FROM pg_index WHERE indexrelid = 'stock_unit_uncounted'::regclass");
        Assert.Equal(true, await valid.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_a_sentence()
    {
        var store = await Databases.NewStoreAsync();
        await PostgresDatabase.MigrateAsync(store, CancellationToken.None);
        await PostgresServer.ExecuteAsync(
            store.SchemaConnectionString, "INSERT INTO schema_version (version, step) VALUES (99, 'from the future')");
        foreach (var use in (Func<Task>[])[
            () => PostgresDatabase.CheckAsync(store, default), () => PostgresDatabase.MigrateAsync(store, default),
            () => PostgresBackend.OpenAsync(store, NullLogger.Instance)])
        {
            var fault = await Assert.ThrowsAsync<StoreUnfitException>(use);
            Assert.Contains("has version 99; this program knows up to", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_may_not_make_the_schema_is_told_which_right_is_missing()
    {
        var owner = await Databases.NewAsync();
        var user = $"u{Guid.NewGuid():N}";
        await PostgresServer.ExecuteAsync(
            owner, $"CREATE ROLE {user} LOGIN PASSWORD '{new NpgsqlConnectionStringBuilder(owner).Password}'");
        var store = new PostgresStore(new NpgsqlConnectionStringBuilder(owner) { Username = user }.ConnectionString, "zhice");
        foreach (var use in (Func<Task>[])[
            () => PostgresDatabase.CheckAsync(store, default), () => PostgresDatabase.MigrateAsync(store, default)])
        {
            Assert.Contains(
                "GRANT CREATE ON DATABASE", (await Assert.ThrowsAsync<StoreUnfitException>(use)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("rubbish", "not a list of Name=Value")]
    [InlineData("Host=db;Database=x;Sped=1;Password=secret", "'Sped', which Npgsql does not know")]
    [InlineData("Host=db;Database=x;Password=se;secret=1", "a password that contains ; goes in quotes")]
    [InlineData("Host=db;Port=many;Database=x;Password=secret", "port in the connection string")]
    [InlineData("Database=x;Password=secret", "names no Host")]
    [InlineData("Host=db;Password=secret", "names no Database")]
    public void A_wrong_connection_string_is_told_without_its_password(string text, string said)
    {
        var fault = Assert.Throws<StoreUnfitException>(() => new PostgresStore(text, "zhice"));
        Assert.Contains(said, fault.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_away_and_its_text_shows_no_password()
    {
        var store = new PostgresStore("Host=127.0.0.1;Port=1;Database=x;Username=u;Password=secret", "zhice");
        Assert.DoesNotContain("secret", store.ToString(), StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresDatabase.CheckAsync(store, default));
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orleans_first_write_of_a_grain_wins_once()
    {
        var store = await Databases.NewStoreAsync();
        await PostgresDatabase.MigrateAsync(store, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(store.SchemaConnectionString);
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var command = source.CreateCommand(
                "SELECT * FROM WriteToStorage(1, 2, 3, 4, 'grain', NULL, 'zhice', NULL, '\\x01')");
            return await command.ExecuteScalarAsync();
        })));
        Assert.Single(versions, static version => version is 1);
        Assert.Equal(7, versions.Count(static version => version is DBNull));
    }
}
