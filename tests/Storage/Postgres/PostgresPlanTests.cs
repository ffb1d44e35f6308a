using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;
using Zhice.Storage.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Outbox;
using Zhice.Storage.Postgres.Parameters;
using Zhice.Storage.Tests.Outbox;

namespace Zhice.Storage.Tests.Postgres;

/// <summary>How PostgreSQL finds rows of tables through which rows only pass.</summary>
public sealed class PostgresPlanTests
{
    [Fact]
    public async Task The_outbox_is_gone_through_by_its_indexes_and_by_no_bitmap_that_would_read_its_dead_again()
    {
        var place = await Databases.NewStoreAsync();
        await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
        await using var bench = new OutboxBench(store, new TempFolder());
        for (var i = 0; i < 20; i++)
        {
            await bench.SendAsync("a", OutboxBench.Start, [.. Enumerable.Range(0, 100).Select(n => $"c{i}-{n}")]);
        }

        // Most of them are gone, and so the statistics say: few rows, in a large table.
        var pools = new PostgresPools(place);
        await using var connection = await pools.Queues.OpenAsync();
        await RunAsync(connection, "DELETE FROM outbox WHERE contact_id NOT LIKE '%-7%'; ANALYZE outbox");
        await using var other = await pools.Streams.OpenAsync();

        Assert.Contains("Bitmap", await PlanAsync(other, PostgresOutboxTexts.Lease), StringComparison.Ordinal);
        foreach (var text in (string[])[PostgresOutboxTexts.Lease, PostgresOutboxTexts.Pass, PostgresOutboxTexts.PutBehind])
        {
            var plan = await PlanAsync(connection, text);
            Assert.DoesNotContain("Bitmap", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);

            // It begins where the process left off, and reads no more than it looks at.
            Assert.Matches("Index Scan using outbox_due on outbox d.*\n *Index Cond: .*ROW\\(channel, next_at, seq\\) >= ", plan);
        }
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string text)
    {
        await using var explain = new NpgsqlCommand($"EXPLAIN {text}", connection)
        {
            Parameters =
            {
                PostgresParameters.Value("sms"), PostgresParameters.Value(OutboxBench.AllBuckets),
                PostgresParameters.Instant(OutboxBench.Start),
                PostgresParameters.Instant(OutboxBench.Start - 1), PostgresParameters.Value(0L), PostgresParameters.Value(10),
            },
        };
        if (text == PostgresOutboxTexts.Lease)
        {
            explain.Parameters.AddRange((NpgsqlParameter[])
            [
                PostgresParameters.Instant(OutboxBench.Start + 1), PostgresParameters.Value(Guid.NewGuid()), PostgresParameters.Value(10),
                PostgresParameters.Value(3), PostgresParameters.Value(16),
            ]);
        }

        var plan = new List<string>();
        await using var rows = await explain.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            plan.Add(rows.GetString(0));
        }

        return string.Join('\n', plan);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
