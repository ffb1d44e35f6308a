using Zhice.Domain.Primitives;
using Zhice.Storage.States;

namespace Zhice.Storage.Evaluations;

/// <summary>A page of what customers were judged to be in a run of a campaign.</summary>
/// <param name="CampaignId">The campaign.</param>
/// <param name="Run">The run.</param>
/// <param name="Shard">Which part of the run: a bucket of customers, or the part behind them all for a trigger.</param>
/// <param name="Page">Which page of the part.</param>
/// <param name="Evaluations">The page.</param>
public sealed record EvaluationRow(string CampaignId, long Run, short Shard, long Page, byte[] Evaluations)
{
    /// <summary>The shard of a trigger: behind those of the buckets.</summary>
    public const short TriggerShard = CustomerBucket.Count;
}
