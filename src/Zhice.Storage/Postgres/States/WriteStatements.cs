using Npgsql;
using NpgsqlTypes;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.States;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.States;

/// <summary>
/// The statements of a transaction: each takes any number of writes as arrays, one column each, so that its text is always
/// the same and the server plans it once. Each answers with the write ids that it carried out, and the versions now.
/// </summary>
internal static class WriteStatements
{
    /// <summary>
    /// What versions are above: each timeline, which begins when a standby is promoted or a backup restored, has versions of
    /// its own. So none that a lost write had comes again.
    /// </summary>
    public const string FirstOfTimeline = "(SELECT (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint - 1) << 40)";

    // Of customers alone, and nothing is hashed while nobody was erased.
    private const string IsErased =
        $"""
        n.grain_type = '{CustomerKey.GrainType}' AND EXISTS (SELECT FROM erasure_tombstone)
            AND EXISTS (SELECT FROM erasure_tombstone WHERE id_hash = sha256((SELECT salt FROM erasure_salt) || n.grain_key))
        """;

    private const string InsertText =
        $"""
        INSERT INTO grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload)
        SELECT n.grain_type, n.bucket, n.grain_key, n.state_name, (SELECT greatest(highest_version, {FirstOfTimeline}) + 1 FROM cleared), n.write_id, n.payload
        FROM {KeyColumns}, $5::uuid[], $6::bytea[]) AS n (grain_type, bucket, grain_key, state_name, write_id, payload)
        WHERE NOT ({IsErased})
        ON CONFLICT DO NOTHING
        RETURNING write_id, version
        """;

    private const string UpdateText =
        $"""
        UPDATE grain_state AS s SET version = greatest(s.version, {FirstOfTimeline}) + 1, write_id = n.write_id, payload = n.payload
        FROM {KeyColumns}, $5::uuid[], $6::bytea[], $7::bigint[]) AS n (grain_type, bucket, grain_key, state_name, write_id, payload, version)
        WHERE {SameKey} AND s.version = n.version
        RETURNING n.write_id, s.version
        """;

    private const string ReplaceText =
        $"""
        UPDATE grain_state AS s SET payload = n.payload
        FROM {KeyColumns}, $5::uuid[], $6::bytea[], $7::bigint[]) AS n (grain_type, bucket, grain_key, state_name, write_id, payload, version)
        WHERE {SameKey} AND s.version = n.version
        """;

    private const string ClearText =
        $"""
        WITH gone AS (
            DELETE FROM grain_state AS s
            USING {KeyColumns}, $5::uuid[], $6::bigint[]) AS n (grain_type, bucket, grain_key, state_name, write_id, version)
            WHERE {SameKey} AND s.version = n.version
            RETURNING n.write_id, s.version),
        raised AS (
            UPDATE cleared SET highest_version = highest.version
            FROM (SELECT max(version) AS version FROM gone) AS highest
            WHERE cleared.highest_version < highest.version)
        SELECT write_id, 0::bigint FROM gone
        """;

    private const string FindText =
        $"""
        SELECT n.write_id, s.write_id, s.version
        FROM {KeyColumns}, $5::uuid[]) AS n (grain_type, bucket, grain_key, state_name, write_id)
        JOIN grain_state AS s ON {SameKey}
        """;

    private const string FindErasedText =
        $"SELECT n.write_id FROM {KeyColumns}, $5::uuid[]) AS n (grain_type, bucket, grain_key, state_name, write_id) WHERE {IsErased}";

    /// <summary>Waits for those who clear; or, alone, for those who make new states too.</summary>
    public static NpgsqlBatchCommand Lock(long number, bool alone) => new(
        alone ? "SELECT 1 FROM pg_advisory_xact_lock($1)" : "SELECT 1 FROM pg_advisory_xact_lock_shared($1)")
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = number } },
    };

    /// <summary>Makes new states, each above the versions that were cleared.</summary>
    public static NpgsqlBatchCommand Insert(StateWrite[] writes) => Statement(InsertText, writes, Payloads(writes));

    /// <summary>Puts new versions in the place of those expected.</summary>
    public static NpgsqlBatchCommand Update(StateWrite[] writes) => Statement(UpdateText, writes, Payloads(writes), Versions(writes));

    /// <summary>Replaces the bytes of the versions expected.</summary>
    public static NpgsqlBatchCommand Replace(StateWrite[] writes) => Statement(ReplaceText, writes, Payloads(writes), Versions(writes));

    /// <summary>Removes the versions expected.</summary>
    public static NpgsqlBatchCommand Clear(StateWrite[] writes) => Statement(ClearText, writes, Versions(writes));

    /// <summary>Reads the write id and version that each key has.</summary>
    public static NpgsqlBatchCommand Find(StateWrite[] writes) => Statement(FindText, writes);

    /// <summary>Finds the writes whose customers were erased.</summary>
    public static NpgsqlBatchCommand FindErased(StateWrite[] writes) => Statement(FindErasedText, writes);

    /// <summary>Makes a commit wait for a synchronous standby though nothing is written: what was visible before is on it then.</summary>
    public static NpgsqlBatchCommand WaitForStandby() => new(PostgresCalls.WaitForStandbyText);

    private static NpgsqlParameter Payloads(StateWrite[] writes) =>
        Column(NpgsqlDbType.Bytea, Array.ConvertAll(writes, static write => write.Payload!));

    private static NpgsqlParameter Versions(StateWrite[] writes) =>
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(writes, static write => write.ExpectedVersion));
}
