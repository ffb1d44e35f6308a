using Zhice.Storage.Postgres.Facts;
using Zhice.Storage.Postgres.Parameters;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Outbox;

/// <summary>The statements of the outbox: each takes any number of contacts as arrays, and is one round trip.</summary>
internal static class PostgresOutboxTexts
{
    // The version that the customer has now, beside the one after which the contact was sent.
    private const string Columns =
        $"""
        o.customer_id, o.lease_id, o.bucket, o.attempts, o.is_resent, o.reason, o.message, o.available_at, o.seq, o.campaign, o.state_version,
            coalesce((SELECT s.version FROM grain_state AS s
                WHERE s.grain_type = '{CustomerKey.GrainType}' AND s.bucket = o.bucket AND s.grain_key = o.customer_id
                    AND s.state_name = '{CustomerKey.StateName}'), 0), o.next_at
        """;

    // Which contact may go before another of its customer's in its channel: one that is out, else the first that is open.
    private const string IsOut = "e.lease_id IS NOT NULL AND NOT e.is_behind AND e.next_at > $3";
    private const string IsOpen = "e.expires_at > $3 AND (e.held_by = '' OR e.next_at <= $3) AND (e.attempts > 0 OR e.available_at <= $3)";

    private const string GoesBefore =
        $"""
        e.bucket = d.bucket AND e.customer_id = d.customer_id AND e.channel = $1 AND e.seq <> d.seq
                    AND (({IsOut}) OR ({IsOpen} AND (e.attempts = 0, e.available_at, e.seq) < (d.attempts = 0, d.available_at, d.seq)))
        """;

    // Of one customer and channel there is a total order: those that were tried first, then by availability and sending. So of
    // two that are open one is always free to go.
    //
    // No index but that of the queue fits what is looked for, whatever the statistics say: rows are compared from the channel on, and
    // IS TRUE hides the index on expires_at.
    private const string Seen =
        $"""
        SELECT d.ctid AS place, d.bucket, d.contact_id, d.customer_id, d.attempts, d.available_at, d.next_at, d.seq, d.expires_at,
                EXISTS (SELECT FROM outbox AS e WHERE {GoesBefore}) AS waits
            FROM outbox AS d
            WHERE (d.channel, d.next_at, d.seq) >= ($1, $4, $5) AND (d.channel, d.next_at) <= ($1, $3) AND (d.expires_at > $3) IS TRUE
                AND get_byte($2, d.bucket) = 1
            ORDER BY d.channel, d.next_at, d.seq LIMIT $6
        """;

    private const string Last = "last AS (SELECT next_at, seq FROM seen ORDER BY next_at DESC, seq DESC LIMIT 1)";

    // What is met and may not go is put behind the one before it, whose row is locked meanwhile: its end, which wakes the next, comes
    // before or after, and not between. One that goes before it in this turn, or the next, is left to go.
    private const string Until =
        """
        CASE WHEN e.expires_at <= $3 THEN e.next_at
                    ELSE least(e.expires_at, e.next_at + CASE WHEN e.seq > d.seq THEN interval '1 millisecond' ELSE interval '0' END)
                END AS until
        """;

    private const string Before =
        $"""
        CROSS JOIN LATERAL (
                SELECT e.contact_id FROM outbox AS e WHERE {GoesBefore}
                ORDER BY ({IsOut}) DESC, e.attempts = 0, e.available_at, e.seq LIMIT 1) AS b
            JOIN outbox AS e ON e.bucket = d.bucket AND e.contact_id = b.contact_id
            WHERE (({IsOut}) OR ({IsOpen})) AND (e.next_at > $3 OR (e.next_at, e.seq) > (SELECT l.next_at, l.seq FROM last AS l))
        """;

    private const string Put =
        """
        put AS (
            UPDATE outbox AS o SET next_at = b.until, is_behind = true, held_by = '' FROM behind AS b
            WHERE o.bucket = b.bucket AND o.contact_id = b.contact_id
            RETURNING o.seq),
        followed AS (
            UPDATE outbox AS o SET is_followed = true FROM (SELECT DISTINCT bucket, before FROM behind) AS b
            WHERE o.bucket = b.bucket AND o.contact_id = b.before AND NOT o.is_followed)
        """;

    // What each turn says first: how many it looked at, the last, the first for the next lease, and the first that is left waiting.
    private const string Met = "c.looked, last.next_at, last.seq, free.next_at, free.seq, rest.next_at, rest.seq";

    private const string FromMet =
        "FROM (SELECT count(*) AS looked FROM seen) AS c LEFT JOIN last ON true LEFT JOIN free ON true LEFT JOIN rest ON true";

