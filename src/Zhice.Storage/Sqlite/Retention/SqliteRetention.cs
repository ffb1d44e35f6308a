using Zhice.Storage.Retention;
using Zhice.Storage.Sqlite.Connections;

namespace Zhice.Storage.Sqlite.Retention;

/// <summary>
/// Keeps the file from growing for ever: what is too old is deleted a little at a time, each in its turn with the commits.
/// </summary>
internal sealed class SqliteRetention(string path, DatabaseFiles files, WriterThread thread) : IRetentionStore, IDisposable
{
    private const int RowsAtOnce = 500;

    private readonly SqliteTurns<SqliteSession> _turns = new(path, files, thread, static connection => new(connection));

    public async Task<bool> KeepAsync(RetentionOptions options, DateTimeOffset now)
    {
        await ForgetAsync(
            "contact_ledger", "(bucket, contact_id)", "bucket, contact_id", "counted_at_ms", now.AddDays(-options.LedgerDays));
        await ForgetAsync(
            "given_answer", "(bucket, customer_id, id_hash)", "bucket, customer_id, id_hash", "answered_at_ms",
            now.AddDays(-RetentionOptions.AnswerDays));
        await ForgetAsync("fact", "number", "number", "kept_at_ms", now.AddDays(-options.FactDays));
        await ForgetAsync("fact_batch", "batch_id", "batch_id", "kept_at_ms", now.AddDays(-RetentionOptions.BatchDays));
        await ForgetAsync("campaign_evaluation", "rowid", "rowid", "kept_at_ms", now.AddDays(-options.EvaluationDays));
        await ForgetAsync("erasure_evidence", "number", "number", "kept_until_ms", now);
        return true;
    }

    /// <summary>Closes the connection; to be called on the thread that writes.</summary>
    public void Dispose() => _turns.Dispose();

    private async Task ForgetAsync(string table, string key, string columns, string at, DateTimeOffset before)
    {
        var text = $"DELETE FROM {table} WHERE {key} IN (SELECT {columns} FROM {table} WHERE {at} < $0 ORDER BY {at} LIMIT {RowsAtOnce})";
        while (await _turns.RunAsync(session => session.Run(text, before.ToUnixTimeMilliseconds())) > 0)
        {
            // There may be more.
        }
    }
}
