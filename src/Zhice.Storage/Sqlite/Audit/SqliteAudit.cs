using Microsoft.Data.Sqlite;
using Zhice.Domain.Audit;
using Zhice.Storage.Audit;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Audit;

/// <summary>The audit trail in SQLite.</summary>
internal sealed class SqliteAudit(string path, DatabaseFiles files, WriterThread thread, SqliteReadPool<SqliteSession> reads)
    : IAuditStore, IDisposable
{
    private const string HeadText = "SELECT chain_id, sequence, at_ms, hash, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM audit_head";
    private const string Columns = "sequence, at_ms, stage, call_id, actor, method, target_kind, target_id, outcome, details, hash";

    private readonly SqliteTurns<SqliteSession> _turns = new(path, files, thread, static connection => new(connection));

    public Task<AuditHead> AppendAsync(IReadOnlyList<AuditEntry> entries)
    {
        var details = entries.Select(AuditEntryCodec.WriteDetails).ToArray();
        var contents = entries.Select((entry, i) => AuditEntryCodec.Join(entry, details[i])).ToArray();
        return _turns.RunAsync(session =>
        {
            var (head, nowMs) = session.Read(HeadText, static row => (ReadHead(row), row.GetInt64(4)))[0];
            var links = AuditChain.Extend(head, contents, nowMs);
            foreach (var (entry, i) in entries.Select(static (entry, i) => (entry, i)))
            {
                session.Run(
                    $"INSERT INTO audit_entry ({Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    links[i].Sequence, links[i].AtMs, (int)entry.Stage, entry.CallId.ToByteArray(), entry.Actor, entry.Method,
                    entry.TargetKind, entry.TargetId, entry.Outcome, details[i], links[i].Hash);
            }

            var end = head with { Sequence = links[^1].Sequence, AtMs = links[^1].AtMs, Hash = links[^1].Hash };
            session.Run("UPDATE audit_head SET sequence = $0, at_ms = $1, hash = $2", end.Sequence, end.AtMs, end.Hash);
            return end;
        });
    }

    public async Task<AuditHead> FindHeadAsync() => (await reads.ReadAsync(static session => session.Read(HeadText, ReadHead)))[0];

    public Task<IReadOnlyList<AuditLink>> ReadAsync(long after, int limit) => reads.ReadAsync(session => session.Read(
        $"SELECT {Columns} FROM audit_entry WHERE sequence > $0 ORDER BY sequence LIMIT $1", ReadLink, after, limit));

    public Task<IReadOnlyList<AuditLink>> ListAsync(AuditFilter filter, long below, int limit)
    {
        var (text, values) = filter.ToSql(first: 2);
        return reads.ReadAsync(session => session.Read(
            $"SELECT {Columns} FROM audit_entry WHERE sequence < $0{text} ORDER BY sequence DESC LIMIT $1", ReadLink,
            [below, limit, .. values]));
    }

    public Task<bool> TryKeepAsync(KeptCheckpoint checkpoint) => _turns.RunAsync(session =>
        session.Run(
            "INSERT INTO audit_checkpoint (number, content) VALUES ($0, $1) ON CONFLICT DO NOTHING", checkpoint.Number,
            checkpoint.Text) > 0);

    public Task<IReadOnlyList<KeptCheckpoint>> ListCheckpointsAsync(long below, int limit) => reads.ReadAsync(session => session.Read(
        "SELECT number, content FROM audit_checkpoint WHERE number < $0 ORDER BY number DESC LIMIT $1",
        static row => new KeptCheckpoint(row.GetInt64(0), row.GetString(1)),
        below, limit));

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose() => _turns.Dispose();

    private static AuditHead ReadHead(SqliteDataReader row) =>
        new(new Guid(row.GetFieldValue<byte[]>(0)), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3));

    private static AuditLink ReadLink(SqliteDataReader row)
    {
        var entry = new AuditEntry
        {
            Stage = row.GetInt64(2) is >= int.MinValue and <= int.MaxValue and var stage ? (AuditStage)stage : AuditStage.None,
            CallId = row.GetFieldValue<byte[]>(3) is { Length: 16 } id ? new Guid(id) : Guid.Empty,
            Actor = row.GetString(4),
            Method = row.GetString(5),
            TargetKind = row.GetString(6),
            TargetId = row.GetString(7),
            Outcome = row.GetString(8),
        };
        return new(
            row.GetInt64(0), row.GetInt64(1), AuditEntryCodec.Join(entry, row.GetFieldValue<byte[]>(9)), row.GetFieldValue<byte[]>(10));
    }
}
