using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Zhice.Storage.Postgres;

namespace Zhice.Storage.Decisions;

/// <summary>Decisions in a table with a partition for each day: forgetting a day drops its partition, and deletes nothing row by row.</summary>
internal sealed class PostgresDecisions(PostgresPools pools) : IDecisionStore
{
    private const string Prefix = "decision_log_";
    private const string DayFormat = "yyyyMMdd";

    private readonly ConcurrentDictionary<DateOnly, bool> _days = new();
    private readonly long _lock = AdvisoryLocks.Decisions(pools.Store);

    public async Task AppendAsync(IReadOnlyList<DecisionRow> decisions)
    {
        try
        {
            await CopyAsync(decisions);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // No partition: another silo has forgotten a day that this one takes for made.
            _days.Clear();
            await CopyAsync(decisions);
        }
    }

    public async Task<byte[]?> FindAsync(DecisionRow decision)
    {
        try
        {
            return await pools.Reads.UseAsync(async use =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT record FROM decision_log WHERE decided_at = $1 AND bucket = $2 AND decision_id = $3 AND customer_id = $4", use.Connection)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = decision.DecidedAt, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                        new NpgsqlParameter<short> { TypedValue = decision.Bucket, NpgsqlDbType = NpgsqlDbType.Smallint },
                        new NpgsqlParameter<string> { TypedValue = decision.Id.ToString(), NpgsqlDbType = NpgsqlDbType.Text },
                        new NpgsqlParameter<byte[]> { TypedValue = decision.Key, NpgsqlDbType = NpgsqlDbType.Bytea },
                    },
                };
                return (byte[]?)await command.ExecuteScalarAsync();
            });
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }

    public async Task ForgetBeforeAsync(DateOnly day)
    {
        try
        {
            _days.Clear();
            await pools.Bulk.UseAsync(async use =>
            {
                foreach (var partition in await PartitionsAsync(use.Connection))
                {
                    if (DateOnly.TryParseExact(partition[Prefix.Length..], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var of) && of < day)
                    {
                        // Not behind somebody who reads long: the next hour is as good.
                        await RunAsync(use.Connection, $"BEGIN; SET LOCAL lock_timeout = '1s'; DROP TABLE IF EXISTS {partition}; COMMIT");
                    }
                }

                return true;
            });
        }
        catch (Exception fault)
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }

    private async Task CopyAsync(IReadOnlyList<DecisionRow> decisions)
    {
        try
        {
            await pools.Bulk.UseAsync(async use =>
            {
                await CopyAsync(use.Connection, decisions);
                return true;
            });
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // An earlier try was kept, though nobody heard of it.
        }
        catch (Exception fault) when (fault is not PostgresException { SqlState: PostgresErrorCodes.CheckViolation })
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<DecisionRow> decisions)
    {
        foreach (var day in decisions.Select(static decision => decision.Day).Distinct().Where(day => !_days.ContainsKey(day)))
        {
            await MakeAsync(connection, day);
        }

        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY decision_log (decided_at, bucket, decision_id, customer_id, record) FROM STDIN (FORMAT binary)");
        foreach (var decision in decisions)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(decision.DecidedAt, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(decision.Bucket, NpgsqlDbType.Smallint);
            await copy.WriteAsync(decision.Id.ToString(), NpgsqlDbType.Text);
            await copy.WriteAsync(decision.Key, NpgsqlDbType.Bytea);
            await copy.WriteAsync(decision.Record, NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }

    private static async Task<List<string>> PartitionsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'decision_log'::regclass", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var partitions = new List<string>();
        while (await rows.ReadAsync())
        {
            partitions.Add(rows.GetString(0));
        }

        return partitions;
    }

    // Under a lock: two silos that make the same partition at once would fail each other.
    private async Task MakeAsync(NpgsqlConnection connection, DateOnly day)
    {
        string Text(DateOnly of) => of.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await RunAsync(
            connection,
            $"""
            BEGIN;
            SELECT pg_advisory_xact_lock({_lock});
            CREATE TABLE IF NOT EXISTS {Prefix}{day.ToString(DayFormat, CultureInfo.InvariantCulture)}
                PARTITION OF decision_log FOR VALUES FROM ('{Text(day)} 00:00:00+00') TO ('{Text(day.AddDays(1))} 00:00:00+00');
            COMMIT;
            """);
        _days[day] = true;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
