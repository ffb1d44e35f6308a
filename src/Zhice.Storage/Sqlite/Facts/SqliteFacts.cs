using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Storage.Erasures;
using Zhice.Storage.Facts;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Facts;

/// <summary>Facts in SQLite.</summary>
internal sealed class SqliteFacts(
    string path, DatabaseFiles files, WriterThread thread, SqliteReadPool<SqliteSession> reads, ErasedIds erased)
    : IFactStore, IDisposable
{
    private const string Names = "g.campaign, g.journey, g.stage, g.action, g.channel, g.placement, g.treatment, g.arm, g.tier, g.event_type";

    private const string Meant = "SELECT * FROM fact_group WHERE ($0 = '' AND instr(campaign, ':') = 0 OR campaign = $0) AND ($1 = '' OR journey = $1)";

    // The amount of each contact with an outcome.
    private const string AmountOfEach =
        $"""
        WITH g AS ({Meant}),
        each AS (
            SELECT group_id, kind IN (17, 19) AS is_held_out, about, total(amount) AS amount FROM fact
            WHERE group_id IN (SELECT group_id FROM g) AND kind BETWEEN 16 AND 19 AND code = $4 AND day BETWEEN $2 AND $3
            GROUP BY 1, 2, 3)
        """;

    private const int NameCount = 10;
    private const int FactsAtOnce = 50_000;

    private readonly SqliteTurns<Session> _turns = new(path, files, thread, static connection => new(connection));

    public Task AppendAsync(Guid batchId, IReadOnlyList<Fact> facts) => _turns.RunAsync(session =>
    {
        if (session.Run(
            "INSERT INTO fact_batch (batch_id, kept_at_ms) VALUES ($0, CAST(unixepoch('subsec') * 1000 AS INTEGER)) ON CONFLICT DO NOTHING",
            batchId.ToByteArray()) == 0)
        {
            return false;
        }

        foreach (var fact in facts)
        {
            var customer = Encoding.UTF8.GetBytes(fact.CustomerId);
            if (!erased.Has(customer))
            {
                session.Facts.Record(CustomerBucket.ForId(customer), customer, fact);
            }
        }

        return true;
    });

    public async Task<FactTotals> SumAsync(FactFilter filter)
    {
        var rows = await reads.ReadAsync(session => session.Read(
            $"""
            WITH g AS ({Meant})
            SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), 0, 0, 0, 0, 0, '', '', '', '', '', '', '', '', '', ''
            UNION ALL
            SELECT 0, c.kind, c.code, c.day, c.count, c.amount, {Names} FROM g JOIN fact_count AS c USING (group_id) WHERE c.day BETWEEN $2 AND $3
            UNION ALL
            SELECT 0, 255, 0, 0, count(*), 0, {Names} FROM outbox AS o JOIN g USING (group_id) WHERE o.group_id <> 0 GROUP BY g.group_id
            """,
            static row =>
                (
                    AtMs: row.GetInt64(0),
                    Total: new FactTotal(
                        ReadGroup(row, 6), (FactKind)row.GetByte(1), row.GetInt32(2), row.GetInt32(3), row.GetInt64(4), row.GetInt64(5))),
            filter.Campaign, filter.Journey, filter.FromDay, filter.ToDay));
        return new(rows[0].AtMs, [.. rows.Skip(1).Select(static row => row.Total)]);
    }

    public Task<IReadOnlyList<OutcomeSums>> SumOutcomesAsync(FactFilter filter, int outcome) => reads.ReadAsync(session => session.Read(
        $"""
        {AmountOfEach}
        SELECT e.is_held_out, count(*), total(e.amount), total(e.amount * e.amount), {Names}
        FROM each AS e JOIN g USING (group_id) GROUP BY e.is_held_out, g.group_id
        """,
        static row => new OutcomeSums(ReadGroup(row, 4), row.GetBoolean(0), row.GetInt64(1), row.GetDouble(2), row.GetDouble(3)),
        filter.Campaign, filter.Journey, filter.FromDay, filter.ToDay, outcome));

    public async Task<IReadOnlyList<OutcomeAmounts>> ListAmountsAsync(FactFilter filter, int outcome)
    {
        var rows = await reads.ReadAsync(session => session.Read(
            $"""
            {AmountOfEach}
            SELECT e.is_held_out, e.amount, count(*), {Names} FROM each AS e JOIN g USING (group_id) GROUP BY e.is_held_out, g.group_id, e.amount
            """,
            static row => (IsHeldOut: row.GetBoolean(0), Fen: row.GetDouble(1), Contacts: row.GetInt64(2), Group: ReadGroup(row, 3)),
            filter.Campaign, filter.Journey, filter.FromDay, filter.ToDay, outcome));
        return
        [
            .. rows.GroupBy(static row => (row.Group, row.IsHeldOut)).Select(static same => new OutcomeAmounts(
                same.Key.Group, same.Key.IsHeldOut, [.. same.Select(static row => row.Fen)], [.. same.Select(static row => row.Contacts)])),
        ];
    }

    public Task<IReadOnlyList<CustomerSums>> SumCustomersAsync(string armPrefix, DayRange days, int outcome) => reads.ReadAsync(session => session.Read(
        """
        WITH g AS (SELECT group_id, arm, placement FROM fact_group WHERE substr(arm, 1, length($0)) = $0),
        offered AS (
            SELECT g.arm AS arm, f.customer_id AS customer_id, g.placement AS placement,
                max(count(*) FILTER (WHERE f.kind = 13), count(*) FILTER (WHERE f.kind = 6)) AS shown,
                count(*) FILTER (WHERE f.kind = 16 AND f.code = $3) AS converted
            FROM fact AS f JOIN g USING (group_id)
            WHERE f.kind IN (6, 13, 16) AND f.day BETWEEN $1 AND $2
            GROUP BY 1, 2, 3),
        each AS (SELECT arm, customer_id, sum(shown) AS n, sum(min(shown, converted)) AS y FROM offered GROUP BY 1, 2)
        SELECT arm, count(*), sum(n), sum(y), total(CAST(n AS REAL) * n), total(CAST(n AS REAL) * y), total(CAST(y AS REAL) * y)
        FROM each WHERE n > 0 GROUP BY arm
        """,
        static row => new CustomerSums(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetDouble(4), row.GetDouble(5), row.GetDouble(6)),
        armPrefix, days.From, days.To, outcome));

    public Task<IReadOnlyList<NumberedFact>> ListAsync(DateOnly recordedOn, long after, int limit)
    {
        var begin = new DateTimeOffset(recordedOn.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return reads.ReadAsync(session => session.Read(
            $"""
            SELECT f.number, f.kind, f.key, f.at_ms, f.day, f.group_id, f.customer_id, f.code, f.rank, f.probability, f.amount, f.about, {Names}
            FROM fact AS f JOIN fact_group AS g USING (group_id)
            WHERE f.number > max($2, (SELECT coalesce(min(number), 0) FROM fact WHERE kept_at_ms >= $0 AND kept_at_ms < $1) - 1)
                AND f.number <= (SELECT max(number) FROM fact WHERE kept_at_ms >= $0 AND kept_at_ms < $1)
                AND +f.kept_at_ms >= $0 AND +f.kept_at_ms < $1
            ORDER BY f.number LIMIT $3
            """,
            Read,
            begin.ToUnixTimeMilliseconds(), begin.AddDays(1).ToUnixTimeMilliseconds(), after, limit));
    }

    public Task<IReadOnlyList<NumberedBehavior>> ListBehaviorAsync(BehaviorFilter filter, long after, int limit)
    {
        var begin = new DateTimeOffset(filter.RecordedOn.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return reads.ReadAsync(session => session.Read(
            """
            SELECT f.number, f.customer_id, g.event_type, g.channel, f.at_ms, f.day, f.about
            FROM fact AS f JOIN fact_group AS g USING (group_id)
            WHERE f.number > max($2, (SELECT coalesce(min(number), 0) FROM fact WHERE kept_at_ms >= $0 AND kept_at_ms < $1) - 1)
                AND f.number <= (SELECT max(number) FROM fact WHERE kept_at_ms >= $0 AND kept_at_ms < $1)
                AND +f.kept_at_ms >= $0 AND +f.kept_at_ms < $1
                AND f.kind = 23 AND f.day BETWEEN $4 AND $5
                AND ($6 = '[]' OR g.event_type IN (SELECT value FROM json_each($6)))
            ORDER BY f.number LIMIT $3
            """,
            static row => new NumberedBehavior(
                row.GetInt64(0),
                new(
                    Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(1)), row.GetString(2), row.GetString(3), row.GetInt64(4),
                    row.GetInt32(5))
                {
                    Properties = row.GetString(6),
                }),
            begin.ToUnixTimeMilliseconds(), begin.AddDays(1).ToUnixTimeMilliseconds(), after, limit, filter.Days.From, filter.Days.To,
            JsonSerializer.Serialize(filter.EventTypes)));
    }

    public async IAsyncEnumerable<IReadOnlyList<CustomerFact>> ReadCustomersAsync(CustomerFactFilter filter)
    {
        var begin = new DateTimeOffset(filter.RecordedOn.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var (fromMs, toMs) = (begin.ToUnixTimeMilliseconds(), begin.AddDays(1).ToUnixTimeMilliseconds());
        var (first, last) = (await reads.ReadAsync(session => session.Read(
            "SELECT coalesce(min(number), 0), coalesce(max(number), -1) FROM fact WHERE kept_at_ms >= $0 AND kept_at_ms < $1",
            static row => (row.GetInt64(0), row.GetInt64(1)), fromMs, toMs)))[0];
        for (var from = first; from <= last; from += FactsAtOnce)
        {
            var end = Math.Min(from + FactsAtOnce, last + 1);
            yield return await reads.ReadAsync(session => session.Read(
                """
                SELECT customer_id, kind, code, group_id, at_ms, amount FROM fact
                WHERE number >= $0 AND number < $1 AND +kept_at_ms >= $2 AND +kept_at_ms < $3 AND kind IN (SELECT value FROM json_each($4))
                    AND ($5 = '[]' OR group_id IN (SELECT value FROM json_each($5)))
                    AND (kind <> 23 OR $6 = '' OR group_id IN (SELECT group_id FROM fact_group WHERE event_type = $6))
                    AND (kind <> 15 OR code IN (SELECT value FROM json_each($7)))
                """,
                static row => new CustomerFact(
                    Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), (FactKind)row.GetByte(1), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4),
                    row.GetInt64(5)),
                from, end, fromMs, toMs, JsonSerializer.Serialize(filter.Kinds.Select(static kind => (int)kind)),
                JsonSerializer.Serialize(filter.GroupIds), filter.EventType, JsonSerializer.Serialize(filter.Outcomes)));
        }
    }

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose() => _turns.Dispose();

    private static FactGroup ReadGroup(SqliteDataReader row, int first)
    {
        var names = new string[NameCount];
        for (var i = 0; i < NameCount; i++)
        {
            names[i] = row.GetString(first + i);
        }

        return FactGroup.FromNames(names);
    }

    private static NumberedFact Read(SqliteDataReader row) => new(
        row.GetInt64(0),
        new Fact((FactKind)row.GetByte(1), row.GetString(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5))
        {
            Group = ReadGroup(row, 12), CustomerId = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(6)), Code = row.GetInt32(7),
            Rank = row.GetInt32(8),
            Probability = row.GetFloat(9), AmountFen = row.GetInt64(10), About = row.GetString(11),
        });

    private sealed class Session(SqliteConnection connection) : SqliteSession(connection)
    {
        public SqliteFactStatements Facts { get; } = new(connection);

        public override void Dispose()
        {
            Facts.Dispose();
            base.Dispose();
        }
    }
}
