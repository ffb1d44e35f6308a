using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Postgres;
using Zhice.Storage.Backends;
using Zhice.Storage.Postgres;
using Zhice.Storage.Postgres.Partitions;
using Zhice.Storage.Retention;
using Zhice.Storage.Sqlite;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;
using Zhice.Storage.Tests.Answers;
using Zhice.Storage.Tests.Postgres;
using Zhice.TestBank;

namespace Zhice.Storage.Tests.Retention;

/// <summary>What each back end forgets, and what it must not.</summary>
public sealed class RetentionTests
{
    private static readonly RetentionOptions Options = new() { LedgerDays = 100, EvaluationDays = 30 };
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task A_contact_counts_once_until_the_ledger_has_forgotten_it(Backend backend)
    {
        using var folder = new TempFolder();
        await using var opened = await OpenAsync(backend, folder);
        await CountAsync(opened.Store, "a", "old", Now.AddDays(-200));
        await opened.AgeAsync("contact_ledger", 200);
        await CountAsync(opened.Store, "a", "young", Now.AddDays(-60));
        await opened.AgeAsync("contact_ledger", 60, "contact_id = 'young'");

        Assert.Equal("old", (await CountAsync(opened.Store, "a", "old", Now)).CountedContact);
        Assert.True(await opened.Store.Retention.KeepAsync(Options, Now));

        Assert.Equal("young", (await CountAsync(opened.Store, "a", "young", Now)).CountedContact);
        Assert.True((await CountAsync(opened.Store, "a", "old", Now)).IsWritten);
        Assert.Equal("old", (await CountAsync(opened.Store, "a", "old", Now)).CountedContact);
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task An_answer_is_found_for_seven_days_and_forgotten_after_eight(Backend backend)
    {
        using var folder = new TempFolder();
        await using var opened = await OpenAsync(backend, folder);
        await opened.Store.WriteAsync(
            [AnswerStoreTests.Write("a", 0, new AnsweredRequest(9, 1, Now.AddDays(-9).ToUnixTimeMilliseconds(), 1, [1]))]);
        await opened.AgeAsync("given_answer", 9);
        await opened.Store.WriteAsync(
            [AnswerStoreTests.Write("b", 0, new AnsweredRequest(7, 1, Now.AddDays(-7).ToUnixTimeMilliseconds(), 1, [1]))]);
        await opened.AgeAsync("given_answer", 7, "id_hash = 7");

        await opened.Store.Retention.KeepAsync(Options, Now);

        Assert.Null(await opened.Store.Answers.FindAsync("a", 9));
        Assert.NotNull(await opened.Store.Answers.FindAsync("b", 7));
    }

    [Theory]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Facts_that_are_too_old_are_forgotten_and_their_totals_stay(Backend backend)
    {
        using var folder = new TempFolder();
        await using var opened = await OpenAsync(backend, folder);
        var fact = Fact.Of(
            FactKind.Behaved, "e1", Now.ToUnixTimeMilliseconds(), 20_833, new() { EventType = "app_open" }) with { CustomerId = "a" };
        await opened.Store.Facts.AppendAsync(Guid.NewGuid(), [fact]);
        await opened.AgeAsync("fact", 36);
        await opened.Store.Facts.AppendAsync(Guid.NewGuid(), [fact with { Key = "e2" }]);
        var old = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-36);
        Assert.Single(await opened.Store.Facts.ListAsync(old, 0, 10));

        await opened.Store.Retention.KeepAsync(Options, Now);

        Assert.Empty(await opened.Store.Facts.ListAsync(old, 0, 10));
        Assert.Equal(2, Assert.Single((await opened.Store.Facts.SumAsync(new())).Totals).Count);
        if (opened.Place is { } place)
        {
            await opened.AgeAsync("fact", 2);
            await opened.Store.Retention.KeepAsync(Options, Now);
            await opened.Store.Retention.KeepAsync(Options, Now);
            var day = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-2);
            await using var connection = new NpgsqlConnection(place.SchemaConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            Assert.True(
                await connection.ScalarAsync<bool>(
                    $"SELECT indisvalid FROM pg_index WHERE indexrelid = 'fact_{day:yyyyMMdd}_customer'::regclass", default));
            return;
        }

        Assert.Equal("e2", Assert.Single(await opened.Store.Facts.ListAsync(DateOnly.FromDateTime(DateTime.UtcNow), 0, 10)).Fact.Key);
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Totals_of_past_days_become_one_row_each_and_stay_the_same_whatever_fails_in_between(Backend backend)
    {
        using var folder = new TempFolder();
        await using var opened = await OpenAsync(backend, folder);
        var today = (int)(Now.ToUnixTimeMilliseconds() / 86_400_000);
        await AddAsync(today - 10, today - 4, today);
        if (opened.Place is { } place)
        {
            // As sixteen connections do.
            await PostgresServer.ExecuteAsync(
                place.SchemaConnectionString,
                "INSERT INTO fact_count (group_id, day, code, kind, shard, count, amount) SELECT group_id, day, code, kind, s, 10, 5 FROM fact_count, generate_series(0, 15) AS s ON CONFLICT DO NOTHING");
        }

        var before = await SumAsync();
        if (opened.Place is { } failing)
        {
            await PostgresServer.ExecuteAsync(
                failing.SchemaConnectionString,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; CREATE TRIGGER refuse BEFORE INSERT ON fact_count FOR EACH ROW WHEN (NEW.shard = -1) EXECUTE FUNCTION refuse()");
            await Assert.ThrowsAsync<PostgresException>(() => opened.Store.Retention.KeepAsync(Options, Now));
            Assert.Equal(before, await SumAsync());
            await PostgresServer.ExecuteAsync(failing.SchemaConnectionString, "DROP TRIGGER refuse ON fact_count");
        }

        await opened.Store.Retention.KeepAsync(Options, Now);
        Assert.Equal(before, await SumAsync());

        // A late outcome moves its own day.
        await AddAsync(today - 10);
        var late = await SumAsync();
        Assert.Equal(before.Sum(static total => total.Count) + 3, late.Sum(static total => total.Count));
        await opened.Store.Retention.KeepAsync(Options, Now);
        Assert.Equal(late, await SumAsync());
        if (opened.Place is { } summed)
        {
            await using var connection = new NpgsqlConnection(summed.SchemaConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            Assert.Equal(
                "3 3 48", await connection.ScalarAsync<string>($"SELECT concat_ws(' ', count(*) FILTER (WHERE day = {today - 10}), count(*) FILTER (WHERE day = {today - 4}), count(*) FILTER (WHERE day = {today})) FROM fact_count", default));
        }

        Task AddAsync(params int[] days) => opened.Store.Facts.AppendAsync(Guid.NewGuid(), [.. days.SelectMany(static day => new[]
        {
            Fact.Of(FactKind.Contacted, $"{Guid.NewGuid()}", 0, day, new() { Campaign = "summer" }) with { CustomerId = "a" },
            Fact.Of(FactKind.Converted, $"{Guid.NewGuid()}", 0, day, new() { Campaign = "summer" }) with { CustomerId = "a", Code = 1, AmountFen = 700 },
            Fact.Of(FactKind.Contacted, $"{Guid.NewGuid()}", 0, day, new() { Campaign = "summer", Arm = "b" }) with { CustomerId = "a" },
        })]);

        async Task<FactTotal[]> SumAsync() =>
            [.. (await opened.Store.Facts.SumAsync(new())).Totals.OrderBy(static total => (total.Day, total.Group.Arm, total.Kind))];
    }

    [Theory]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Evaluations_that_are_too_old_are_forgotten_however_many_there_are(Backend backend)
    {
        using var folder = new TempFolder();
        await using var opened = await OpenAsync(backend, folder);
        for (var page = 0; page < 1_100; page++)
        {
            await opened.Store.Evaluations.WriteAsync(new("summer", 1, 7, page, [1]));
        }

        await opened.AgeAsync("campaign_evaluation", 31);
        await opened.Store.Evaluations.WriteAsync(new("summer", 2, 7, 0, [1]));

        await opened.Store.Retention.KeepAsync(Options, Now);

        Assert.Empty(await opened.Store.Evaluations.ListAsync("summer", 1, 0, 0, 1024, 9));
        Assert.Single(await opened.Store.Evaluations.ListAsync("summer", 2, 0, 0, 1024, 9));
    }

    [Fact]
    public async Task What_was_counted_before_the_ledger_was_kept_by_time_still_counts()
    {
        var place = await Databases.NewStoreAsync();
        await PostgresMigrations.MigrateAsync(place, 15, CancellationToken.None);
        var bucket = Keys.Customer("a").Bucket;
        string Counting(string contact) =>
            $"INSERT INTO contact_ledger (bucket, contact_id, customer_id, counted_at, write_id) VALUES ({bucket}, '{contact}', 'a', now(), gen_random_uuid())";
        await PostgresServer.ExecuteAsync(place.SchemaConnectionString, Counting("before"));
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);

        // As an earlier release does while silos of both are there.
        await PostgresServer.ExecuteAsync(place.SchemaConnectionString, Counting("beside"));
        await store.Retention.KeepAsync(Options, Now);

        Assert.Equal("before", (await CountAsync(store, "a", "before", Now)).CountedContact);
        Assert.Equal("beside", (await CountAsync(store, "a", "beside", Now)).CountedContact);
        Assert.True((await CountAsync(store, "a", "after", Now)).IsWritten);
    }

    [Fact]
    public async Task A_contact_is_looked_for_as_far_back_as_it_may_have_been_counted()
    {
        await using var opened = await OpenAsync(Backend.Postgres, null!);
        await CountAsync(opened.Store, "a", "run/a", Now);
        await opened.AgeAsync("contact_ledger", 62);

        Assert.Equal("run/a", (await CountAsync(opened.Store, "a", "run/a", Now, Now.AddDays(-62))).CountedContact);
        Assert.Equal("run/a", (await CountAsync(opened.Store, "a", "run/a", Now, Now.AddDays(-61.5))).CountedContact);
        Assert.Equal("run/a", (await CountAsync(opened.Store, "a", "run/a", Now)).CountedContact);
        Assert.True((await CountAsync(opened.Store, "a", "run/a", Now, Now)).IsWritten);
        Assert.Equal("run/a", (await CountAsync(opened.Store, "a", "run/a", Now, Now)).CountedContact);
    }

    [Fact]
    public async Task Commits_go_on_while_what_is_too_old_waits_for_a_long_reader_to_be_dropped()
    {
        await using var opened = await OpenAsync(Backend.Postgres, null!);
        await CountAsync(opened.Store, "a", "old", Now);
        await opened.AgeAsync("contact_ledger", 200);
        await using var reader = new NpgsqlConnection(opened.Place!.SchemaConnectionString);
        await reader.OpenAsync();
        await using var reading = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        Assert.Equal(1, await reader.ScalarAsync<long>("SELECT count(*) FROM contact_ledger", default));

        var keeping = opened.Store.Retention.KeepAsync(Options, Now);
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await CountAsync(opened.Store, "a", $"c{i}", Now)).IsWritten);
        }

