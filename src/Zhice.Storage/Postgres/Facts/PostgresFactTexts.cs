using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Postgres.Parameters;

namespace Zhice.Storage.Postgres.Facts;

/// <summary>The parts of statements that write facts and their totals, and the statements that read them.</summary>
internal static class PostgresFactTexts
{
    /// <summary>The columns of a fact.</summary>
    public const string Columns = "at, group_id, amount, day, code, probability, kind, rank, bucket, key, customer_id, about";

    /// <summary>The columns of a group.</summary>
    public const string Names = "campaign, journey, stage, action, channel, placement, treatment, arm, tier, event_type";

    // Of a group that others have written meanwhile there is nothing to do.
    public const string AddGroups =
        $"""
        INSERT INTO fact_group (group_id, {Names})
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
        ON CONFLICT DO NOTHING
        """;

    /// <summary>
    /// Two queries that write the facts of contacts that a query named freed took out of the outbox; each ends in a comma.
    /// </summary>
    /// <param name="outcome">The outcome, as an expression over freed.</param>
    /// <param name="day">The day, as an expression over freed.</param>
    public static string Ended(string outcome, string day)
    {
        var (kind, code) = ($"CASE WHEN {outcome} = 1 THEN {(int)FactKind.HandedOver} ELSE {(int)FactKind.Void} END", $"CASE WHEN {outcome} = 1 THEN 0 ELSE {outcome} END");
        return
            $"""
            measured AS (
                INSERT INTO fact ({Columns})
                SELECT at, group_id, 0, {day}, {code}, 0, {kind}, 0, bucket, contact_id, customer_id, '' FROM freed WHERE group_id <> 0),
            {Count("summed", $"SELECT group_id, {day} AS day, {code} AS code, {kind} AS kind, 0 AS amount FROM freed WHERE group_id <> 0")},
            """;
    }

    /// <summary>A query that adds to the totals.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="facts">A query of the facts, with group_id, day, code, kind and amount.</param>
    public static string Count(string name, string facts) => $"{name} AS ({CountText(facts)})";

    /// <summary>A statement that adds to the totals.</summary>
    public static string CountText(string facts) =>
        $"""
        INSERT INTO fact_count AS c (group_id, day, code, kind, shard, count, amount)
            SELECT group_id, day, code, kind, {CountShards.OfConnection}, count(*), sum(amount) FROM ({facts}) AS f
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4, 3
            ON CONFLICT (group_id, day, kind, code, shard) DO UPDATE SET count = c.count + excluded.count, amount = c.amount + excluded.amount
        """;

    // Names of experiments of the catalogue have a colon.
    private const string Meant =
        "SELECT * FROM fact_group WHERE ($1 = '' AND strpos(campaign, ':') = 0 OR campaign = $1) AND ($2 = '' OR journey = $2)";

    // One statement, so that all is as of one instant: what is counted as waiting is in no other total.
    public const string Sum =
        $"""
        WITH g AS ({Meant})
        SELECT (extract(epoch FROM now()) * 1000)::bigint, -1::smallint, 0, 0, 0::bigint, 0::bigint, {NoNames}
        UNION ALL
        SELECT 0, c.kind, c.code, c.day, sum(c.count)::bigint, least(greatest(sum(c.amount), -9223372036854775808), 9223372036854775807)::bigint, {Names}
        FROM g JOIN fact_count AS c USING (group_id) WHERE c.day BETWEEN $3 AND $4
        GROUP BY c.kind, c.code, c.day, g.group_id, {Names}
        UNION ALL
        SELECT 0, 255, 0, 0, count(*), 0, {OutboxNames} FROM outbox AS o JOIN g USING (group_id)
        WHERE o.group_id <> 0 AND ($1 = '' OR o.campaign = $1 AND o.campaign <> '')
        GROUP BY g.group_id, {OutboxNames}
        """;

    private const string EmptyArray = "{}";

    private const string NoNames = "'', '', '', '', '', '', '', '', '', ''";

    private const string OutboxNames = "g.campaign, g.journey, g.stage, g.action, g.channel, g.placement, g.treatment, g.arm, g.tier, g.event_type";

