using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Evaluations;

/// <summary>The customers' evaluations in campaigns, in the store of the states.</summary>
/// <remarks>Each method throws <see cref="StoreUnavailableException"/> when the store is away.</remarks>
public sealed class EvaluationRows(GroupCommitStorage storage)
{
    /// <summary>The shard of a trigger: behind those of the buckets.</summary>
    public const short TriggerShard = StateKey.Buckets;

    /// <inheritdoc cref="IEvaluationStore.WriteAsync"/>
    public Task WriteAsync(EvaluationRow row) => storage.Evaluations.WriteAsync(row);

    /// <inheritdoc cref="IEvaluationStore.ReplaceAsync"/>
    public Task<byte[]?> ReplaceAsync(EvaluationRow row, byte[]? before) => storage.Evaluations.ReplaceAsync(row, before);

    /// <inheritdoc cref="IEvaluationStore.ListAsync"/>
    public Task<IReadOnlyList<EvaluationRow>> ListAsync(string campaignId, long run, short shard, long page, short lastShard, int most) =>
        storage.Evaluations.ListAsync(campaignId, run, shard, page, lastShard, most);

    /// <inheritdoc cref="IEvaluationStore.ForgetRunsAsync"/>
    public Task ForgetRunsAsync(string campaignId, long lastRun) => storage.Evaluations.ForgetRunsAsync(campaignId, lastRun);

    /// <inheritdoc cref="IEvaluationStore.ForgetPagesAsync"/>
    public Task ForgetPagesAsync(string campaignId, long run, short shard, long firstPage) => storage.Evaluations.ForgetPagesAsync(campaignId, run, shard, firstPage);
}
