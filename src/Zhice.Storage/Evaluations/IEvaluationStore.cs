using Zhice.Domain.Faults;

namespace Zhice.Storage.Evaluations;

/// <summary>What a back end keeps of the customers' evaluations in campaigns: pages of bytes, in order.</summary>
public interface IEvaluationStore
{
    /// <summary>Keeps a page; one that is there already is replaced.</summary>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps it is kept. Write it again.</exception>
    Task WriteAsync(EvaluationRow row);

    /// <summary>Keeps a page in the place of one that is known; one that somebody else has written meanwhile stays.</summary>
    /// <param name="row">The page.</param>
    /// <param name="before">What is there; null: nothing is.</param>
    /// <returns>Null when it is kept; else what is there.</returns>
    /// <exception cref="StoreUnavailableException">The store is away; perhaps it is kept. Write it again.</exception>
    Task<byte[]?> ReplaceAsync(EvaluationRow row, byte[]? before);

    /// <summary>Pages of a run, by shard and page.</summary>
    /// <param name="campaignId">The campaign.</param>
    /// <param name="run">The run.</param>
    /// <param name="shard">The first shard.</param>
    /// <param name="page">The first page of that shard.</param>
    /// <param name="lastShard">The last shard.</param>
    /// <param name="limit">How many at the most.</param>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task<IReadOnlyList<EvaluationRow>> ListAsync(string campaignId, long run, short shard, long page, short lastShard, int limit);

    /// <summary>Forgets the runs up to one.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task ForgetRunsAsync(string campaignId, long lastRun);

    /// <summary>Forgets the pages of a shard from one on.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    Task ForgetPagesAsync(string campaignId, long run, short shard, long firstPage);
}
