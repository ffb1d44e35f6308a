namespace Zhice.Storage.Campaigns;

/// <summary>Evaluations in memory: for each run its pages in order.</summary>
internal sealed class MemoryEvaluations : IEvaluationStore
{
    // Apart from the states' gate: nothing of a commit is decided by them.
    private readonly Lock _gate = new();
    private readonly Dictionary<(string CampaignId, long Run), SortedDictionary<(short Shard, long Page), byte[]>> _runs = [];

    public Task WriteAsync(EvaluationRow row)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue((row.CampaignId, row.Run), out var pages))
            {
                _runs[(row.CampaignId, row.Run)] = pages = [];
            }

            pages[(row.Shard, row.Page)] = row.Evaluations;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<EvaluationRow>> ListAsync(string campaignId, long run, short shard, long page, short lastShard, int most)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<EvaluationRow>>(_runs.TryGetValue((campaignId, run), out var pages)
                ?
                [
                    .. pages.SkipWhile(each => each.Key.CompareTo((shard, page)) < 0).TakeWhile(each => each.Key.Shard <= lastShard).Take(most)
                        .Select(each => new EvaluationRow(campaignId, run, each.Key.Shard, each.Key.Page, each.Value)),
                ]
                : []);
        }
    }

    public Task ForgetRunsAsync(string campaignId, long lastRun)
    {
        lock (_gate)
        {
            foreach (var run in _runs.Keys.Where(run => run.CampaignId == campaignId && run.Run <= lastRun).ToList())
            {
                _runs.Remove(run);
            }
        }

        return Task.CompletedTask;
    }

    public Task ForgetPagesAsync(string campaignId, long run, short shard, long firstPage)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue((campaignId, run), out var pages))
            {
                foreach (var old in pages.Keys.Where(key => key.Shard == shard && key.Page >= firstPage).ToList())
                {
                    pages.Remove(old);
                }
            }
        }

        return Task.CompletedTask;
    }
}
