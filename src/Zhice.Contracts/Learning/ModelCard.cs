using System.Collections.Immutable;
using Zhice.Domain.Learning;

namespace Zhice.Contracts.Learning;

/// <summary>What the learner of an action says for its model card.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Version">Grows with every change of the champion.</param>
/// <param name="IsFrozen">Whether the champion learns no more.</param>
/// <param name="AttributionWindow">How long after a decision an acceptance counts for it, on the learner's silo.</param>
/// <param name="Champion">The model that ranks.</param>
/// <param name="Challenger">The model in the shadow; null: there is none.</param>
/// <param name="Events">The last events, the oldest first.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-card")]
public sealed record ModelCard(
    [property: Id(0)] string ActionId,
    [property: Id(1)] long Version,
    [property: Id(2)] bool IsFrozen,
    [property: Id(3)] TimeSpan AttributionWindow,
    [property: Id(4)] ModelDescription Champion,
    [property: Id(5)] ModelDescription? Challenger,
    [property: Id(6)] ImmutableArray<ModelEvent> Events);

/// <summary>A model, and what it learned from.</summary>
/// <param name="Checks">How it learns and how well it predicted.</param>
/// <param name="Prior">The probability that it started from; null: it has learned nothing.</param>
/// <param name="FeatureCount">How many features it has met.</param>
/// <param name="Lessons">What it learned from.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-description")]
public sealed record ModelDescription(
    [property: Id(0)] ModelChecks Checks, [property: Id(1)] double? Prior, [property: Id(2)] int FeatureCount,
    [property: Id(3)] LessonTally Lessons);
