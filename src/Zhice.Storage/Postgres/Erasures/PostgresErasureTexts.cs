using Zhice.Storage.Erasures;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Erasures;

/// <summary>The statements of erasures.</summary>
internal static class PostgresErasureTexts
{
    /// <summary>The hash of an id, which is the first parameter.</summary>
    private const string Hash = "sha256((SELECT salt FROM erasure_salt) || $1)";

    // The tombstone first: who sees the request sees that.
    public const string Begin =
        $"""
        WITH stone AS (
            INSERT INTO erasure_tombstone (id_hash, erased_at) VALUES ({Hash}, $5) ON CONFLICT DO NOTHING)
        INSERT INTO erasure_request (id_hash, request_id, actor, reason, begun_at, customer_id) VALUES ({Hash}, $2, $3, $4, $5, $1)
        ON CONFLICT (id_hash, request_id) DO NOTHING
        """;

    public const string Columns = "SELECT request_id, actor, reason, begun_at, id_hash, number, ended_at, customer_id, certificate FROM erasure_request";

    public const string Find = $"{Columns} WHERE id_hash = {Hash} AND request_id = $2";

    public const string List = $"{Columns} WHERE number < $1 ORDER BY number DESC LIMIT $2";

    public const string ListOpen = $"{Columns} WHERE ended_at IS NULL ORDER BY number LIMIT $1";

    public const string ListContacts = "SELECT contact_id FROM outbox WHERE bucket = $2 AND customer_id = $1";

    // Alone: inserts that found no tombstone have ended then, and those to come find it.
    public const string RemoveState =
        $"""
        WITH gone AS (
            DELETE FROM grain_state WHERE grain_type = '{CustomerKey.GrainType}' AND bucket = $2 AND grain_key = $1 RETURNING version),
        raised AS (
            UPDATE cleared SET highest_version = highest.version FROM (SELECT max(version) AS version FROM gone) AS highest
            WHERE cleared.highest_version < highest.version)
        {Counted}
        """;

    // $3 and $4 name the request, $5 the place.
    private const string Counted =
        """
        INSERT INTO erasure_count AS c (id_hash, request_id, place, rows) SELECT $3, $4, $5, count(*) FROM gone HAVING count(*) > 0
        ON CONFLICT (id_hash, request_id, place) DO UPDATE SET rows = c.rows + excluded.rows
        """;

    public const string AddCount =
        """
        INSERT INTO erasure_count AS c (id_hash, request_id, place, rows) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id_hash, request_id, place) DO UPDATE SET rows = c.rows + excluded.rows
        """;

    public const string ListCounts = "SELECT place, rows FROM erasure_count WHERE id_hash = $1 AND request_id = $2 AND rows > 0 ORDER BY place";

    public const string ListGrains =
        "SELECT grain_key FROM grain_state WHERE grain_type = $1 AND substring(grain_key FROM greatest(length(grain_key) - length($2), 0) + 1) = $2 OR grain_type = $1 AND length($2) = 0";

    public const string ListPages =
        """
        SELECT campaign, run, page, evaluations FROM campaign_evaluation
        WHERE shard = $1 AND (campaign, run, page) > ($2, $3, $4) ORDER BY campaign, run, page LIMIT $5
        """;

    public const string End =
        """
        WITH counts AS (DELETE FROM erasure_count WHERE id_hash = $1 AND request_id = $2)
        UPDATE erasure_request SET ended_at = $4, certificate = $3, customer_id = NULL WHERE id_hash = $1 AND request_id = $2 AND ended_at IS NULL
        """;

    public const string Lift = $"DELETE FROM erasure_tombstone WHERE id_hash = {Hash}";

    public const string ListTombstones = "SELECT s.salt, t.id_hash FROM erasure_salt AS s LEFT JOIN erasure_tombstone AS t ON true";

    public const string TakeSalt = "UPDATE erasure_salt SET salt = $1 WHERE salt <> $1 AND NOT EXISTS (SELECT FROM erasure_tombstone)";

    public const string AddTombstones =
        """
        INSERT INTO erasure_tombstone (id_hash, erased_at) SELECT h, $3 FROM unnest($2::bytea[]) AS h WHERE (SELECT salt FROM erasure_salt) = $1
        ON CONFLICT DO NOTHING
        """;

    public const string HasSalt = "SELECT 1 FROM erasure_salt WHERE salt = $1";

    /// <summary>Whether the customer of a row may not be kept.</summary>
    /// <param name="key">The column with the id.</param>
    public static string IsErased(string key) =>
        $"EXISTS (SELECT FROM erasure_tombstone WHERE id_hash = sha256((SELECT salt FROM erasure_salt) || {key}))";

    /// <summary>Finds the places, from 0, of those of some customers who were erased.</summary>
    public static string FindErased { get; } =
        $"SELECT n.at::integer - 1 FROM unnest($1::bytea[]) WITH ORDINALITY AS n (id, at) WHERE EXISTS (SELECT FROM erasure_tombstone) AND {IsErased("n.id")}";

    /// <summary>Finds customers with a tombstone who are there all the same.</summary>
    public static string FindPresent { get; } =
        $"""
        SELECT present.id FROM (
            SELECT grain_key AS id FROM grain_state WHERE grain_type = '{CustomerKey.GrainType}'
            {string.Concat(CustomerPlaces.Rows.Select(static table => $" UNION SELECT customer_id FROM {table}"))}) AS present
        WHERE {IsErased("present.id")} LIMIT $1
        """;

    /// <summary>Removes the customer's rows of a table, and keeps of some a proof that names nobody.</summary>
    public static string RemoveRows(string table) => table switch
    {
        "consent_word" =>
            $"""
            WITH gone AS (DELETE FROM consent_word WHERE bucket = $2 AND customer_id = $1 RETURNING said_at, channel, purpose, is_granted, source),
            kept AS (
                INSERT INTO erasure_evidence (id_hash, kind, happened_on, channel, purpose, is_granted, source, count, kept_until)
                SELECT $3, 1, (said_at AT TIME ZONE 'UTC')::date, channel, purpose, is_granted, source, 1, (now() AT TIME ZONE 'UTC')::date + $6::integer
                FROM gone WHERE $6 > 0)
            {Counted}
            """,
        "contact_ledger" =>
            $"""
            WITH gone AS (DELETE FROM contact_ledger WHERE bucket = $2 AND customer_id = $1 RETURNING counted_at),
            kept AS (
                INSERT INTO erasure_evidence (id_hash, kind, happened_on, channel, purpose, is_granted, source, count, kept_until)
                SELECT $3, 2, (counted_at AT TIME ZONE 'UTC')::date, 0, 0, false, 0, count(*), (now() AT TIME ZONE 'UTC')::date + $6::integer
                FROM gone WHERE $6 > 0 GROUP BY 3)
            {Counted}
            """,
        _ => $"WITH gone AS (DELETE FROM {table} WHERE bucket = $2 AND customer_id = $1 RETURNING 1) {Counted}",
    };
}
