using Npgsql;
using Zhice.Postgres;
using Zhice.Storage.Postgres.Partitions;
using Zhice.Storage.Retention;

namespace Zhice.Storage.Postgres.Retention;

/// <summary>
/// Keeps the schema from growing for ever, over a connection of its own: who waits for a long reader holds up nobody, and
/// gives up after a while, to go on an hour later.
/// </summary>
internal sealed class PostgresRetention(PostgresStore store) : IRetentionStore
{
    private const int RowsAtOnce = 500;
    private const int FactRowsAtOnce = 2_000;
    private const int DaysInParts = 3;

    private const string SumUpDeliveries =
        """
        WITH gone AS (
            DELETE FROM delivery_count_part
            WHERE ctid = ANY (ARRAY(SELECT ctid FROM delivery_count_part WHERE day < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
            RETURNING campaign, channel, day, outcome, count)
        INSERT INTO delivery_count AS c (campaign, channel, day, outcome, count)
        SELECT campaign, channel, day, outcome, sum(count) FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (campaign, channel, day, outcome) DO UPDATE SET count = c.count + excluded.count
        """;

    // One statement, so that totals are the same in each snapshot. No connection has the shard -1.
    private const string SumUpFacts =
        """
        WITH gone AS (
            DELETE FROM fact_count
            WHERE ctid = ANY (ARRAY(SELECT ctid FROM fact_count WHERE day < $1 AND shard >= 0 ORDER BY day LIMIT $2 FOR UPDATE SKIP LOCKED))
            RETURNING group_id, day, kind, code, count, amount)
        INSERT INTO fact_count AS c (group_id, day, kind, code, shard, count, amount)
        SELECT group_id, day, kind, code, -1, sum(count), sum(amount) FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (group_id, day, kind, code, shard) DO UPDATE SET count = c.count + excluded.count, amount = c.amount + excluded.amount
        """;

    public Task<bool> KeepAsync(RetentionOptions options, DateTimeOffset now) => AloneAsync(async connection =>
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        await PostgresPartitions.PrepareAsync(connection, store);
        await PostgresPartitions.DropBeforeAsync(
            connection, store, PartitionedTable.Answers, today.AddDays(1 - RetentionOptions.AnswerDays));
        await PostgresPartitions.DropBeforeAsync(connection, store, PartitionedTable.Ledger, today.AddDays(-options.LedgerDays));
        await PostgresPartitions.DropBeforeAsync(connection, store, PartitionedTable.Facts, today.AddDays(-options.FactDays));
        await IndexFactsAsync(connection);
        await connection.RunAsync(
            $"DELETE FROM fact_batch WHERE kept_on < (now() AT TIME ZONE 'UTC')::date - {RetentionOptions.BatchDays}", default);
        await ForgetEvaluationsAsync(connection, today.AddDays(-options.EvaluationDays));
        await connection.RunAsync("DELETE FROM erasure_evidence WHERE kept_until < (now() AT TIME ZONE 'UTC')::date", default);
        await SumUpAsync(connection, SumUpDeliveries, today.AddDays(-DaysInParts), RowsAtOnce);
        await SumUpAsync(connection, SumUpFacts, today.AddDays(-DaysInParts), FactRowsAtOnce);
    });

    /// <summary>Drops the decisions before a day.</summary>
    public Task ForgetDecisionsAsync(DateOnly day) =>
        AloneAsync(connection => PostgresPartitions.DropBeforeAsync(connection, store, PartitionedTable.Decisions, day));

    /// <summary>Makes the partitions that commits need, though another process is dropping some.</summary>
    public Task PrepareAsync() => UseAsync(async connection =>
    {
        await PostgresPartitions.PrepareAsync(connection, store);
        return true;
    });

    /// <summary>Whether the partition of a day is there.</summary>
    public Task<bool> HasPartitionAsync(PartitionedTable table, DateOnly day) =>
        UseAsync(connection => PostgresPartitions.HasAsync(connection, store, table, day));

    // By customer, for erasures; nobody writes to days that are over, so an index costs no commit anything.
    private async Task IndexFactsAsync(NpgsqlConnection connection)
    {
        foreach (var name in await PostgresPartitions.ListEndedAsync(connection, store, PartitionedTable.Facts))
        {
            await connection.RunAsync(
                $"SET statement_timeout = '30min'; CREATE INDEX IF NOT EXISTS {name}_customer ON {name} (bucket, customer_id); SET statement_timeout = '60s'", default);
        }
    }

    // Rows of a campaign lie together, and some thousand of them are a run of a million customers: few at a time.
    private static async Task ForgetEvaluationsAsync(NpgsqlConnection connection, DateOnly day)
    {
        await using var delete = new NpgsqlCommand(
            "DELETE FROM campaign_evaluation WHERE ctid = ANY (ARRAY(SELECT ctid FROM campaign_evaluation WHERE kept_on < $1 ORDER BY kept_on LIMIT $2))", connection)
        {
            Parameters = { new() { Value = day }, new() { Value = RowsAtOnce } },
        };
        while (await delete.ExecuteNonQueryAsync() > 0)
        {
            // There may be more.
        }
    }

    // Counts of days in which hardly anything is counted any more; what is, is summed up later.
    private static async Task SumUpAsync(NpgsqlConnection connection, string text, DateOnly day, int rowsAtOnce)
    {
        await using var sum = new NpgsqlCommand(text, connection)
        {
            Parameters = { new() { Value = day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber }, new() { Value = rowsAtOnce } },
        };
        while (await sum.ExecuteNonQueryAsync() > 0)
        {
            // There may be more.
        }
    }

    private Task<bool> AloneAsync(Func<NpgsqlConnection, Task> work) => UseAsync(async connection =>
    {
        if (!await connection.ScalarAsync<bool>($"SELECT pg_try_advisory_lock({AdvisoryLocks.Retention(store)})", default))
        {
            return false;
        }

        await work(connection);
        return true;
    });

    private async Task<bool> UseAsync(Func<NpgsqlConnection, Task<bool>> work)
    {
        try
        {
            await using var connection = await ServerCheck.OpenAsync(store, CancellationToken.None);
            await connection.RunAsync(
                "SET lock_timeout = '20s'; SET statement_timeout = '60s'; SET client_min_messages = warning", default);
            return await work(connection);
        }
        catch (NpgsqlException fault)
        {
            throw PostgresFaults.Away(fault, store);
        }
    }
}
