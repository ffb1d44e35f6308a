using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Behavior;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Background;

namespace Zhice.Grains.Behavior;

/// <summary>Reads the recorded events that an analysis needs, and runs the analysis, both in the background.</summary>
internal sealed class BehaviorReading(
    IStores stores, IGrainFactory grains, RecordedShares shares, BackgroundTurns turns, TimeProvider clock)
{
    // With what tells customers apart, some 100 MB; a silo runs two at a time.
    private const int MaxEvents = 1_500_000;

    private const int EventsInPage = 10_000;
    private const int MembersInPage = 10_000;
    private const int BucketsAtOnce = 32;

    // An event is recorded at most so long after its day, and a day of the bank begins up to a day before that of UTC, or after it.
    private const int MaxDaysLate = 8;

    private static readonly TimeSpan MaxReading = TimeSpan.FromSeconds(60);

    /// <summary>Reads and analyses.</summary>
    /// <typeparam name="T">The rows of the analysis.</typeparam>
    /// <param name="scope">Whose events.</param>
    /// <param name="analysis">What is asked.</param>
    /// <param name="keepsIds">Whether the analysis names customers.</param>
    /// <param name="analyse">Makes the rows of the events.</param>
    public async Task<BehaviorAnswer<T>> AnalyseAsync<T>(
        BehaviorScope scope, BehaviorAnalysis analysis, bool keepsIds, Func<BehaviorLog, ImmutableArray<T>> analyse)
    {
        await using var turn = turns.Analyses.Ask(CancellationToken.None);
        await turn.Comes;
        var members = scope.Audience is { } audience ? await ReadMembersAsync(audience) : null;
        return await BackgroundWork.Run(async () =>
        {
            var asOfMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var log = new BehaviorLog(MaxEvents, keepsIds);
            var parts = Math.Min(scope.Parts, shares.FindParts(analysis));
            var refusal = await ReadAsync(scope with { Parts = parts }, analysis, members, log);
            return new BehaviorAnswer<T>(
                new(refusal, log.Events, log.Customers, asOfMs) { Parts = parts }, refusal == BehaviorRefusal.None ? analyse(log) : []);
        });
    }

    private async Task<BehaviorRefusal> ReadAsync(
        BehaviorScope scope, BehaviorAnalysis analysis, HashSet<ulong>? members, BehaviorLog log)
    {
        var begun = clock.GetTimestamp();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var last = ReportDimensions.ToDate(Math.Min(scope.Days.To + MaxDaysLate, ReportDimensions.ToDay(today)));
        for (var day = ReportDimensions.ToDate(scope.Days.From - 1); day <= last; day = day.AddDays(1))
        {
            for (var after = 0L; ;)
            {
                var page = await stores.Facts.ListBehaviorAsync(new(day, scope.Days, analysis.EventTypes), after, EventsInPage);
                if (page.Count == 0)
                {
                    break;
                }

                after = page[^1].Number;
                if (!Add(page.Select(static each => each.Record), scope.Parts, analysis, members, log))
                {
                    return BehaviorRefusal.TooManyEvents;
                }

                if (clock.GetElapsedTime(begun) > MaxReading)
                {
                    return BehaviorRefusal.TookTooLong;
                }

                await Task.Yield();
            }
        }

        return BehaviorRefusal.None;
    }

    private static bool Add(
        IEnumerable<BehaviorRecord> records, int parts, BehaviorAnalysis analysis, HashSet<ulong>? members, BehaviorLog log)
    {
        foreach (var record in records)
        {
            if (BehaviorSample.Has(record.CustomerId, parts)
                && (members is null || members.Contains(BehaviorLog.GetHash(record.CustomerId)))
                && analysis.GetCode(record) is >= 0 and var code
                && !log.TryAdd(record.CustomerId, record.AtMs, record.Day, code))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<HashSet<ulong>> ReadMembersAsync(AudienceQuestion audience)
    {
        var members = new HashSet<ulong>();
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(BucketsAtOnce))
        {
            foreach (var hashes in await Task.WhenAll(some.Select(bucket => ReadMembersAsync(audience, bucket))))
            {
                members.UnionWith(hashes);
            }
        }

        return members;
    }

    private async Task<List<ulong>> ReadMembersAsync(AudienceQuestion audience, int bucket)
    {
        var hashes = new List<ulong>();
        for (var (after, isLast) = ("", false); !isLast;)
        {
            var page = await grains.GetGrain<IBucketGrain>(bucket).Members(audience, after, MembersInPage);
            (after, isLast) = (page.Next, page.IsLast);
            hashes.AddRange(page.CustomerIds.Select(BehaviorLog.GetHash));
        }

        return hashes;
    }
}
