using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Postgres;
using Zhice.Storage.States;
using Zhice.Storage.Tests.States;

namespace Zhice.Storage.Tests.Postgres;

public sealed class PostgresStateStoreTests : DurableStateStoreContract
{
    private PostgresStore? _database;

    private protected override async Task<IBackend> OpenAsync()
    {
        _database ??= await Databases.NewStoreAsync();
        return await PostgresBackend.OpenAsync(_database, NullLogger.Instance);
    }

    private protected override async Task<string[]> EffectsAsync()
    {
        await using var connection = new NpgsqlConnection(_database!.SchemaConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT array(
                SELECT 'counted ' || contact_id FROM contact_ledger
                UNION ALL SELECT 'sent ' || contact_id || ' ' || channel FROM outbox
                UNION ALL SELECT 'ended ' || channel || ' ' || day || ' ' || outcome || ' x' || sum(count) FROM delivery_count_part GROUP BY channel, day, outcome
            UNION ALL SELECT 'dead ' || contact_id || ' ' || reason FROM dead_letter
            UNION ALL SELECT 'timer ' || step || ' ' || generation FROM customer_timer ORDER BY 1)
            """,
            connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task Services_in_one_database_never_see_each_others_states()
    {
        await PutAsync("a", 0, "ours");
        await using var other = await PostgresBackend.OpenAsync(
            new PostgresStore(_database!.ConnectionString, "other"), NullLogger.Instance);
        Assert.Null(await other.ReadAsync(Keys.Customer("a")));
        Assert.Equal(0, await other.CountAsync("customer"));
    }

    [Fact]
    public async Task Of_two_silos_that_write_the_same_version_one_wins()
    {
        await using var other = await PostgresBackend.OpenAsync(_database!, NullLogger.Instance);
        var version = (await PutAsync("a", 0, "0")).Version;
        for (var i = 0; i < 50; i++)
        {
            var ours = Store.WriteAsync([StateWrite.Create(Keys.Customer("a"), version, [1])]);
            var theirs = other.WriteAsync([StateWrite.Create(Keys.Customer("a"), version, [2])]);
            var outcomes = (await Task.WhenAll(ours, theirs)).SelectMany(static outcomes => outcomes).ToArray();
            Assert.Single(outcomes, static outcome => outcome.IsWritten);
            Assert.All(outcomes, outcome => Assert.Equal(version + 1, outcome.Version));
            version++;
        }
    }

    [Fact]
    public async Task Silos_that_make_and_clear_the_same_states_at_once_never_give_a_version_twice()
    {
        await using var other = await PostgresBackend.OpenAsync(_database!, NullLogger.Instance);
        var given = new HashSet<long>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? Store : other;
            for (var n = 0; n < 100; n++)
            {
                var found = await store.ReadAsync(Keys.Customer("a"));
                var write = found is { } there && n % 3 == 0
                    ? StateWrite.Clearing(Keys.Customer("a"), there.Version)
                    : StateWrite.Create(Keys.Customer("a"), found?.Version ?? 0, [(byte)i]);
                var outcome = (await store.WriteAsync([write]))[0];
                lock (given)
                {
                    Assert.True(
                        !outcome.IsWritten || outcome.Version == 0 || given.Add(outcome.Version), $"version {outcome.Version} came twice");
                }
            }
        })));
    }
}