    // The amount of each contact with an outcome.
    private const string AmountOfEach =
        $"""
        WITH g AS ({Meant}),
        each AS (
            SELECT f.group_id, f.kind IN (17, 19) AS is_held_out, f.about, sum(f.amount) AS amount
            FROM fact AS f WHERE f.group_id IN (SELECT group_id FROM g) AND f.kind BETWEEN 15 AND 19 AND f.kind > 15 AND f.code = $5 AND f.day BETWEEN $3 AND $4
            GROUP BY 1, 2, 3)
        """;

    public const string SumOutcomes =
        $"""
        {AmountOfEach}
        SELECT e.is_held_out, count(*), sum(e.amount)::float8, sum(e.amount * e.amount)::float8, {Names}
        FROM each AS e JOIN g USING (group_id) GROUP BY e.is_held_out, g.group_id, {Names}
        """;

    public const string ListAmounts =
        $"""
        {AmountOfEach},
        counted AS (SELECT group_id, is_held_out, amount::float8 AS amount, count(*) AS contacts FROM each GROUP BY 1, 2, 3)
        SELECT c.is_held_out, array_agg(c.amount), array_agg(c.contacts), {Names}
        FROM counted AS c JOIN g USING (group_id) GROUP BY c.is_held_out, g.group_id, {Names}
        """;

    public const string SumCustomers =
        """
        WITH g AS (SELECT group_id, arm, placement FROM fact_group WHERE starts_with(arm, $1)),
        offered AS (
            SELECT g.arm, f.customer_id, g.placement,
                greatest(count(*) FILTER (WHERE f.kind = 13), count(*) FILTER (WHERE f.kind = 6)) AS shown,
                count(*) FILTER (WHERE f.kind = 16 AND f.code = $4) AS converted
            FROM fact AS f JOIN g USING (group_id)
            WHERE f.kind IN (6, 13, 16) AND f.day BETWEEN $2 AND $3
            GROUP BY 1, 2, 3),
        each AS (
            SELECT arm, customer_id, sum(shown)::float8 AS n, sum(least(shown, converted))::float8 AS y FROM offered GROUP BY 1, 2)
        SELECT arm, count(*), sum(n)::bigint, sum(y)::bigint, sum(n * n), sum(n * y), sum(y * y) FROM each WHERE n > 0 GROUP BY arm
        """;

    /// <summary>The page of a day's partition behind a row. The rows of a day that is over keep their places.</summary>
    public static string List(string partition) =>
        $"""
        SELECT f.ctid::text, f.kind, f.key, f.at, f.day, f.group_id, f.customer_id, f.code, f.rank, f.probability, f.amount, f.about, {OutboxNames}
        FROM {partition} AS f JOIN fact_group AS g USING (group_id)
        WHERE f.ctid = ANY (ARRAY(SELECT p.ctid FROM {partition} AS p WHERE p.ctid > $1::tid LIMIT $2))
        """;

    /// <summary>The same of the events of customers.</summary>
    public static string ListBehavior(string partition) =>
        $"""
        SELECT f.ctid::text, f.customer_id, g.event_type, g.channel, f.at, f.day, f.about
        FROM {partition} AS f JOIN fact_group AS g USING (group_id)
        WHERE f.ctid = ANY (ARRAY(
            SELECT p.ctid FROM {partition} AS p
            WHERE p.ctid > $1::tid AND p.kind = 23 AND p.day BETWEEN $3 AND $4
                AND ($5::text[] = '{EmptyArray}' OR p.group_id IN (SELECT group_id FROM fact_group WHERE event_type = ANY ($5)))
            LIMIT $2))
        """;

    /// <summary>How many blocks a day's partition has.</summary>
    public static string CountBlocks(string partition) =>
        $"SELECT pg_relation_size('{partition}') / current_setting('block_size')::bigint";

    /// <summary>The facts of customers in some blocks of a day's partition, whatever the order in which they are read.</summary>
    public static string ReadCustomers(string partition) =>
        $"""
        SELECT customer_id, kind, code, group_id, at, amount FROM {partition}
        WHERE ctid >= $1::tid AND ctid < $2::tid AND kind = ANY ($3)
            AND ($4::bigint[] = '{EmptyArray}' OR group_id = ANY ($4))
            AND (kind <> 23 OR $5 = '' OR group_id IN (SELECT group_id FROM fact_group WHERE event_type = $5))
            AND (kind <> 15 OR code = ANY ($6))
        """;
}
