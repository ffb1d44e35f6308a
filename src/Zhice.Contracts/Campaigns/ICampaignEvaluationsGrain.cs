using System.Collections.Immutable;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Campaigns;

/// <summary>What customers were judged to be in the runs of a campaign, keyed by its id.</summary>
[Alias("zhice.campaign-evaluations")]
public interface ICampaignEvaluationsGrain : IGrainWithStringKey
{
    /// <summary>The last evaluation of a customer in a run; null when there is none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isTriggered">Whether an event triggers the campaign.</param>
    /// <param name="customerId">The customer.</param>
    [Alias("Find")]
    ValueTask<CampaignEvaluation?> Find(long run, bool isTriggered, string customerId);

    /// <summary>Evaluations of a run, in no order that means anything, but always the same.</summary>
    [Alias("List")]
    ValueTask<EvaluationList> List(EvaluationQuery query);
}

/// <summary>Which evaluations are asked for.</summary>
/// <param name="Run">Of which run.</param>
/// <param name="Outcome">Of which outcome; null: any.</param>
/// <param name="Reason">Of which reason; null: any.</param>
/// <param name="RuleId">Of which rule, cap or channel; empty: any.</param>
/// <param name="From">Where to begin.</param>
/// <param name="Limit">How many at the most.</param>
[GenerateSerializer, Immutable, Alias("zhice.evaluation-query")]
public sealed record EvaluationQuery(
    [property: Id(0)] long Run,
    [property: Id(1)] EvaluationOutcome? Outcome,
    [property: Id(2)] ReasonCode? Reason,
    [property: Id(3)] string RuleId,
    [property: Id(4)] EvaluationPlace From,
    [property: Id(5)] int Limit)
{
    /// <summary>Whether an evaluation is asked for.</summary>
    public bool Holds(in CampaignEvaluation evaluation) =>
        (Outcome is null || Outcome == evaluation.Kind.Outcome)
        && (Reason is null || Reason == evaluation.Kind.Reason)
        && (RuleId.Length == 0 || RuleId == evaluation.Kind.RuleId);
}

/// <summary>The place of an evaluation: its page, and its row there, from 0.</summary>
[GenerateSerializer, Immutable, Alias("zhice.evaluation-place")]
public readonly record struct EvaluationPlace([property: Id(0)] short Shard, [property: Id(1)] long Page, [property: Id(2)] int Row);

/// <summary>Some evaluations.</summary>
/// <param name="Evaluations">The evaluations; a list that goes on may be empty, when none of those looked at is asked for.</param>
/// <param name="Next">Where to go on; null: none follow.</param>
[GenerateSerializer, Immutable, Alias("zhice.evaluation-list")]
public sealed record EvaluationList(
    [property: Id(0)] ImmutableArray<CampaignEvaluation> Evaluations, [property: Id(1)] EvaluationPlace? Next);
