using System.Text;
using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.Storage.Facts;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Erasures;
using Zhice.Storage.Postgres.Partitions;
using Zhice.Storage.Postgres.Retention;
using Zhice.Storage.Postgres.Parameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;
using Texts = Zhice.Storage.Postgres.Facts.PostgresFactTexts;

namespace Zhice.Storage.Postgres.Facts;

/// <summary>Facts in PostgreSQL, in a table with a partition for each day on which they were recorded.</summary>
internal sealed class PostgresFacts(PostgresPools pools, PostgresRetention retention, PostgresFactGroups groups) : IFactStore
{
    private const int NameCount = 10;

    // 16 MB, some 120,000 rows.
    private const int BlocksAtOnce = 2_048;

    private readonly PostgresCalls _streams = new(pools.Streams);
    private readonly PostgresCalls _bulk = new(pools.Bulk);

    public async Task AppendAsync(Guid batchId, IReadOnlyList<Fact> facts)
    {
        try
        {
            await TryAppendAsync(batchId, facts);
        }
        catch (
            Domain.Faults.StoreUnavailableException fault) when (fault.InnerException is PostgresException of
                && PostgresPartitions.IsMissing(of))
        {
            // Nobody has looked after the store for days, or its clock was set.
            await retention.PrepareAsync();
            await TryAppendAsync(batchId, facts);
        }
    }

