using Npgsql;
using Zhice.Postgres;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Postgres.Connections;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Evaluations;

/// <summary>Evaluations in PostgreSQL.</summary>
internal sealed class PostgresEvaluations(PostgresPool pool) : IEvaluationStore
{
    private const string WriteText =
        """
        INSERT INTO campaign_evaluation (campaign, run, shard, page, evaluations) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (campaign, run, shard, page) DO UPDATE SET evaluations = excluded.evaluations
        """;

    // What was written after the statement began is not seen: then neither is there.
    private const string ReplaceText =
        """
        WITH kept AS (
            INSERT INTO campaign_evaluation AS e (campaign, run, shard, page, evaluations) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (campaign, run, shard, page) DO UPDATE SET evaluations = excluded.evaluations WHERE e.evaluations = $6
            RETURNING 1)
        SELECT EXISTS (SELECT FROM kept), (SELECT evaluations FROM campaign_evaluation WHERE campaign = $1 AND run = $2 AND shard = $3 AND page = $4)
        """;

    private const string ListText =
        """
        SELECT shard, page, evaluations FROM campaign_evaluation
        WHERE campaign = $1 AND run = $2 AND (shard, page) >= ($3, $4) AND shard <= $5 ORDER BY shard, page LIMIT $6
        """;

    private const int PagesAtOnce = 500;

    private readonly PostgresCalls _calls = new(pool);

    public Task WriteAsync(EvaluationRow row) =>
        _calls.RunAsync(
            WriteText, () => [Value(row.CampaignId), Value(row.Run), Value(row.Shard), Value(row.Page), Value(row.Evaluations)]);

    public async Task<byte[]?> ReplaceAsync(EvaluationRow row, byte[]? before)
    {
        while (true)
        {
            var (isKept, there) = (await _calls.ReadAsync(
                ReplaceText,
                () => [Value(row.CampaignId), Value(row.Run), Value(row.Shard), Value(row.Page), Value(row.Evaluations), Value(before)],
                static answer => (answer.GetBoolean(0), answer.IsDBNull(1) ? null : answer.GetFieldValue<byte[]>(1))))[0];
            if (isKept || there is not null)
            {
                return isKept ? null : there;
            }
        }
    }

    public async Task<IReadOnlyList<EvaluationRow>> ListAsync(
        string campaignId, long run, short shard, long page, short lastShard, int limit) => await _calls.ReadAsync(
        ListText,
        () => [Value(campaignId), Value(run), Value(shard), Value(page), Value(lastShard), Value(limit)],
        row => new EvaluationRow(campaignId, run, row.GetInt16(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)));

    public Task ForgetRunsAsync(string campaignId, long lastRun) =>
        ForgetAsync("campaign = $1 AND run <= $2", () => [Value(campaignId), Value(lastRun)]);

    public Task ForgetPagesAsync(string campaignId, long run, short shard, long firstPage) => ForgetAsync(
        "campaign = $1 AND run = $2 AND shard = $3 AND page >= $4", () => [Value(campaignId), Value(run), Value(shard), Value(firstPage)]);

    // A run of millions has more pages than one statement deletes in its time.
    private async Task ForgetAsync(string which, Func<NpgsqlParameter[]> parameters)
    {
        var text = $"DELETE FROM campaign_evaluation WHERE ctid = ANY (ARRAY(SELECT ctid FROM campaign_evaluation WHERE {which} LIMIT {PagesAtOnce}))";
        while (await _calls.RunAsync(text, parameters) > 0)
        {
            // There may be more.
        }
    }
}