    // What was locked is updated in its place; what somebody changed in between is met again. Of those that wait only so many are put
    // behind; what is left is passed over.
    public const string Lease =
        $"""
        WITH seen AS MATERIALIZED (
            {Seen}
            FOR UPDATE OF d SKIP LOCKED),
        {Last},
        tried AS MATERIALIZED (SELECT * FROM seen WHERE waits ORDER BY next_at, seq LIMIT $11),
        behind AS MATERIALIZED (
            SELECT d.bucket, d.contact_id, e.contact_id AS before, {Until}
            FROM tried AS d
            {Before}
            FOR UPDATE OF e SKIP LOCKED),
        {Put},
        leased AS (
            UPDATE outbox AS o
            SET lease_id = $8, next_at = $7, attempts = o.attempts + 1, held_by = '', is_behind = false,
                expires_at = CASE WHEN o.attempts + 1 >= $10 THEN least(o.expires_at, $7) ELSE o.expires_at END
            FROM (SELECT place, expires_at FROM seen WHERE NOT waits ORDER BY next_at, seq LIMIT $9) AS due
            WHERE o.ctid = due.place
            RETURNING o.contact_id, {Columns}, due.expires_at AS void_at, false),
        free AS (
            SELECT next_at, seq FROM seen
            WHERE (NOT waits OR seq IN (SELECT seq FROM tried)) AND seq NOT IN (SELECT seq FROM leased UNION ALL SELECT seq FROM put)
            ORDER BY next_at, seq LIMIT 1),
        rest AS (SELECT next_at, seq FROM seen WHERE waits AND seq NOT IN (SELECT seq FROM tried) ORDER BY next_at, seq LIMIT 1)
        SELECT {Met}, l.* {FromMet} LEFT JOIN leased AS l ON true
        """;

    // The first that is free, and nothing changes.
    public const string Pass =
        $"""
        WITH seen AS MATERIALIZED (
            {Seen}),
        {Last},
        free AS (SELECT next_at, seq FROM seen WHERE NOT waits ORDER BY next_at, seq LIMIT 1),
        rest AS (SELECT next_at, seq FROM seen WHERE waits ORDER BY next_at, seq LIMIT 1)
        SELECT {Met} {FromMet}
        """;

    // It locks none that is free, which a lease would pass over. One that was changed since it was looked at is left.
    public const string PutBehind =
        $"""
        WITH seen AS MATERIALIZED (
            {Seen}),
        {Last},
        behind AS MATERIALIZED (
            SELECT d.bucket, d.contact_id, e.contact_id AS before, {Until}
            FROM seen AS s JOIN outbox AS d ON s.waits AND d.bucket = s.bucket AND d.contact_id = s.contact_id AND d.next_at = s.next_at
            {Before}
            FOR UPDATE OF d, e SKIP LOCKED),
        {Put},
        free AS (SELECT next_at, seq FROM seen WHERE NOT waits ORDER BY next_at, seq LIMIT 1),
        rest AS (SELECT next_at, seq FROM seen WHERE waits AND seq NOT IN (SELECT seq FROM put) ORDER BY next_at, seq LIMIT 1)
        SELECT {Met} {FromMet}
        """;

    // What became of each: of those that were not changed, whether they are there. Not a join of the two: with no more than an index
    // to go by, it compares each with each.
    private const string Settled =
        """
        SELECT place, true, true FROM freed
        UNION ALL
        SELECT n.place, false, EXISTS (SELECT FROM outbox AS o WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id)
        FROM n WHERE n.place NOT IN (SELECT f.place FROM freed AS f)
        """;

    /// <summary>
    /// Wakes those that wait behind contacts that are in nobody's way any more: a query named freed, with bucket, customer_id, channel,
    /// contact_id, is_followed and at. The next in order goes when the statement is done; those behind it wait for its end.
    /// </summary>
    public const string Wake =
        """
        woken AS (
            UPDATE outbox AS o
            SET next_at = CASE WHEN o.is_behind THEN least(o.next_at, n.at) ELSE o.next_at END, is_behind = false, is_followed = true
            FROM (
                SELECT f.bucket, f.at, w.contact_id
                FROM freed AS f
                CROSS JOIN LATERAL (
                    SELECT e.contact_id FROM outbox AS e
                    WHERE e.bucket = f.bucket AND e.customer_id = f.customer_id AND e.channel = f.channel
                        AND e.expires_at > f.at AND (e.held_by = '' OR e.next_at <= f.at) AND (e.attempts > 0 OR e.available_at <= f.at)
                        AND e.contact_id NOT IN (SELECT x.contact_id FROM freed AS x)
                    ORDER BY e.attempts = 0, e.available_at, e.seq LIMIT 1) AS w
                WHERE f.is_followed) AS n
            WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id)
        """;

