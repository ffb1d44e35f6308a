using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Storage.Deliveries;
using Zhice.Storage.Postgres;
using Zhice.Storage.Tests.Deliveries;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>How PostgreSQL finds rows of tables through which rows only pass.</summary>
public sealed class PostgresPlanTests
{
    [Fact]
    public async Task The_outbox_is_gone_through_in_the_order_of_its_index_whatever_the_statistics_say()
    {
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresStateStore.OpenAsync(place, NullLogger.Instance);
        await using var folder = new OutboxBench(store, new TempFolder());
        for (var i = 0; i < 20; i++)
        {
            await folder.SendAsync("a", OutboxBench.Start, [.. Enumerable.Range(0, 100).Select(n => $"c{i}-{n}")]);
        }

        // Nearly all of them are gone, and so the statistics say: few rows, in a large table.
        await using var connection = await new PostgresPool(place).OpenAsync();
        await RunAsync(connection, "DELETE FROM outbox WHERE contact_id <> 'c7-7'; ANALYZE outbox");
        await using var explain = new NpgsqlCommand($"EXPLAIN {PostgresOutboxTexts.Lease}", connection)
        {
            Parameters =
            {
                PostgresCalls.Of("sms"), PostgresCalls.Of(OutboxBench.AllBuckets), PostgresCalls.Instant(OutboxBench.Start),
                PostgresCalls.Instant(OutboxBench.Start + 1), PostgresCalls.Of(Guid.NewGuid()), PostgresCalls.Of(10), PostgresCalls.Of(3),
            },
        };
        var plan = new List<string>();
        await using (var rows = await explain.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                plan.Add(rows.GetString(0));
            }
        }

        Assert.Contains(plan, static line => line.Contains("Index Scan using outbox_due", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, static line => line.Contains("Bitmap", StringComparison.Ordinal));
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
