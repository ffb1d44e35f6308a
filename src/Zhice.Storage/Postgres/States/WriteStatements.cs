using Npgsql;
using NpgsqlTypes;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.States;

/// <summary>
/// The statements of a transaction: each takes any number of writes as arrays, one column each, so that its text is always
/// the same and the server plans it once. Each answers with the write ids that it carried out, and the versions now.
/// </summary>
internal static class WriteStatements
{
    /// <summary>Says that the row s is the one of the write n.</summary>
    public const string SameKey =
        "s.grain_type = n.grain_type AND s.bucket = n.bucket AND s.grain_key = n.grain_key AND s.state_name = n.state_name";

    /// <summary>The columns of <see cref="AddKeys"/>, to be followed by more and a bracket.</summary>
    public const string KeyColumns = "unnest($1::text[], $2::smallint[], $3::bytea[], $4::text[]";

    /// <summary>
    /// What versions are above: each timeline, which begins when a standby is promoted or a backup restored, has versions of
    /// its own. So none that a lost write had comes again.
    /// </summary>
    public const string FirstOfTimeline = "(SELECT (('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint - 1) << 40)";

    private const string InsertText =
        $"""
        INSERT INTO grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload)
        SELECT n.grain_type, n.bucket, n.grain_key, n.state_name, (SELECT greatest(highest_version, {FirstOfTimeline}) + 1 FROM cleared), n.write_id, n.payload
        FROM {KeyColumns}, $5::uuid[], $6::bytea[]) AS n (grain_type, bucket, grain_key, state_name, write_id, payload)
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

    /// <summary>Writes a mark into the log, which nobody reads.</summary>
    public const string WaitForStandbyText = "SELECT 1 FROM pg_logical_emit_message(true, 'zhice', '')";

    /// <summary>Waits for those who clear; or, alone, for those who make new states too.</summary>
    public static NpgsqlBatchCommand Lock(long number, bool alone) => new(
        alone ? "SELECT 1 FROM pg_advisory_xact_lock($1)" : "SELECT 1 FROM pg_advisory_xact_lock_shared($1)")
    {
        Parameters = { new NpgsqlParameter<long> { TypedValue = number } },
    };

    /// <summary>Makes new states, each above the versions that were cleared.</summary>
    public static NpgsqlBatchCommand Insert(StateWrite[] writes) => Of(InsertText, writes, WriteIds(writes), Payloads(writes));

    /// <summary>Puts new versions in the place of those expected.</summary>
    public static NpgsqlBatchCommand Update(StateWrite[] writes) => Of(UpdateText, writes, WriteIds(writes), Payloads(writes), Versions(writes));

    /// <summary>Removes the versions expected.</summary>
    public static NpgsqlBatchCommand Clear(StateWrite[] writes) => Of(ClearText, writes, WriteIds(writes), Versions(writes));

    /// <summary>Reads the write id and version that each key has.</summary>
    public static NpgsqlBatchCommand Find(StateWrite[] writes) => Of(FindText, writes, WriteIds(writes));

    /// <summary>Makes a commit wait for a synchronous standby though nothing is written: what was visible before is on it then.</summary>
    public static NpgsqlBatchCommand WaitForStandby() => new(WaitForStandbyText);

    /// <summary>A statement whose parameters are the writes' keys, and more.</summary>
    public static NpgsqlBatchCommand Of(string text, StateWrite[] writes, params ReadOnlySpan<NpgsqlParameter> more)
    {
        var command = new NpgsqlBatchCommand(text);
        command.AddKeys(Array.ConvertAll(writes, static write => write.Key));
        foreach (var parameter in more)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Adds the first four parameters of a statement: types, buckets, keys, names.</summary>
    public static void AddKeys(this NpgsqlBatchCommand command, StateKey[] keys)
    {
        command.Parameters.Add(Column(NpgsqlDbType.Text, Array.ConvertAll(keys, static key => key.GrainType)));
        command.Parameters.Add(Column(NpgsqlDbType.Smallint, Array.ConvertAll(keys, static key => (short)key.Bucket)));
        command.Parameters.Add(Column(NpgsqlDbType.Bytea, Array.ConvertAll(keys, static key => key.Key)));
        command.Parameters.Add(Column(NpgsqlDbType.Text, Array.ConvertAll(keys, static key => key.StateName)));
    }

    /// <summary>An array as a parameter.</summary>
    public static NpgsqlParameter Column<T>(NpgsqlDbType type, T[] values) =>
        new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    /// <summary>The writes' ids, the fifth parameter of most.</summary>
    public static NpgsqlParameter WriteIds(StateWrite[] writes) => Column(NpgsqlDbType.Uuid, Array.ConvertAll(writes, static write => write.WriteId));

    private static NpgsqlParameter Payloads(StateWrite[] writes) => Column(NpgsqlDbType.Bytea, Array.ConvertAll(writes, static write => write.Payload!));

    private static NpgsqlParameter Versions(StateWrite[] writes) => Column(NpgsqlDbType.Bigint, Array.ConvertAll(writes, static write => write.ExpectedVersion));
}
