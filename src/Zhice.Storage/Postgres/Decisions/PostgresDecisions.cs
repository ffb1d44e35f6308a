using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Decisions;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Erasures;
using Zhice.Storage.Postgres.Partitions;
using Zhice.Storage.Postgres.Retention;

namespace Zhice.Storage.Postgres.Decisions;

/// <summary>
/// Decisions in a table with a partition for each day: forgetting a day drops its partition, and deletes nothing row by row.
/// </summary>
internal sealed class PostgresDecisions(PostgresPools pools, PostgresRetention retention) : IDecisionStore
{
    private readonly ConcurrentDictionary<DateOnly, bool> _days = new();
    private readonly PostgresCalls _streams = new(pools.Streams);

    public async Task AppendAsync(IReadOnlyList<DecisionRow> decisions)
    {
        try
        {
            await CopyAsync(decisions);
        }
        catch (PostgresException fault) when (PostgresPartitions.IsMissing(fault))
        {
            // No partition: another silo has forgotten a day that this one takes for made.
            _days.Clear();
            await CopyAsync(decisions);
        }
    }

    public async Task<byte[]?> FindAsync(DecisionId id, string customerId)
    {
        var decision = new DecisionRow(id, customerId, []);
        try
        {
            return await pools.Reads.UseAsync(async use =>
            {
                await using var command = new NpgsqlCommand(
                    "SELECT record FROM decision_log WHERE decided_at = $1 AND bucket = $2 AND decision_id = $3 AND customer_id = $4",
                    use.Connection)
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

    // By the primary key of the day's partition.
    public async Task<IReadOnlyList<DecisionRow>> ListAsync(DateTimeOffset from, DateTimeOffset to, int limit) => await _streams.ReadAsync(
        """
        SELECT decision_id, customer_id, record FROM decision_log WHERE decided_at >= $1 AND decided_at < $2
        ORDER BY decided_at, bucket, decision_id LIMIT $3
        """,
        () => [Instant(from), Instant(to), new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer }],
        static row => new DecisionRow(
            DecisionId.TryParse(row.GetString(0), out var id) ? id : default, Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)),
            row.GetFieldValue<byte[]>(2)));

    public Task ForgetBeforeAsync(DateOnly day)
    {
        _days.Clear();
        return retention.ForgetDecisionsAsync(day);
    }

    private static NpgsqlParameter<DateTimeOffset> Instant(DateTimeOffset at) =>
        new() { TypedValue = at, NpgsqlDbType = NpgsqlDbType.TimestampTz };

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
        catch (Exception fault) when (fault is not PostgresException of || !PostgresPartitions.IsMissing(of))
        {
            throw PostgresFaults.Away(fault, pools.Store);
        }
    }

    private async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<DecisionRow> decisions)
    {
        if (await PostgresErasures.FindErasedAsync(
            connection, [.. decisions.Select(static decision => decision.Key)]) is { Count: > 0 } erased)
        {
            decisions = [.. decisions.Where((_, place) => !erased.Contains(place))];
        }

        foreach (var day in decisions.Select(static decision => decision.Day).Distinct().Where(day => !_days.ContainsKey(day)))
        {
            await PostgresPartitions.MakeAsync(connection, pools.Store, PartitionedTable.Decisions, day);
            _days[day] = true;
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
}