    /// <summary>The shard of a count that this connection adds to, so that many who commit at once do not wait for each other.</summary>
    public const string CountShard = CountShards.OfConnection;

    // A place that was put before what a process has looked at: by another process, whose word of it was lost.
    public const string FindBefore =
        """
        SELECT d.next_at, d.seq FROM outbox AS d
        WHERE (d.channel, d.next_at) >= ($1, '-infinity') AND (d.channel, d.next_at) <= ($1, $3) AND (d.channel, d.next_at, d.seq) < ($1, $4, $5)
            AND (d.expires_at > $3) IS TRUE AND get_byte($2, d.bucket) = 1
        ORDER BY d.channel, d.next_at, d.seq LIMIT 1
        """;

    public const string LeaseOverdue =
        $"""
        UPDATE outbox AS o SET lease_id = $1, next_at = $3, is_behind = false
        FROM (
            SELECT d.bucket, d.contact_id, d.expires_at FROM outbox AS d
            WHERE d.expires_at <= $2 AND (d.lease_id IS NULL OR d.next_at <= $2 OR d.is_behind)
            ORDER BY d.expires_at LIMIT $4
            FOR UPDATE OF d SKIP LOCKED) AS due
        WHERE o.bucket = due.bucket AND o.contact_id = due.contact_id
        RETURNING o.contact_id, {Columns}, due.expires_at, true
        """;

    public static readonly string Acknowledge =
        $"""
        WITH n AS (
            SELECT * FROM unnest($1::smallint[], $2::text[], $3::uuid[]) WITH ORDINALITY AS n (bucket, contact_id, lease_id, place)),
        freed AS (
            DELETE FROM outbox AS o USING n
            WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.lease_id = n.lease_id
            RETURNING o.bucket, o.contact_id, o.customer_id, o.channel, o.campaign, o.is_followed, o.group_id, $5::timestamptz AS at, n.place),
        counted AS (
            INSERT INTO delivery_count_part AS c (campaign, channel, day, outcome, shard, count)
            SELECT campaign, channel, $4, 1, {CountShard}, count(*) FROM freed GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (campaign, channel, day, outcome, shard) DO UPDATE SET count = c.count + excluded.count),
        {PostgresFactTexts.Ended("1", "$4::integer")}
        {Wake}
        {Settled}
        """;

    // One that is void by now is in nobody's way any more.
    public const string Return =
        $"""
        WITH n AS (
            SELECT * FROM unnest($1::smallint[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[])
                WITH ORDINALITY AS n (bucket, contact_id, lease_id, next_at, reason, place)),
        freed AS (
            UPDATE outbox AS o SET lease_id = NULL, next_at = n.next_at, reason = n.reason, is_behind = false
            FROM n WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.lease_id = n.lease_id
            RETURNING o.bucket, o.contact_id, o.customer_id, o.channel, o.is_followed AND o.expires_at <= $6 AS is_followed, $6::timestamptz AS at, n.place),
        {Wake}
        {Settled}
        """;

    public const string Defer =
        $"""
        WITH n AS (
            SELECT * FROM unnest($1::smallint[], $2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[])
                WITH ORDINALITY AS n (bucket, contact_id, lease_id, next_at, expires_at, held_by, place)),
        freed AS (
            UPDATE outbox AS o
            SET lease_id = NULL, next_at = n.next_at, expires_at = n.expires_at, attempts = o.attempts - 1, held_by = n.held_by, is_behind = false
            FROM n WHERE o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.lease_id = n.lease_id
            RETURNING o.bucket, o.contact_id, o.customer_id, o.channel, o.is_followed, $7::timestamptz AS at, n.place),
        {Wake}
        {Settled}
        """;

    // One step through the index for each holder, however many contacts it holds.
    public const string ListHolders =
        """
        WITH RECURSIVE h AS (
            (SELECT held_by FROM outbox WHERE held_by <> '' ORDER BY held_by LIMIT 1)
            UNION ALL
            SELECT (SELECT o.held_by FROM outbox AS o WHERE o.held_by <> '' AND o.held_by > h.held_by ORDER BY o.held_by LIMIT 1)
            FROM h WHERE h.held_by IS NOT NULL)
        SELECT held_by FROM h WHERE held_by IS NOT NULL
        """;

