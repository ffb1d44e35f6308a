using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Audit;
using Zhice.Storage.Audit;
using Zhice.Storage.Postgres.Connections;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Audit;

/// <summary>
/// The audit trail in PostgreSQL. Silos that add entries at once do so one after the other, by the row of the chain's end.
/// </summary>
internal sealed class PostgresAudit(PostgresPool pool) : IAuditStore
{
    private const string HeadColumns = "chain_id, sequence, at_ms, hash";
    private const string Columns = "sequence, at_ms, stage, call_id, actor, method, target_kind, target_id, outcome, details, hash";

    private const string LockText =
        $"SELECT {HeadColumns}, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM audit_head FOR UPDATE";

    private const string InsertText =
        $"""
        INSERT INTO audit_entry ({Columns})
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[])
        """;

    private const string EndText = "UPDATE audit_head SET sequence = $1, at_ms = $2, hash = $3";

    private readonly PostgresCalls _calls = new(pool);

    public Task<AuditHead> AppendAsync(IReadOnlyList<AuditEntry> entries)
    {
        var details = entries.Select(AuditEntryCodec.WriteDetails).ToArray();
        var contents = entries.Select((entry, i) => AuditEntryCodec.Join(entry, details[i])).ToArray();
        return _calls.TransactAsync(async connection =>
        {
            var (head, nowMs) = await LockAsync(connection);
            var links = AuditChain.Extend(head, contents, nowMs);
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Statement(
                InsertText,
                [
                    Column(NpgsqlDbType.Bigint, links.Select(static link => link.Sequence).ToArray()),
                    Column(NpgsqlDbType.Bigint, links.Select(static link => link.AtMs).ToArray()),
                    Column(NpgsqlDbType.Smallint, entries.Select(static entry => (short)entry.Stage).ToArray()),
                    Column(NpgsqlDbType.Uuid, entries.Select(static entry => entry.CallId).ToArray()),
                    Column(NpgsqlDbType.Text, entries.Select(static entry => entry.Actor).ToArray()),
                    Column(NpgsqlDbType.Text, entries.Select(static entry => entry.Method).ToArray()),
                    Column(NpgsqlDbType.Text, entries.Select(static entry => entry.TargetKind).ToArray()),
                    Column(NpgsqlDbType.Text, entries.Select(static entry => entry.TargetId).ToArray()),
                    Column(NpgsqlDbType.Text, entries.Select(static entry => entry.Outcome).ToArray()),
                    Column(NpgsqlDbType.Bytea, details),
                    Column(NpgsqlDbType.Bytea, links.Select(static link => link.Hash).ToArray()),
                ]));
            var end = head with { Sequence = links[^1].Sequence, AtMs = links[^1].AtMs, Hash = links[^1].Hash };
            batch.BatchCommands.Add(Statement(EndText, [Value(end.Sequence), Value(end.AtMs), Value(end.Hash)]));
            await batch.ExecuteNonQueryAsync();
            return end;
        });
    }

    public async Task<AuditHead> FindHeadAsync() =>
        (await _calls.ReadAsync($"SELECT {HeadColumns} FROM audit_head", static () => [], ReadHead))[0];

    public async Task<IReadOnlyList<AuditLink>> ReadAsync(long after, int limit) => await _calls.ReadAsync(
        $"SELECT {Columns} FROM audit_entry WHERE sequence > $1 ORDER BY sequence LIMIT $2", () => [Value(after), Value(limit)], ReadLink);

    public async Task<IReadOnlyList<AuditLink>> ListAsync(AuditFilter filter, long below, int limit)
    {
        var (text, values) = filter.ToSql(first: 3);
        return await _calls.ReadAsync(
            $"SELECT {Columns} FROM audit_entry WHERE sequence < $1{text} ORDER BY sequence DESC LIMIT $2",
            () => [Value(below), Value(limit), .. values.Select(static value => new NpgsqlParameter { Value = value })],
            ReadLink);
    }

    public async Task<bool> TryKeepAsync(KeptCheckpoint checkpoint) => await _calls.RunAsync(
        "INSERT INTO audit_checkpoint (number, content) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        () => [Value(checkpoint.Number), Value(checkpoint.Text)]) > 0;

    public async Task<IReadOnlyList<KeptCheckpoint>> ListCheckpointsAsync(long below, int limit) => await _calls.ReadAsync(
        "SELECT number, content FROM audit_checkpoint WHERE number < $1 ORDER BY number DESC LIMIT $2",
        () => [Value(below), Value(limit)],
        static row => new KeptCheckpoint(row.GetInt64(0), row.GetString(1)));

    private static async Task<(AuditHead Head, long NowMs)> LockAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(LockText, connection);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync()
            ? (ReadHead(row), row.GetInt64(4))
            : throw new InvalidOperationException("audit_head has no row: the end of the audit's chain was deleted.");
    }

    private static AuditHead ReadHead(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3));

    private static AuditLink ReadLink(NpgsqlDataReader row)
    {
        var entry = new AuditEntry
        {
            Stage = (AuditStage)row.GetInt16(2),
            CallId = row.GetGuid(3),
            Actor = row.GetString(4),
            Method = row.GetString(5),
            TargetKind = row.GetString(6),
            TargetId = row.GetString(7),
            Outcome = row.GetString(8),
        };
        return new(
            row.GetInt64(0), row.GetInt64(1), AuditEntryCodec.Join(entry, row.GetFieldValue<byte[]>(9)), row.GetFieldValue<byte[]>(10));
    }

    private static NpgsqlBatchCommand Statement(string text, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