        Assert.False(keeping.IsCompleted);
        Assert.False(await opened.Store.Retention.KeepAsync(Options, Now));
        await reading.RollbackAsync();
        Assert.True(await keeping);
        Assert.Equal(20, await reader.ScalarAsync<long>("SELECT count(*) FROM contact_ledger", default));
    }

    [Fact]
    public async Task A_drop_that_broke_off_is_taken_up_again()
    {
        await using var opened = await OpenAsync(Backend.Postgres, null!);
        var (table, day) = (PartitionedTable.Ledger, DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-200));
        await opened.AgeAsync("contact_ledger", 200);
        await PostgresServer.ExecuteAsync(
            opened.Place!.SchemaConnectionString, $"ALTER TABLE {table.Name} DETACH PARTITION {table.PartitionName(day)} CONCURRENTLY");

        await opened.Store.Retention.KeepAsync(Options, Now);

        await using var connection = new NpgsqlConnection(opened.Place.SchemaConnectionString);
        await connection.OpenAsync();
        Assert.True(await connection.ScalarAsync<bool>($"SELECT to_regclass('{table.PartitionName(day)}') IS NULL", default));
    }

    [Fact]
    public async Task Counts_of_past_days_are_summed_up_and_say_the_same()
    {
        await using var opened = await OpenAsync(Backend.Postgres, null!);
        var today = DateOnly.FromDateTime(Now.UtcDateTime).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        await PostgresServer.ExecuteAsync(
            opened.Place!.SchemaConnectionString,
            $"""
            INSERT INTO delivery_count (campaign, channel, day, outcome, count) VALUES ('spring', 'sms', {today - 9}, 1, 5);
            INSERT INTO delivery_count_part (campaign, channel, day, outcome, shard, count)
            SELECT 'spring', 'sms', {today} - days, 1, shard, 1 + shard FROM generate_series(0, 99) AS days, generate_series(0, 15) AS shard
            """);
        var before = await opened.Store.Outbox.ListCountsAsync("spring", null, 1_000);

        await opened.Store.Retention.KeepAsync(Options, Now);

        Assert.Equal(before, await opened.Store.Outbox.ListCountsAsync("spring", null, 1_000));
        Assert.Equal(100, before.Count);
        await using var source = NpgsqlDataSource.Create(opened.Place.SchemaConnectionString);
        await using var rows = source.CreateCommand("SELECT count(*) FROM delivery_count_part");
        Assert.Equal(4 * 16L, await rows.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_commit_that_finds_no_partition_makes_it()
    {
        await using var opened = await OpenAsync(Backend.Postgres, null!);
        foreach (var table in new[] { PartitionedTable.Ledger, PartitionedTable.Answers })
        {
            await PostgresServer.ExecuteAsync(
                opened.Place!.SchemaConnectionString, $"DROP TABLE {table.PartitionName(DateOnly.FromDateTime(Now.UtcDateTime))}");
        }

        Assert.True((await CountAsync(opened.Store, "a", "c", Now)).IsWritten);
        Assert.True((await opened.Store.WriteAsync([AnswerStoreTests.Write("b", 0, new AnsweredRequest(9, 1, 1, 1, [1]))]))[0].IsWritten);
    }

    private static async Task<WriteOutcome> CountAsync(
        IBackend store, string customer, string contact, DateTimeOffset at, DateTimeOffset? since = null)
    {
        var effects = new CommitEffects();
        effects.Count(new CountedContact(contact, at.ToUnixTimeMilliseconds()) { SinceMs = since?.ToUnixTimeMilliseconds() ?? 0 });
        var version = await store.ReadAsync(Keys.Customer(customer)) is { } state ? state.Version : 0;
        return (await store.WriteAsync([StateWrite.Create(Keys.Customer(customer), version, [1], effects)]))[0];
    }

    private static async Task<Opened> OpenAsync(Backend backend, TempFolder folder)
    {
        if (backend != Backend.Postgres)
        {
            return new(await backend.OpenAsync(folder), null, folder);
        }

        var place = await Databases.NewStoreAsync();
        return new(await PostgresBackend.OpenAsync(place, NullLogger.Instance), place, folder);
    }

    private sealed record Opened(IBackend Store, PostgresStore? Place, TempFolder Folder) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Store.DisposeAsync();

        /// <summary>Makes rows as old as if they had been written some days ago, where the store goes by its own clock.</summary>
        public async Task AgeAsync(string table, int days, string which = "true")
        {
            var day = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-days);
            if (Place is not null)
            {
                await using var connection = new NpgsqlConnection(Place.SchemaConnectionString);
                await connection.OpenAsync();
                if (Array.Find(
                    [PartitionedTable.Ledger, PartitionedTable.Answers, PartitionedTable.Facts],
                    partitioned => partitioned.Name == table) is { } partitioned)
                {
                    await PostgresPartitions.MakeAsync(connection, Place, partitioned, day);
                }

                await connection.RunAsync($"UPDATE {table} SET kept_on = '{day:yyyy-MM-dd}' WHERE {which}", default);
            }
            else if (Store is SqliteBackend && table is "campaign_evaluation" or "fact")
            {
                using var connection = SqliteDatabase.Open(Folder.Database);
                connection.Run($"UPDATE {table} SET kept_at_ms = {Now.AddDays(-days).ToUnixTimeMilliseconds()}");
            }
        }
    }
}
