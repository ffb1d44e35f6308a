using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>What customers did before or after an event.</summary>
/// <param name="Around">The event; of a customer, the first in the days asked for.</param>
/// <param name="IsBefore">True: what was done before it; false: after it.</param>
/// <param name="Steps">The length of a path in events, 1 to <see cref="EventPaths.MaxSteps"/>.</param>
/// <param name="WindowMs">How far from the event a path goes, above 0.</param>
/// <param name="Among">The types of event that paths are made of; empty for all.</param>
[GenerateSerializer, Immutable, Alias("zhice.paths-question")]
public sealed record PathsQuestion(
    [property: Id(0)] EventMatch Around, [property: Id(1)] bool IsBefore, [property: Id(2)] int Steps, [property: Id(3)] long WindowMs,
    [property: Id(4)] ImmutableArray<string> Among)
{
    /// <summary>A property whose value tells events of one type apart; empty for none.</summary>
    [Id(5)]
    public string Property { get; init; } = "";
}

/// <summary>A path and how many customers took it.</summary>
/// <param name="Events">The events, the one next to the event in question first; empty: none within the window.</param>
/// <param name="Customers">How many customers.</param>
[GenerateSerializer, Immutable, Alias("zhice.event-path")]
public sealed record EventPath([property: Id(0)] ImmutableArray<string> Events, [property: Id(1)] long Customers);

/// <summary>
/// Paths before or after an event. Immediate repeats of an event count as one. A customer with the event has one path, so the
/// customers of all paths add up to those with the event.
/// </summary>
public sealed class EventPaths(PathsQuestion question) : BehaviorAnalysis
{
    /// <summary>The most events of a path.</summary>
    public const int MaxSteps = 10;

    private readonly LabelTable _labels = new(EventCounts.MaxValues);

    /// <inheritdoc/>
    public override ImmutableArray<string> EventTypes => question.Among.IsEmpty
        ? []
        : [.. question.Among.Append(question.Around.EventType).Distinct(StringComparer.Ordinal)];

    /// <summary>The number of the label, whether it is told, and whether it is the event in question.</summary>
    public override int GetCode(in BehaviorRecord record)
    {
        var (isTold, isAround) = (
            question.Among.IsEmpty || question.Among.Contains(record.EventType, StringComparer.Ordinal), question.Around.Matches(record));
        return isTold || isAround
            ? (_labels.GetNumber(record.EventType, GetValue(record)) << 2) | (isTold ? 2 : 0) | (isAround ? 1 : 0)
            : -1;
    }

    /// <summary>Counts, those that most customers took first.</summary>
    public ImmutableArray<EventPath> Count(BehaviorLog log)
    {
        var paths = new Dictionary<string, long>(StringComparer.Ordinal);
        log.Visit((_, events) =>
        {
            if (Walk(events) is { } path)
            {
                paths[path] = paths.GetValueOrDefault(path) + 1;
            }
        });
        return
        [
            .. paths
                .Select(path => new EventPath([.. path.Key.Select(label => Format(label))], path.Value))
                .OrderByDescending(static path => path.Customers)
                .ThenBy(static path => string.Join(' ', path.Events), StringComparer.Ordinal),
        ];
    }

    /// <summary>The customers whose path begins with some events.</summary>
    public IEnumerable<int> Find(BehaviorLog log, ImmutableArray<string> begin)
    {
        var found = new List<int>();
        log.Visit((customer, events) =>
        {
            if (Walk(events) is { } path && path.Length >= begin.Length && begin.Index().All(each => Format(path[each.Index]) == each.Item))
            {
                found.Add(customer);
            }
        });
        return found;
    }

    private string GetValue(in BehaviorRecord record) =>
        question.Property.Length == 0 ? "" : EventMatch.GetValue(record, question.Property);

    private string Format(char label) =>
        _labels.GetLabel(label) is var (type, value) && value.Length == 0 ? type : $"{type}[{question.Property}={value}]";

    // A path as a text of label numbers, of which there are few enough; null: the customer does not have the event.
    private string? Walk(ReadOnlySpan<BehaviorEvent> events)
    {
        var around = 0;
        while (around < events.Length && (events[around].Code & 1) == 0)
        {
            around++;
        }

        if (around == events.Length)
        {
            return null;
        }

        Span<char> path = stackalloc char[MaxSteps];
        var length = 0;
        var last = (char)(events[around].Code >> 2);
        for (var at = around + Way; at >= 0 && at < events.Length && length < question.Steps; at += Way)
        {
            if (Math.Abs(events[at].AtMs - events[around].AtMs) > question.WindowMs)
            {
                break;
            }

            var label = (char)(events[at].Code >> 2);
            if ((events[at].Code & 2) != 0 && label != last)
            {
                path[length++] = last = label;
            }
        }

        return new(path[..length]);
    }

    private int Way => question.IsBefore ? -1 : 1;
}
