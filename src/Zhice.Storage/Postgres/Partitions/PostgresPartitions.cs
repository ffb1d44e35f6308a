using Npgsql;
using Zhice.Postgres;

namespace Zhice.Storage.Postgres.Partitions;

/// <summary>
/// Makes and drops partitions, while others read and write the table. One is attached once it is made, and detached before it is
/// dropped: neither waits for, nor holds up, whoever uses the others.
/// </summary>
internal static class PostgresPartitions
{
    // Ahead, so that no commit finds none: a silo looks each hour.
    private const int MadeAhead = 2;

    /// <summary>Whether a row found no partition.</summary>
    public static bool IsMissing(PostgresException fault) =>
        fault.SqlState == PostgresErrorCodes.CheckViolation && string.IsNullOrEmpty(fault.ConstraintName);

    /// <summary>Makes what commits of today and of the days to come need.</summary>
    public static async Task PrepareAsync(NpgsqlConnection connection, PostgresStore store)
    {
        var today = await TodayAsync(connection);
        foreach (var table in (PartitionedTable[])[PartitionedTable.Ledger, PartitionedTable.Answers, PartitionedTable.Facts])
        {
            var day = today;
            for (var ahead = 0; ahead <= MadeAhead; ahead++, day = table.Next(day))
            {
                await MakeAsync(connection, store, table, day);
            }
        }
    }

    /// <summary>Makes the partition of a day, unless it is there. Two who do so at once would fail each other: one waits.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, PostgresStore store, PartitionedTable table, DateOnly day)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.RunAsync($"SELECT pg_advisory_xact_lock({AdvisoryLocks.Partitions(store)})", default);
        var name = table.PartitionName(day);
        var found = (await ListAsync(connection, store, table)).Find(partition => partition.Name == name);
        if (found.State != PartitionState.Attached)
        {
            await connection.RunAsync(
                $"""
                DROP TABLE IF EXISTS {name};
                CREATE TABLE {name} {table.Columns};
                ALTER TABLE {table.Name} ATTACH PARTITION {name} FOR VALUES {table.Bounds(day)}
                """,
                default);
        }

        await transaction.CommitAsync();
    }

    /// <summary>Whether the partition of a day is there.</summary>
    public static async Task<bool> HasAsync(NpgsqlConnection connection, PostgresStore store, PartitionedTable table, DateOnly day) =>
        (await ListAsync(connection, store, table))
            .Exists(partition => partition.Name == table.PartitionName(day) && partition.State == PartitionState.Attached);

    /// <summary>The partitions of days that are over.</summary>
    public static async Task<IReadOnlyList<string>> ListEndedAsync(NpgsqlConnection connection, PostgresStore store, PartitionedTable table)
    {
        var today = await TodayAsync(connection);
        return [.. (await ListAsync(connection, store, table)).Where(
            partition =>
                partition.State == PartitionState.Attached && table.End(partition.Name) <= today).Select(static partition =>
                    partition.Name)];
    }

    /// <summary>Drops the partitions that end by a day, but none of today's or later. One that broke off is taken up again.</summary>
    public static async Task DropBeforeAsync(NpgsqlConnection connection, PostgresStore store, PartitionedTable table, DateOnly day)
    {
        var today = await TodayAsync(connection);
        foreach (var (name, state) in await ListAsync(connection, store, table))
        {
            if (table.End(name) <= (day < today ? day : today))
            {
                if (state != PartitionState.Detached)
                {
                    await connection.RunAsync($"ALTER TABLE {table.Name} DETACH PARTITION {name} {(state == PartitionState.Leaving ? "FINALIZE" : "CONCURRENTLY")}", default);
                }

                await connection.RunAsync($"DROP TABLE IF EXISTS {name}", default);
            }
        }
    }

    private static Task<DateOnly> TodayAsync(NpgsqlConnection connection) =>
        connection.ScalarAsync<DateOnly>("SELECT (now() AT TIME ZONE 'UTC')::date", default);

    // One that is being detached comes first: another cannot be until it is.
    private static async Task<List<(string Name, PartitionState State)>> ListAsync(
        NpgsqlConnection connection, PostgresStore store, PartitionedTable table)
    {
        await using var command = new NpgsqlCommand(
            $"""
            SELECT c.relname::text, CASE WHEN i.inhdetachpending THEN 2 WHEN i.inhparent IS NOT NULL THEN 1 ELSE 0 END AS state
            FROM pg_class AS c LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid
            WHERE c.relnamespace = '"{store.ServiceId}"'::regnamespace AND c.relkind = 'r' AND c.relname ~ '{table.Pattern}'
            ORDER BY 2 DESC, 1
            """,
            connection);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<(string, PartitionState)>();
        while (await rows.ReadAsync())
        {
            found.Add((rows.GetString(0), (PartitionState)rows.GetInt32(1)));
        }

        return found;
    }

    private enum PartitionState
    {
        Detached,
        Attached,
        Leaving,
    }
}
