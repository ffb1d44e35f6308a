using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Behavior;
using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Grains.Behavior;

/// <inheritdoc cref="IBehaviorGrain"/>
[GrainType("behavior"), StatelessWorker]
internal sealed class BehaviorGrain(BehaviorReading reading) : Grain, IBehaviorGrain
{
    public async Task<BehaviorAnswer<EventCount>> Count(BehaviorScope scope, CountsQuestion question)
    {
        var counts = new EventCounts(question);
        return await reading.AnalyseAsync(scope, counts, keepsIds: false, counts.Count);
    }

    public async Task<BehaviorAnswer<FunnelStep>> Funnel(BehaviorScope scope, FunnelQuestion question)
    {
        var funnel = new Funnel(question);
        return await reading.AnalyseAsync(scope, funnel, keepsIds: false, funnel.Count);
    }

    public async Task<BehaviorAnswer<RetentionCohort>> Retention(BehaviorScope scope, RetentionQuestion question)
    {
        var retention = new CohortRetention(question);
        return await reading.AnalyseAsync(scope, retention, keepsIds: false, retention.Count);
    }

    public async Task<BehaviorAnswer<EventPath>> Paths(BehaviorScope scope, PathsQuestion question, int limit)
    {
        var paths = new EventPaths(question);
        var answer = await reading.AnalyseAsync(scope, paths, keepsIds: false, paths.Count);
        return answer with
        {
            Rows = [.. answer.Rows.Take(limit)], Others = answer.Rows.Skip(limit).Sum(static path => path.Customers),
        };
    }

    public async Task<BehaviorAnswer<string>> Find(BehaviorScope scope, BehaviorPart part, int limit)
    {
        var (analysis, find) = Prepare(part);
        return await reading.AnalyseAsync(
            scope, analysis, keepsIds: true, log => find(log).Take(limit + 1).Select(log.GetId).ToImmutableArray());
    }

    private static (BehaviorAnalysis Analysis, Func<BehaviorLog, IEnumerable<int>> Find) Prepare(BehaviorPart part)
    {
        if (part.Funnel is { } funnelQuestion)
        {
            var funnel = new Funnel(funnelQuestion);
            return (funnel, log => funnel.Find(log, part.Step, part.IsWithoutNext));
        }

        if (part.Retention is { } retentionQuestion)
        {
            var retention = new CohortRetention(retentionQuestion);
            return (retention, log => retention.Find(log, part.CohortDay, part.Step, part.IsWithoutNext));
        }

        if (part.Paths is { } pathsQuestion)
        {
            var paths = new EventPaths(pathsQuestion);
            return (paths, log => paths.Find(log, part.Begin));
        }

        return (new EventCounts(part.Counts!), EventCounts.Find);
    }
}
