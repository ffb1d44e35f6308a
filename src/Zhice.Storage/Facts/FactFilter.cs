using System.Collections.Immutable;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Storage.Facts;

/// <summary>Which totals are meant.</summary>
/// <param name="Campaign">
/// Of this campaign, or of this experiment or holdout of the catalogue; empty for any campaign and none. Experiments have a colon in their names
/// and are asked for by name alone: what followed an exposure followed contacts too.
/// </param>
/// <param name="Journey">Of this journey; empty for any.</param>
/// <param name="FromDay">From this day of the bank on, days since 1970-01-01.</param>
/// <param name="ToDay">To this day, which is included.</param>
public sealed record FactFilter(string Campaign = "", string Journey = "", int FromDay = 0, int ToDay = int.MaxValue);

/// <summary>Totals, and when they were taken.</summary>
/// <param name="AsOfMs">The instant by the store's clock, unix milliseconds.</param>
/// <param name="Totals">The totals; each group, kind, code and day once.</param>
public sealed record FactTotals(long AsOfMs, ImmutableArray<FactTotal> Totals);

/// <summary>A fact with its number in the day on which it was recorded.</summary>
/// <param name="Number">The number, above 0.</param>
/// <param name="Fact">The fact, with the names of its group and its customer.</param>
public readonly record struct NumberedFact(long Number, Fact Fact);

/// <summary>Which events of customers are meant.</summary>
/// <param name="RecordedOn">Recorded on this day (UTC).</param>
/// <param name="Days">Of these days of the bank.</param>
/// <param name="EventTypes">Of these types; empty for all.</param>
public sealed record BehaviorFilter(DateOnly RecordedOn, DayRange Days, ImmutableArray<string> EventTypes);

/// <summary>An event of a customer with its number in the day on which it was recorded.</summary>
/// <param name="Number">The number, above 0.</param>
/// <param name="Record">The event.</param>
public readonly record struct NumberedBehavior(long Number, BehaviorRecord Record);

/// <summary>Which facts of customers are meant.</summary>
/// <param name="RecordedOn">Recorded on this day (UTC).</param>
/// <param name="Kinds">Of these kinds.</param>
public sealed record CustomerFactFilter(DateOnly RecordedOn, ImmutableArray<FactKind> Kinds)
{
    /// <summary>Of these groups; empty for all.</summary>
    public ImmutableArray<long> GroupIds { get; init; } = [];

    /// <summary>Of the events of customers only those of this type; empty for all.</summary>
    public string EventType { get; init; } = "";

    /// <summary>Of the outcomes only those with these numbers.</summary>
    public ImmutableArray<int> Outcomes { get; init; } = [];
}
