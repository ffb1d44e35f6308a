using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>How often events happened.</summary>
/// <param name="Events">Which events; empty for all.</param>
/// <param name="Property">The property by whose value they are divided; empty for none.</param>
/// <param name="IsByDay">Whether they are divided by day too.</param>
[GenerateSerializer, Immutable, Alias("zhice.counts-question")]
public sealed record CountsQuestion(
    [property: Id(0)] ImmutableArray<EventMatch> Events, [property: Id(1)] string Property, [property: Id(2)] bool IsByDay);

/// <summary>Events of a type, a value and a day.</summary>
/// <param name="EventType">The type.</param>
/// <param name="Value">The value of the property; empty where the event has none.</param>
/// <param name="Day">The day of the bank, days since 1970-01-01; 0 where days are not asked for.</param>
/// <param name="Events">How many events.</param>
/// <param name="Customers">Of how many customers.</param>
[GenerateSerializer, Immutable, Alias("zhice.event-count")]
public sealed record EventCount(
    [property: Id(0)] string EventType, [property: Id(1)] string Value, [property: Id(2)] int Day, [property: Id(3)] long Events,
    [property: Id(4)] long Customers);

/// <summary>Counts events and their customers, by type, by the value of a property and by day.</summary>
public sealed class EventCounts(CountsQuestion question) : BehaviorAnalysis
{
    /// <summary>The most different values of all types together; further ones are counted together as "(others)".</summary>
    public const int MaxValues = 1_000;

    private readonly LabelTable _labels = new(MaxValues);

    /// <inheritdoc/>
    public override ImmutableArray<string> EventTypes => TypesOf(question.Events);

    /// <inheritdoc/>
    public override bool JoinsTypes => false;

    /// <inheritdoc/>
    public override int GetCode(in BehaviorRecord record)
    {
        var isMeant = question.Events.IsEmpty;
        for (var i = 0; i < question.Events.Length && !isMeant; i++)
        {
            isMeant = question.Events[i].Matches(record);
        }

        return isMeant
            ? _labels.GetNumber(record.EventType, question.Property.Length == 0 ? "" : EventMatch.GetValue(record, question.Property))
            : -1;
    }

    /// <summary>Counts: by day, then those with the most events first.</summary>
    public ImmutableArray<EventCount> Count(BehaviorLog log)
    {
        var counts = new Dictionary<(int Label, int Day), (long Events, long Customers)>();
        var seen = new HashSet<(int, int)>();
        log.Visit((_, events) =>
        {
            seen.Clear();
            foreach (ref readonly var each in events)
            {
                var key = (each.Code, question.IsByDay ? each.Day : 0);
                var (number, customers) = counts.GetValueOrDefault(key);
                counts[key] = (number + 1, customers + (seen.Add(key) ? 1 : 0));
            }
        });
        return
        [
            .. counts
                .Select(count => new EventCount(
                    _labels.GetLabel(count.Key.Label).Type, _labels.GetLabel(count.Key.Label).Value, count.Key.Day, count.Value.Events,
                    count.Value.Customers))
                .OrderBy(static count => count.Day).ThenByDescending(static count => count.Events)
                .ThenBy(static count => count.EventType, StringComparer.Ordinal)
                .ThenBy(static count => count.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>The customers with at least one of the events.</summary>
    public static IEnumerable<int> Find(BehaviorLog log) => Enumerable.Range(0, log.Customers);
}