    public async Task<FactTotals> SumAsync(FactFilter filter)
    {
        var rows = await _streams.ReadAsync(
            Texts.Sum,
            () => Parameters(filter),
            static row =>
                (
                    AtMs: row.GetInt64(0),
                    Total: new FactTotal(
                        ReadGroup(row, 6), (FactKind)(byte)row.GetInt16(1), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4),
                        row.GetInt64(5))));
        return new(
            rows.Find(static row => row.AtMs > 0).AtMs,
            [.. rows.Where(static row => row.AtMs == 0).Select(static row => row.Total)]);
    }

    public async Task<IReadOnlyList<OutcomeSums>> SumOutcomesAsync(FactFilter filter, int outcome) => await _streams.ReadAsync(
        Texts.SumOutcomes,
        () => [.. Parameters(filter), Value(outcome)],
        static row => new OutcomeSums(ReadGroup(row, 4), row.GetBoolean(0), row.GetInt64(1), row.GetDouble(2), row.GetDouble(3)));

    public async Task<IReadOnlyList<OutcomeAmounts>> ListAmountsAsync(FactFilter filter, int outcome) => await _streams.ReadAsync(
        Texts.ListAmounts,
        () => [.. Parameters(filter), Value(outcome)],
        static row => new OutcomeAmounts(
            ReadGroup(row, 3), row.GetBoolean(0), [.. row.GetFieldValue<double[]>(1)], [.. row.GetFieldValue<long[]>(2)]));

    public async Task<IReadOnlyList<CustomerSums>> SumCustomersAsync(string armPrefix, DayRange days, int outcome) => await _streams.ReadAsync(
        Texts.SumCustomers,
        () => [Value(armPrefix), Value(days.From), Value(days.To), Value(outcome)],
        static row => new CustomerSums(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetDouble(4), row.GetDouble(5), row.GetDouble(6)));

    public async Task<IReadOnlyList<NumberedFact>> ListAsync(DateOnly recordedOn, long after, int limit)
    {
        if (!await retention.HasPartitionAsync(PartitionedTable.Facts, recordedOn))
        {
            return [];
        }

        var page = await _streams.ReadAsync(
            Texts.List(PartitionedTable.Facts.PartitionName(recordedOn)),
            () => [RowPlaces.Parameter(after), Value(limit)],
            Read);
        page.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        return page;
    }

    public async Task<IReadOnlyList<NumberedBehavior>> ListBehaviorAsync(BehaviorFilter filter, long after, int limit)
    {
        if (!await retention.HasPartitionAsync(PartitionedTable.Facts, filter.RecordedOn))
        {
            return [];
        }

        var page = await _streams.ReadAsync(
            Texts.ListBehavior(PartitionedTable.Facts.PartitionName(filter.RecordedOn)),
            () =>
            [
                RowPlaces.Parameter(after), Value(limit),
                Value(filter.Days.From), Value(filter.Days.To), Column<string>(NpgsqlDbType.Text, [.. filter.EventTypes]),
            ],
            static row => new NumberedBehavior(
                RowPlaces.ToNumber(row.GetString(0)),
                new(
                    Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), row.GetString(2), row.GetString(3),
                    new DateTimeOffset(row.GetDateTime(4)).ToUnixTimeMilliseconds(), row.GetInt32(5))
                {
                    Properties = row.GetString(6),
                }));
        page.Sort(static (one, other) => one.Number.CompareTo(other.Number));
        return page;
    }

    public async IAsyncEnumerable<IReadOnlyList<CustomerFact>> ReadCustomersAsync(CustomerFactFilter filter)
    {
        if (!await retention.HasPartitionAsync(PartitionedTable.Facts, filter.RecordedOn))
        {
            yield break;
        }

        var partition = PartitionedTable.Facts.PartitionName(filter.RecordedOn);
        var blocks = (await _streams.ReadAsync(Texts.CountBlocks(partition), static () => [], static row => row.GetInt64(0)))[0];
        for (var first = 0L; first < blocks; first += BlocksAtOnce)
        {
            var block = first;
            yield return await _streams.ReadAsync(
                Texts.ReadCustomers(partition),
                () =>
                [
                    RowPlaces.Parameter(RowPlaces.FirstOf(block)), RowPlaces.Parameter(RowPlaces.FirstOf(block + BlocksAtOnce)),
                    Column<short>(NpgsqlDbType.Smallint, [.. filter.Kinds.Select(static kind => (short)kind)]),
                    Column<long>(NpgsqlDbType.Bigint, [.. filter.GroupIds]), Value(filter.EventType),
                    Column<int>(NpgsqlDbType.Integer, [.. filter.Outcomes]),
                ],
                static row => new CustomerFact(
                    Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), (FactKind)(byte)row.GetInt16(1), row.GetInt32(2), row.GetInt64(3),
                    new DateTimeOffset(row.GetDateTime(4)).ToUnixTimeMilliseconds(), row.GetInt64(5)));
        }
    }

    private async Task TryAppendAsync(Guid batchId, IReadOnlyList<Fact> facts)
    {
        var added = await _bulk.TransactAsync(connection => WriteAsync(connection, batchId, facts));
        if (added is not null)
        {
            groups.Learn(added);
        }
    }

    // The groups that it wrote; null for none.
    private async Task<SortedDictionary<long, FactGroup>?> WriteAsync(NpgsqlConnection connection, Guid batchId, IReadOnlyList<Fact> all)
    {
        if (await RunAsync(connection, "INSERT INTO fact_batch (batch_id) VALUES ($1) ON CONFLICT DO NOTHING", Value(batchId)) == 0)
        {
            return null;
        }

        var erased = await PostgresErasures.FindErasedAsync(
            connection, [.. all.Select(static fact => Encoding.UTF8.GetBytes(fact.CustomerId))]);
        var facts = erased.Count == 0 ? all : [.. all.Where((_, place) => !erased.Contains(place))];
        var added = groups.FindNew(facts);
        if (added is not null)
        {
            await RunAsync(connection, Texts.AddGroups, PostgresFactGroups.Parameters(added));
        }

        await CopyAsync(connection, facts);
        await CountAsync(connection, facts);
        return added;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<Fact> facts)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY fact ({Texts.Columns}) FROM STDIN (FORMAT binary)");
        foreach (var fact in facts)
        {
            var customer = Encoding.UTF8.GetBytes(fact.CustomerId);
            await copy.StartRowAsync();
            await copy.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(fact.AtMs), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(fact.GroupId, NpgsqlDbType.Bigint);
            await copy.WriteAsync(fact.AmountFen, NpgsqlDbType.Bigint);
            await copy.WriteAsync(fact.Day, NpgsqlDbType.Integer);
            await copy.WriteAsync(fact.Code, NpgsqlDbType.Integer);
            await copy.WriteAsync(fact.Probability, NpgsqlDbType.Real);
            await copy.WriteAsync((short)fact.Kind, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)fact.Rank, NpgsqlDbType.Smallint);
            await copy.WriteAsync((short)CustomerBucket.ForId(customer), NpgsqlDbType.Smallint);
            await copy.WriteAsync(fact.Key, NpgsqlDbType.Text);
            await copy.WriteAsync(customer, NpgsqlDbType.Bytea);
            await copy.WriteAsync(fact.About, NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }

    // Summed up here: a batch of thousands has some hundred totals.
    private static async Task CountAsync(NpgsqlConnection connection, IReadOnlyList<Fact> facts)
    {
        var totals = facts
            .GroupBy(static fact => (fact.GroupId, fact.Day, fact.Kind, fact.Code))
            .Select(static same => (same.Key, Count: same.LongCount(), Amount: same.Sum(static fact => fact.AmountFen)))
            .OrderBy(static total => total.Key).ToArray();
        await RunAsync(
            connection,
            $"""
            INSERT INTO fact_count AS c (group_id, day, code, kind, shard, count, amount)
            SELECT n.group_id, n.day, n.code, n.kind, {CountShards.OfConnection}, n.count, n.amount
            FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::smallint[], $5::bigint[], $6::bigint[]) AS n (group_id, day, code, kind, count, amount)
            ON CONFLICT (group_id, day, kind, code, shard) DO UPDATE SET count = c.count + excluded.count, amount = c.amount + excluded.amount
            """,
            Column(NpgsqlDbType.Bigint, Array.ConvertAll(totals, static total => total.Key.GroupId)),
            Column(NpgsqlDbType.Integer, Array.ConvertAll(totals, static total => total.Key.Day)),
            Column(NpgsqlDbType.Integer, Array.ConvertAll(totals, static total => total.Key.Code)),
            Column(NpgsqlDbType.Smallint, Array.ConvertAll(totals, static total => (short)total.Key.Kind)),
            Column(NpgsqlDbType.Bigint, Array.ConvertAll(totals, static total => total.Count)),
            Column(NpgsqlDbType.Bigint, Array.ConvertAll(totals, static total => total.Amount)));
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string text, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(text, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter[] Parameters(FactFilter filter) =>
        [Value(filter.Campaign), Value(filter.Journey), Value(filter.FromDay), Value(filter.ToDay)];

    private static FactGroup ReadGroup(NpgsqlDataReader row, int first)
    {
        var names = new string[NameCount];
        for (var i = 0; i < NameCount; i++)
        {
            names[i] = row.GetString(first + i);
        }

        return FactGroup.FromNames(names);
    }

    private static NumberedFact Read(NpgsqlDataReader row)
    {
        var group = ReadGroup(row, 12);
        var fact = new Fact(
            (FactKind)(byte)row.GetInt16(1), row.GetString(2), new DateTimeOffset(row.GetDateTime(3)).ToUnixTimeMilliseconds(),
            row.GetInt32(4), row.GetInt64(5))
        {
            Group = group, CustomerId = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(6)), Code = row.GetInt32(7),
            Rank = row.GetInt16(8),
            Probability = row.GetFloat(9), AmountFen = row.GetInt64(10), About = row.GetString(11),
        };
        return new(RowPlaces.ToNumber(row.GetString(0)), fact);
    }
}
