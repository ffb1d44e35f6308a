using System.Collections.Immutable;
using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Contracts.Behavior;

/// <summary>
/// Analyses the recorded events of customers. Any of them answers for all silos; an analysis may take a minute, and two run on a silo at a
/// time.
/// </summary>
[Alias("zhice.behavior")]
public interface IBehaviorGrain : IGrainWithIntegerKey
{
    /// <summary>Counts events.</summary>
    [Alias("Count"), ResponseTimeout(BehaviorScope.Timeout)]
    Task<BehaviorAnswer<EventCount>> Count(BehaviorScope scope, CountsQuestion question);

    /// <summary>Counts the customers who reached each step of a funnel.</summary>
    [Alias("Funnel"), ResponseTimeout(BehaviorScope.Timeout)]
    Task<BehaviorAnswer<FunnelStep>> Funnel(BehaviorScope scope, FunnelQuestion question);

    /// <summary>Counts who came back, by cohort.</summary>
    [Alias("Retention"), ResponseTimeout(BehaviorScope.Timeout)]
    Task<BehaviorAnswer<RetentionCohort>> Retention(BehaviorScope scope, RetentionQuestion question);

    /// <summary>Counts paths, those that most customers took first.</summary>
    /// <param name="scope">Whose events.</param>
    /// <param name="question">Which paths.</param>
    /// <param name="limit">How many paths, at most; the others are counted together in <see cref="BehaviorAnswer{T}.Others"/>.</param>
    [Alias("Paths"), ResponseTimeout(BehaviorScope.Timeout)]
    Task<BehaviorAnswer<EventPath>> Paths(BehaviorScope scope, PathsQuestion question, int limit);

    /// <summary>Finds the customers of a part of an analysis.</summary>
    /// <param name="scope">Whose events.</param>
    /// <param name="part">Which part.</param>
    /// <param name="limit">How many customers, at most; one more is found when there are more.</param>
    [Alias("Find"), ResponseTimeout(BehaviorScope.Timeout)]
    Task<BehaviorAnswer<string>> Find(BehaviorScope scope, BehaviorPart part, int limit);
}

/// <summary>An analysis, and what its figures are of.</summary>
/// <param name="Basis">What the figures are of, or why there are none.</param>
/// <param name="Rows">The figures; none when it is refused.</param>
[GenerateSerializer, Immutable, Alias("zhice.behavior-answer`1")]
public sealed record BehaviorAnswer<T>([property: Id(0)] BehaviorBasis Basis, [property: Id(1)] ImmutableArray<T> Rows)
{
    /// <summary>How many customers belong to rows that are left out.</summary>
    [Id(2)]
    public long Others { get; init; }
}
