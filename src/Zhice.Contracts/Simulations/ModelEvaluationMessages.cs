using Orleans;
using Zhice.Domain.Learning;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;

namespace Zhice.Contracts.Simulations;

/// <summary>Which models to judge; all of it was checked.</summary>
/// <param name="ActionId">The action, by an id of the catalogue in force.</param>
/// <param name="Champion">The model that ranks, as <see cref="BayesianModel.ToBytes"/> writes it; empty: it has learned nothing.</param>
/// <param name="Challenger">The challenger, in the same way.</param>
/// <param name="PlacementId">The placement.</param>
/// <param name="OutcomeId">The outcome that is the reward; empty: an acceptance.</param>
/// <param name="FromMs">Decisions from this instant on, unix milliseconds.</param>
/// <param name="ToMs">Until this instant, exclusive, unix milliseconds.</param>
/// <param name="MinEffectiveRounds">How many rounds of a model the log must be worth.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-evaluation-query")]
public sealed record ModelEvaluationQuery(
    [property: Id(0)] string ActionId, [property: Id(1)] byte[] Champion, [property: Id(2)] byte[] Challenger,
    [property: Id(3)] string PlacementId, [property: Id(4)] string OutcomeId, [property: Id(5)] long FromMs, [property: Id(6)] long ToMs,
    [property: Id(7)] double MinEffectiveRounds);

/// <summary>What decisions would have been worth by the models of an action.</summary>
/// <param name="Decisions">The logged decisions in the placement.</param>
/// <param name="Unusable">Those that tell nothing: they offered nothing, or their probabilities are not known.</param>
/// <param name="Forgotten">Those of which it is not known any more what became of them.</param>
/// <param name="Own">What the log's own decisions were worth.</param>
/// <param name="Champion">What they would have been worth by the model that ranks now.</param>
/// <param name="Challenger">The same by the challenger.</param>
/// <param name="IsCut">Whether there are more decisions than are judged.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-evaluation-result")]
public sealed record ModelEvaluation(
    [property: Id(0)] long Decisions, [property: Id(1)] long Unusable, [property: Id(2)] long Forgotten, [property: Id(3)] PolicyValue Own,
    [property: Id(4)] PolicyJudgement Champion, [property: Id(5)] PolicyJudgement Challenger, [property: Id(6)] bool IsCut);

/// <summary>What the log tells of a policy.</summary>
/// <param name="Value">Its value; null where the log does not tell.</param>
/// <param name="Refusal">Why it does not; empty where it does.</param>
[GenerateSerializer, Immutable, Alias("zhice.policy-judgement")]
public sealed record PolicyJudgement([property: Id(0)] OffPolicyValue? Value, [property: Id(1)] string Refusal);
