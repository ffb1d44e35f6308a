using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Contracts.Behavior;

/// <summary>Whose events an analysis is of.</summary>
/// <param name="Days">The days of the bank.</param>
/// <param name="Audience">The customers; null for all.</param>
/// <param name="Parts">How many of the 10,000 parts of the customers: 10,000 for all.</param>
[GenerateSerializer, Immutable, Alias("zhice.behavior-scope")]
public sealed record BehaviorScope(
    [property: Id(0)] DayRange Days, [property: Id(1)] AudienceQuestion? Audience, [property: Id(2)] int Parts)
{
    /// <summary>How long a caller waits for an analysis: longer than one may take, with one before it.</summary>
    public const string Timeout = "00:03:00";
}

/// <summary>What the figures of an analysis are of.</summary>
/// <param name="Refusal">Why there are none.</param>
/// <param name="Events">How many events were read that the analysis needs.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="AsOfMs">When the reading began, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.behavior-basis")]
public readonly record struct BehaviorBasis(
    [property: Id(0)] BehaviorRefusal Refusal, [property: Id(1)] long Events, [property: Id(2)] long Customers, [property: Id(3)] long AsOfMs)
{
    /// <summary>How many of the 10,000 parts of the customers the figures are of, at most.</summary>
    [Id(4)]
    public int Parts { get; init; }
}

/// <summary>Why an analysis has no figures.</summary>
[GenerateSerializer, Alias("zhice.behavior-refusal")]
public enum BehaviorRefusal : byte
{
    /// <summary>It has figures.</summary>
    None = 0,

    /// <summary>There are more events than a silo keeps in memory for it.</summary>
    TooManyEvents = 1,

    /// <summary>The reading took too long.</summary>
    TookTooLong = 2,
}

/// <summary>A part of an analysis: exactly one of the questions is set.</summary>
[GenerateSerializer, Immutable, Alias("zhice.behavior-part")]
public sealed record BehaviorPart
{
    /// <summary>The customers with at least one of the counted events.</summary>
    [Id(0)]
    public CountsQuestion? Counts { get; init; }

    /// <summary>The customers of a step of a funnel.</summary>
    [Id(1)]
    public FunnelQuestion? Funnel { get; init; }

    /// <summary>The customers of a cohort.</summary>
    [Id(2)]
    public RetentionQuestion? Retention { get; init; }

    /// <summary>The customers whose path begins with <see cref="Begin"/>.</summary>
    [Id(3)]
    public PathsQuestion? Paths { get; init; }

    /// <summary>The step of the funnel, or the period after the cohort's own; from 1.</summary>
    [Id(4)]
    public int Step { get; init; }

    /// <summary>Only customers who did not reach the next step, or who did not return in the period.</summary>
    [Id(5)]
    public bool IsWithoutNext { get; init; }

    /// <summary>The first day of the cohort, days since 1970-01-01; null for all cohorts.</summary>
    [Id(6)]
    public int? CohortDay { get; init; }

    /// <summary>How the path begins.</summary>
    [Id(7)]
    public ImmutableArray<string> Begin { get; init; } = [];
}