    public const string Release =
        """
        UPDATE outbox AS o SET held_by = '', next_at = least(o.next_at, $2)
        FROM (
            SELECT d.bucket, d.contact_id FROM outbox AS d WHERE d.held_by = $1 AND d.held_by <> ''
            ORDER BY d.held_by, d.bucket LIMIT $3 FOR UPDATE OF d SKIP LOCKED) AS held
        WHERE o.bucket = held.bucket AND o.contact_id = held.contact_id
        """;

    public const string VoidCampaign =
        """
        UPDATE outbox AS o SET expires_at = $2
        FROM (
            SELECT d.bucket, d.contact_id FROM outbox AS d
            WHERE d.campaign = $1 AND d.campaign <> '' AND d.contact_id < $4 AND d.expires_at > $2 AND (d.lease_id IS NULL OR d.next_at <= $2 OR d.is_behind)
            LIMIT $3 FOR UPDATE OF d SKIP LOCKED) AS waiting
        WHERE o.bucket = waiting.bucket AND o.contact_id = waiting.contact_id
        """;

    public const string ListOfChannel =
        $"""
        SELECT {Listed} FROM outbox AS o
        WHERE o.channel = $1 AND ($2 = '' OR o.campaign = $2) AND o.available_at <= $3 AND (o.next_at, o.seq) > ($4, $5)
        ORDER BY o.next_at, o.seq LIMIT $6
        """;

    public const string ListOfCampaign =
        $"""
        SELECT {Listed} FROM outbox AS o
        WHERE $1 = '' AND o.campaign = $2 AND o.campaign <> '' AND o.available_at <= $3 AND (o.next_at, o.seq) > ($4, $5)
        ORDER BY o.next_at, o.seq LIMIT $6
        """;

    public const string CountOfChannel = $"SELECT {Counted} FROM outbox AS o WHERE o.channel = $1 AND ($2 = '' OR o.campaign = $2) GROUP BY 1, 2, 3";

    public const string CountOfCampaign = $"SELECT {Counted} FROM outbox AS o WHERE $1 = '' AND o.campaign = $2 AND o.campaign <> '' GROUP BY 1, 2, 3";

    private const string Listed =
        "o.contact_id, o.customer_id, o.channel, o.campaign, o.available_at, o.next_at, o.expires_at, o.attempts, o.lease_id IS NOT NULL AND NOT o.is_behind, o.held_by, o.reason, o.message, o.seq";

    private const string Counted =
        "o.channel, o.lease_id IS NOT NULL AND NOT o.is_behind AND o.next_at > $3, o.held_by, count(*), min(o.available_at)";

    public const string Find =
        $"""
        SELECT o.contact_id, {Columns}, o.expires_at, false, n.place
        FROM unnest($1::smallint[], $2::text[], $3::uuid[]) WITH ORDINALITY AS n (bucket, contact_id, lease_id, place)
        JOIN outbox AS o ON o.bucket = n.bucket AND o.contact_id = n.contact_id AND o.lease_id = n.lease_id
        """;

    public const string ListDead =
        """
        SELECT contact_id, attempts, reason, died_at, message FROM dead_letter
        WHERE ($1 = '' OR channel = $1) AND (died_at, contact_id) < ($2, $3)
        ORDER BY died_at DESC, contact_id DESC LIMIT $4
        """;

    public const string FindDead =
        """
        SELECT contact_id, attempts, reason, died_at, message FROM dead_letter WHERE channel = $1 AND contact_id = ANY ($2)
        ORDER BY died_at DESC, contact_id DESC
        """;

    public const string FindDeadOfCustomer =
        "SELECT contact_id, attempts, reason, died_at, message FROM dead_letter WHERE bucket = $1 AND contact_id = ANY ($2) AND customer_id = $3";

    public const string ForgetDead = "DELETE FROM dead_letter WHERE ctid = ANY (ARRAY(SELECT ctid FROM dead_letter WHERE died_at < $1 ORDER BY died_at LIMIT 5000))";

    // Earlier releases counted in one row each.
    public const string ListCounts =
        """
        SELECT campaign, channel, day, outcome, sum(count)::bigint FROM (
            SELECT campaign, channel, day, outcome, count FROM delivery_count
            WHERE ($1 OR campaign = $2) AND (campaign, channel, day, outcome) > ($3, $4, $5, $6)
            UNION ALL
            SELECT campaign, channel, day, outcome, count FROM delivery_count_part
            WHERE ($1 OR campaign = $2) AND (campaign, channel, day, outcome) > ($3, $4, $5, $6)) AS c
        GROUP BY campaign, channel, day, outcome ORDER BY campaign, channel, day, outcome LIMIT $7
        """;

    public const string Count = "SELECT count(*) FROM outbox WHERE channel = $1";
}
