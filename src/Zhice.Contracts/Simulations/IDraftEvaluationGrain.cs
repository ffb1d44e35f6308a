using Orleans;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;

namespace Zhice.Contracts.Simulations;

/// <summary>Judges drafts of the catalogue and challengers of models by the log of decisions; its key is any fresh id.</summary>
[Alias("zhice.draft-evaluation")]
public interface IDraftEvaluationGrain : IGrainWithGuidKey
{
    /// <summary>Judges a draft.</summary>
    [Alias("Evaluate")]
    Task<DraftEvaluation> Evaluate(DraftEvaluationQuery query, CancellationToken cancellation);

    /// <summary>Judges the models of an action, as they are now.</summary>
    [Alias("EvaluateModels")]
    Task<ModelEvaluation> EvaluateModels(ModelEvaluationQuery query, CancellationToken cancellation);
}

/// <summary>What to judge; all of it was checked.</summary>
/// <param name="Draft">The draft, a <c>zhice.v1.Catalog</c> as bytes.</param>
/// <param name="PlacementId">The placement.</param>
/// <param name="OutcomeId">The outcome that is the reward; empty: an acceptance.</param>
/// <param name="FromMs">Decisions from this instant on, unix milliseconds.</param>
/// <param name="ToMs">Until this instant, exclusive, unix milliseconds.</param>
/// <param name="MinEffectiveRounds">How many rounds of the draft the log must be worth.</param>
[GenerateSerializer, Immutable, Alias("zhice.draft-evaluation-query")]
public sealed record DraftEvaluationQuery(
    [property: Id(0)] byte[] Draft, [property: Id(1)] string PlacementId, [property: Id(2)] string OutcomeId, [property: Id(3)] long FromMs,
    [property: Id(4)] long ToMs, [property: Id(5)] double MinEffectiveRounds);

/// <summary>What a draft would have been worth a decision.</summary>
/// <param name="Decisions">The logged decisions in the placement.</param>
/// <param name="Unusable">Those that tell nothing: they offered nothing, or their probabilities are not known.</param>
/// <param name="Forgotten">Those of which it is not known any more what became of them.</param>
/// <param name="Own">What the log's own decisions were worth.</param>
/// <param name="Value">What the draft would have been worth; null where the log does not tell.</param>
/// <param name="Refusal">Why it does not; empty where it does.</param>
/// <param name="IsCut">Whether there are more decisions than are judged.</param>
[GenerateSerializer, Immutable, Alias("zhice.draft-evaluation-result")]
public sealed record DraftEvaluation(
    [property: Id(0)] long Decisions, [property: Id(1)] long Unusable, [property: Id(2)] long Forgotten, [property: Id(3)] PolicyValue Own,
    [property: Id(4)] OffPolicyValue? Value, [property: Id(5)] string Refusal, [property: Id(6)] bool IsCut);
