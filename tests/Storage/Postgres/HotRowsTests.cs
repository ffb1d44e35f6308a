using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Domain.Effects;
using Zhice.Domain.Journeys;
using Zhice.Postgres;
using Zhice.Storage.Postgres;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>Rows that all silos count in: commits must not wait for each other at them, and they must stay few.</summary>
public sealed class HotRowsTests
{
    private const int Customers = 64;

    [Fact]
    public async Task A_batch_counts_a_move_in_one_row_whatever_buckets_its_customers_have()
    {
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await WriteAsync(
            store, static (effects, _) => effects.CountMove(new JourneyMove(1, 2, 0, 3, 4, TransitionCause.Event, 9, 0, 10_000)));

        Assert.Equal((1, Customers), await CountedAsync(place, "SELECT count(*), sum(count)::bigint FROM journey_count"));
        Assert.Equal(Customers, Assert.Single(await store.Journeys.ListCountsAsync(1)).Count);
    }

    [Fact]
    public async Task A_sweep_leaves_one_row_of_what_is_kept_of_an_action_and_none_when_nothing_is()
    {
        const long Start = 1_800_000_000_000;
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        var lease = (await store.Stock.LeaseAsync("card", 8_000, 1_000, "silo", Guid.NewGuid()))!.Value;
        for (var batch = 0; batch < 5; batch++)
        {
            await WriteAsync(store, (effects, i) => effects.Take(new($"u{batch}-{i}", lease.LeaseId, Start, GoesBack: true)), $"b{batch}-");
        }

        await SweepAsync(Start - 1);
        Assert.Equal((1, 5 * Customers), await CountedAsync(place, "SELECT count(*), sum(units)::bigint FROM stock_kept"));

        await SweepAsync(Start);
        Assert.Equal((0, 0), await CountedAsync(place, "SELECT count(*), coalesce(sum(units), 0)::bigint FROM stock_kept"));

        Task SweepAsync(long nowMs) => store.Stock.SweepAsync("silo", [], TimeSpan.FromDays(1), TimeSpan.FromDays(1), nowMs);
    }

    private static async Task WriteAsync(PostgresBackend store, Action<CommitEffects, int> add, string prefix = "c")
    {
        var writes = Enumerable.Range(0, Customers).Select(i =>
        {
            var effects = new CommitEffects();
            add(effects, i);
            return StateWrite.Create(Keys.Customer($"{prefix}{i}"), 0, [1], effects);
        });
        Assert.All(
            await store.WriteAsync([.. writes.OrderBy(static write => write.Key)]), static outcome => Assert.True(outcome.IsWritten));
    }

    private static async Task<(int Rows, int Counted)> CountedAsync(PostgresStore place, string sql)
    {
        await using var source = NpgsqlDataSource.Create(place.SchemaConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        Assert.True(await rows.ReadAsync());
        return ((int)rows.GetInt64(0), (int)rows.GetInt64(1));
    }
}
