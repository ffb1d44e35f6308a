using System.Collections.Immutable;
using System.Globalization;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Primitives;
using Match = Zhice.Domain.Measurement.Behavior.EventMatch;

namespace Zhice.Api.Behavior;

/// <summary>Reads what is asked of behaviour, and collects what is wrong with it.</summary>
internal static class BehaviorQueries
{
    private const int MaxCounted = 20;
    private const int MaxTypes = 50;
    private const int MaxNameBytes = 64;
    private const int MaxValueBytes = 256;

    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(90);

    public static CountsQuestion ReadCounts(string path, V1.EventCountsQuery? query, Catalog catalog, RequestCheck check)
    {
        query ??= new();
        AtMost($"{path}.events", query.Events.Count, MaxCounted, check);
        check.Text($"{path}.property", query.Property, MaxNameBytes);
        return new(ReadMatches($"{path}.events", query.Events, catalog, check), query.Property, query.ByDay);
    }

    public static FunnelQuestion ReadFunnel(string path, V1.FunnelQuery? query, Catalog catalog, RequestCheck check)
    {
        query ??= new();
        if (query.Steps.Count is < 2 or > Funnel.MaxSteps)
        {
            check.Add(
                $"{path}.steps", query.Steps.Count == 0 ? FieldReasons.Required : FieldReasons.OutOfRange,
                $"has {query.Steps.Count} steps; 2 to {Funnel.MaxSteps} are allowed");
        }

        var window = Window($"{path}.window", query.Window, TimeSpan.FromDays(7), check);
        return new(ReadMatches($"{path}.steps", query.Steps, catalog, check), (long)window.TotalMilliseconds);
    }

    public static RetentionQuestion ReadRetention(
        string path, V1.RetentionQuery? query, DayRange days, Catalog catalog, RequestCheck check)
    {
        query ??= new();
        var first = ReadMatch($"{path}.first", query.First, catalog, check);
        var again = query.Again is null ? first : ReadMatch($"{path}.again", query.Again, catalog, check);
        var periodDays = Number($"{path}.period_days", query.PeriodDays, 7, 31, check);
        var periods = Number($"{path}.periods", query.Periods, 8, CohortRetention.MaxPeriods, check);
        return new(first, again, periodDays, periods, days);
    }

    public static PathsQuestion ReadPaths(string path, V1.PathsQuery? query, Catalog catalog, RequestCheck check)
    {
        query ??= new();
        AtMost($"{path}.event_type_ids", query.EventTypeIds.Count, MaxTypes, check);
        for (var i = 0; i < query.EventTypeIds.Count && i < MaxTypes; i++)
        {
            CheckType($"{path}.event_type_ids[{i}]", query.EventTypeIds[i], catalog, check);
        }

        check.Text($"{path}.property", query.Property, MaxNameBytes);
        return new(
            ReadMatch($"{path}.around", query.Around, catalog, check), query.Before,
            Number($"{path}.steps", query.Steps, 3, EventPaths.MaxSteps, check),
            (long)Window($"{path}.window", query.Window, TimeSpan.FromDays(1), check).TotalMilliseconds,
            [.. query.EventTypeIds.Distinct()])
        {
            Property = query.Property,
        };
    }

    /// <summary>A number from 1 to a maximum; 0 stands for the default.</summary>
    public static int Number(string path, int value, int unset, int maximum, RequestCheck check)
    {
        if (value < 0 || value > maximum)
        {
            check.Add(path, FieldReasons.OutOfRange, $"is {value}; 1 to {maximum} are allowed, or 0 for {unset}");
        }

        return value == 0 ? unset : value;
    }

    /// <summary>A day of the bank.</summary>
    public static int ReadDay(string path, string date, int unset, RequestCheck check)
    {
        if (date.Length == 0)
        {
            return unset;
        }

        if (DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1971 and <= 9998)
        {
            return ReportDimensions.ToDay(day);
        }

        check.Add(path, FieldReasons.Malformed, "is no date; write it as 2026-11-30");
        return unset;
    }

    private static ImmutableArray<Match> ReadMatches(
        string path, IReadOnlyList<V1.EventMatch> matches, Catalog catalog, RequestCheck check) =>
        [.. matches.Take(MaxCounted).Select((match, i) => ReadMatch($"{path}[{i}]", match, catalog, check))];

    private static Match ReadMatch(string path, V1.EventMatch? match, Catalog catalog, RequestCheck check)
    {
        match ??= new();
        CheckType($"{path}.event_type_id", match.EventTypeId, catalog, check);
        check.Text($"{path}.property", match.Property, MaxNameBytes);
        check.Text($"{path}.value", match.Value, MaxValueBytes);
        if (match.Property.Length == 0 && match.Value.Length > 0)
        {
            check.Add($"{path}.property", FieldReasons.Required, "must be set, as there is a value");
        }

        return new(match.EventTypeId, match.Property, match.Value);
    }

    private static void CheckType(string path, string id, Catalog catalog, RequestCheck check)
    {
        if (id.Length == 0)
        {
            check.Add(path, FieldReasons.Required, "must be set: a type of event");
        }
        else if (catalog.Symbols.Find(SymbolKind.EventType, id) == 0)
        {
            check.Unknown(path, "event type", id, catalog.EventTypes.Keys);
        }
    }

    private static void AtMost(string path, int count, int maximum, RequestCheck check)
    {
        if (count > maximum)
        {
            check.Add(path, FieldReasons.TooMany, $"has {count} entries; at most {maximum} are allowed");
        }
    }

    private static TimeSpan Window(string path, Google.Protobuf.WellKnownTypes.Duration? window, TimeSpan unset, RequestCheck check) =>
        check.Span(path, window, unset, s_shortest, s_longest, "must be from 1 minute to 90 days");
}
