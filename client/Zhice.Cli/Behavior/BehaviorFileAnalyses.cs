using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;
using Match = Zhice.Domain.Measurement.Behavior.EventMatch;

namespace Zhice.Cli.Behavior;

/// <summary>Analyses of files, asked and answered in the words of the API, so that they print alike.</summary>
/// <param name="files">The files.</param>
/// <param name="days">The days of the bank.</param>
/// <param name="lastOver">The last day that is over.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class BehaviorFileAnalyses(BehaviorFiles files, DayRange days, int lastOver, CancellationToken cancellation)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(90);

    /// <summary>Counts events.</summary>
    public V1.CountEventsResponse Count(V1.EventCountsQuery query)
    {
        var counts = new EventCounts(ToQuestion(query));
        var log = files.Read(days, counts, keepsIds: false, cancellation);
        return new()
        {
            Basis = ToBasis(log),
            Counts =
            {
                counts.Count(log).Select(static count => new V1.EventCount
                {
                    EventTypeId = count.EventType, Value = count.Value, Date = count.Day == 0 ? "" : ToDate(count.Day),
                    Events = count.Events, Customers = count.Customers,
                }),
            },
        };
    }

    /// <summary>Counts a funnel.</summary>
    public V1.GetFunnelResponse CountFunnel(V1.FunnelQuery query)
    {
        var funnel = new Funnel(ToQuestion(query));
        var log = files.Read(days, funnel, keepsIds: false, cancellation);
        return new()
        {
            Basis = ToBasis(log),
            Steps =
            {
                funnel.Count(log).Select(static step => new V1.FunnelStep
                {
                    Step = new() { EventTypeId = step.Step.EventType, Property = step.Step.Property, Value = step.Step.Value },
                    Customers = step.Customers, MedianTime = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(step.MedianMs)),
                }),
            },
        };
    }

    /// <summary>Counts who came back.</summary>
    public V1.GetRetentionResponse CountRetention(V1.RetentionQuery query)
    {
        var retention = new CohortRetention(ToQuestion(query));
        var log = files.Read(days, retention, keepsIds: false, cancellation);
        return new()
        {
            Basis = ToBasis(log),
            Cohorts =
            {
                retention.Count(log).Select(static cohort => new V1.RetentionCohort
                {
                    FromDate = ToDate(cohort.FirstDay), Customers = cohort.Customers, Returned = { cohort.Returned },
                }),
            },
        };
    }

    /// <summary>Counts paths.</summary>
    public V1.GetPathsResponse CountPaths(V1.PathsQuery query, int limit)
    {
        var paths = new EventPaths(ToQuestion(query));
        var log = files.Read(days, paths, keepsIds: false, cancellation);
        var all = paths.Count(log);
        return new()
        {
            Basis = ToBasis(log),
            Paths = { all.Take(limit).Select(static path => new V1.EventPath { Events = { path.Events }, Customers = path.Customers }) },
            OtherCustomers = all.Skip(limit).Sum(static path => path.Customers),
        };
    }

    /// <summary>The customers of a part.</summary>
    public IReadOnlyList<string> Find(V1.SaveBehaviorAudienceRequest request)
    {
        (BehaviorAnalysis Analysis, Func<BehaviorLog, IEnumerable<int>> Find) part = request.PartCase switch
        {
            V1.SaveBehaviorAudienceRequest.PartOneofCase.Funnel when new Funnel(ToQuestion(request.Funnel.Query)) is var funnel =>
                (funnel, log => funnel.Find(log, request.Funnel.Step, request.Funnel.Last)),
            V1.SaveBehaviorAudienceRequest.PartOneofCase.Retention
                when new CohortRetention(ToQuestion(request.Retention.Query)) is var retention =>
                (
                    retention,
                    log => retention.Find(
                        log, request.Retention.CohortDate.Length == 0 ? null : ReportDimensions.ToDay(FactDays.Parse(request.Retention.CohortDate)),
                        request.Retention.Period, request.Retention.Gone)),
            V1.SaveBehaviorAudienceRequest.PartOneofCase.Paths when new EventPaths(ToQuestion(request.Paths.Query)) is var paths =>
                (paths, log => paths.Find(log, [.. request.Paths.Begin])),
            _ => (new EventCounts(ToQuestion(request.Events)), EventCounts.Find),
        };
        var found = files.Read(days, part.Analysis, keepsIds: true, cancellation);
        return [.. part.Find(found).Select(found.GetId)];
    }

    private static CountsQuestion ToQuestion(V1.EventCountsQuery query) =>
        new(ToMatches(query.Events), query.Property, query.ByDay);

    private static FunnelQuestion ToQuestion(V1.FunnelQuery query) => query.Steps.Count is >= 2 and <= Funnel.MaxSteps
        ? new(ToMatches(query.Steps), ToMilliseconds(query.Window, TimeSpan.FromDays(7)))
        : throw new UsageException($"A funnel has 2 to {Funnel.MaxSteps} steps, not {query.Steps.Count}.");

    private RetentionQuestion ToQuestion(V1.RetentionQuery query) =>
        new(ToMatch(query.First), ToMatch(query.Again ?? query.First), query.PeriodDays, query.Periods,
        days with { To = Math.Min(days.To, lastOver) });

    private static PathsQuestion ToQuestion(V1.PathsQuery query) => new(
        ToMatch(query.Around), query.Before, query.Steps, ToMilliseconds(query.Window, TimeSpan.FromDays(1)),
        [.. query.EventTypeIds]) { Property = query.Property };

    private static ImmutableArray<Match> ToMatches(IEnumerable<V1.EventMatch> matches) => [.. matches.Select(ToMatch)];

    private static Match ToMatch(V1.EventMatch match) => new(match.EventTypeId, match.Property, match.Value);

    private static long ToMilliseconds(Duration? window, TimeSpan unset)
    {
        var span = window?.ToTimeSpan() ?? unset;
        return span >= s_shortest && span <= s_longest
            ? (long)span.TotalMilliseconds
            : throw new UsageException("--window must be from 1m to 90d.");
    }

    private V1.BehaviorBasis ToBasis(BehaviorLog log) =>
        new() { Events = log.Events, Customers = log.Customers, FromDate = ToDate(days.From), ToDate = ToDate(days.To) };

    private static string ToDate(int day) => FactDays.Format(ReportDimensions.ToDate(day));
}
