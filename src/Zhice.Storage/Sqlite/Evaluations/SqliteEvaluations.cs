using Zhice.Storage.Evaluations;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Evaluations;

/// <summary>Evaluations in SQLite.</summary>
internal sealed class SqliteEvaluations(string path, DatabaseFiles files, WriterThread thread, SqliteReadPool<SqliteSession> reads)
    : IEvaluationStore, IDisposable
{
    private const int PagesAtOnce = 500;

    private readonly SqliteTurns<SqliteSession> _turns = new(path, files, thread, static connection => new(connection));

    public Task WriteAsync(EvaluationRow row) => _turns.RunAsync(session => session.Run(
        """
        INSERT INTO campaign_evaluation (campaign, run, shard, page, evaluations, kept_at_ms)
        VALUES ($0, $1, $2, $3, $4, CAST(unixepoch('subsec') * 1000 AS INTEGER))
        ON CONFLICT (campaign, run, shard, page) DO UPDATE SET evaluations = excluded.evaluations
        """,
        row.CampaignId, row.Run, row.Shard, row.Page, row.Evaluations));

    public Task<byte[]?> ReplaceAsync(EvaluationRow row, byte[]? before) => _turns.RunAsync(session =>
        session.Run(
            """
            INSERT INTO campaign_evaluation AS e (campaign, run, shard, page, evaluations, kept_at_ms)
            VALUES ($0, $1, $2, $3, $4, CAST(unixepoch('subsec') * 1000 AS INTEGER))
            ON CONFLICT (campaign, run, shard, page) DO UPDATE SET evaluations = excluded.evaluations WHERE e.evaluations = $5
            """,
            row.CampaignId, row.Run, row.Shard, row.Page, row.Evaluations, before ?? (object)DBNull.Value) > 0
            ? null
            : session.Read(
                "SELECT evaluations FROM campaign_evaluation WHERE campaign = $0 AND run = $1 AND shard = $2 AND page = $3",
                static there => there.GetFieldValue<byte[]>(0),
                row.CampaignId, row.Run, row.Shard, row.Page)[0]);

    public Task<IReadOnlyList<EvaluationRow>> ListAsync(string campaignId, long run, short shard, long page, short lastShard, int limit) =>
        reads.ReadAsync(session => session.Read(
            """
            SELECT shard, page, evaluations FROM campaign_evaluation
            WHERE campaign = $0 AND run = $1 AND (shard, page) >= ($2, $3) AND shard <= $4 ORDER BY shard, page LIMIT $5
            """,
            row => new EvaluationRow(campaignId, run, row.GetInt16(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)),
            campaignId, run, shard, page, lastShard, limit));

    public Task ForgetRunsAsync(string campaignId, long lastRun) => ForgetAsync("campaign = $0 AND run <= $1", campaignId, lastRun);

    public Task ForgetPagesAsync(string campaignId, long run, short shard, long firstPage) =>
        ForgetAsync("campaign = $0 AND run = $1 AND shard = $2 AND page >= $3", campaignId, run, shard, firstPage);

    // Commits have their turns between.
    private async Task ForgetAsync(string which, params object[] values)
    {
        var text = $"DELETE FROM campaign_evaluation WHERE rowid IN (SELECT rowid FROM campaign_evaluation WHERE {which} LIMIT {PagesAtOnce})";
        while (await _turns.RunAsync(session => session.Run(text, values)) > 0)
        {
            // There may be more.
        }
    }

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose() => _turns.Dispose();
}
