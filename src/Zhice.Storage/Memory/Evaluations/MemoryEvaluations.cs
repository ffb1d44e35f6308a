using Zhice.Storage.Evaluations;

namespace Zhice.Storage.Memory.Evaluations;

/// <summary>Evaluations in memory: for each run its pages in order.</summary>
internal sealed class MemoryEvaluations(TimeProvider clock) : IEvaluationStore
{
    // Apart from the states' gate: nothing of a commit is decided by them.
    private readonly Lock _gate = new();
    private readonly Dictionary<(string CampaignId, long Run), SortedDictionary<(short Shard, long Page), (byte[] Evaluations, DateTimeOffset KeptAt)>> _runs = [];

    public Task WriteAsync(EvaluationRow row)
    {
        Write(row, static _ => true);
        return Task.CompletedTask;
    }

    public Task<byte[]?> ReplaceAsync(EvaluationRow row, byte[]? before) =>
        Task.FromResult(Write(row, there => before is not null && there.AsSpan().SequenceEqual(before)));

    // Null when it was written, else what is there.
    private byte[]? Write(EvaluationRow row, Func<byte[], bool> mayReplace)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue((row.CampaignId, row.Run), out var pages))
            {
                _runs[(row.CampaignId, row.Run)] = pages = [];
            }

            var key = (row.Shard, row.Page);
            var isThere = pages.TryGetValue(key, out var there);
            if (isThere && !mayReplace(there.Evaluations))
            {
                return there.Evaluations;
            }

            pages[key] = (row.Evaluations, isThere ? there.KeptAt : clock.GetUtcNow());
            return null;
        }
    }

    public Task<IReadOnlyList<EvaluationRow>> ListAsync(string campaignId, long run, short shard, long page, short lastShard, int limit)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<EvaluationRow>>(_runs.TryGetValue((campaignId, run), out var pages)
                ?
                [
                    .. pages.SkipWhile(each => each.Key.CompareTo((shard, page)) < 0)
                        .TakeWhile(each => each.Key.Shard <= lastShard)
                        .Take(limit)
                        .Select(each => new EvaluationRow(campaignId, run, each.Key.Shard, each.Key.Page, each.Value.Evaluations)),
                ]
                : []);
        }
    }

    /// <summary>Pages of a shard, of all runs, in order.</summary>
    public IReadOnlyList<EvaluationRow> List(short shard, EvaluationRow? after, int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _runs.OrderBy(static run => run.Key.CampaignId, StringComparer.Ordinal).ThenBy(static run => run.Key.Run)
                    .SelectMany(static run =>
                        run.Value.Select(page =>
                            new EvaluationRow(run.Key.CampaignId, run.Key.Run, page.Key.Shard, page.Key.Page, page.Value.Evaluations)))
                    .Where(page => page.Shard == shard && (after is null || Compare(page, after) > 0)).Take(limit),
            ];
        }

        static int Compare(EvaluationRow one, EvaluationRow other)
        {
            var order = string.CompareOrdinal(one.CampaignId, other.CampaignId);
            order = order != 0 ? order : one.Run.CompareTo(other.Run);
            return order != 0 ? order : one.Page.CompareTo(other.Page);
        }
    }

    /// <summary>Forgets the pages that were first written before an instant.</summary>
    public void ForgetBefore(DateTimeOffset at)
    {
        lock (_gate)
        {
            foreach (var (run, pages) in _runs.ToList())
            {
                foreach (var old in pages.Where(page => page.Value.KeptAt < at).Select(static page => page.Key).ToList())
                {
                    pages.Remove(old);
                }

                if (pages.Count == 0)
                {
                    _runs.Remove(run);
                }
            }
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
