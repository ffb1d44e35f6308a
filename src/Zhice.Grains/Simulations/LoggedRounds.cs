using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Grains.Customers;
using Zhice.Grains.Decisions;

namespace Zhice.Grains.Simulations;

/// <summary>What is read of the log of decisions.</summary>
/// <param name="PlacementId">The placement.</param>
/// <param name="From">Decisions from this instant on.</param>
/// <param name="To">Until this instant, exclusive.</param>
/// <param name="Outcome">The outcome that is the reward; null: an acceptance.</param>
internal sealed record LogScope(string PlacementId, DateTimeOffset From, DateTimeOffset To, OutcomeDefinition? Outcome)
{
    /// <summary>How many decisions are judged, at most: some seconds of work. Of each hour the first ones, so that days and hours are all there.</summary>
    public int MaxDecisions { get; init; } = 20_000;
}

/// <summary>How a logged decision is as each of some policies sees it; null where it tells nothing.</summary>
/// <param name="record">The decision.</param>
/// <param name="then">The catalogue that it was made by.</param>
internal delegate DraftRound[]? PolicyRounds(DecisionRecord record, Catalog then);

/// <summary>Logged decisions of a placement as some policies see them, with what became of them.</summary>
internal sealed class LoggedRounds(DecisionLog log, CustomerStore customers, ICatalogs catalogs, IGrainFactory grains)
{
    private const int ReadAtOnce = 64;

    private static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    private readonly Dictionary<long, Catalog?> _versions = [];
    private readonly List<(double Reward, DraftRound[] Rounds)> _rounds = [];

    /// <summary>The logged decisions in the placement.</summary>
    public long Decisions { get; private set; }

    /// <summary>Those that tell nothing.</summary>
    public long Unusable { get; private set; }

    /// <summary>Those of which it is not known any more what became of them.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Whether there are more decisions than were read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads the decisions.</summary>
    public async Task ReadAsync(LogScope scope, PolicyRounds judge, CancellationToken cancellation)
    {
        var slices = Math.Max(1, (int)Math.Ceiling((scope.To - scope.From) / Slice));
        var limit = Math.Max(1, scope.MaxDecisions / slices);
        for (var begin = scope.From; begin < scope.To; begin += Slice)
        {
            // A slice does not reach over the end of a day (UTC).
            var midnight = new DateTimeOffset(begin.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            foreach (var (from, to) in new[] { (begin, Min(begin + Slice, Min(scope.To, midnight))), (midnight, Min(begin + Slice, scope.To)) })
            {
                cancellation.ThrowIfCancellationRequested();
                if (from < to)
                {
                    var records = await log.ListAsync(from, to, limit);
                    IsCut |= records.Count == limit;
                    await JudgeAsync(records, scope, judge);
                }
            }
        }
    }

    /// <summary>What the log's own decisions were worth.</summary>
    public PolicyValue GetOwn() =>
        PolicyEvaluation.Ips([.. _rounds.Select(static each => new LoggedRound(each.Reward, each.Rounds[0].Logged, each.Rounds[0].Logged))]);

    /// <summary>What a policy would have been worth.</summary>
    /// <param name="policy">Its place among the policies.</param>
    /// <param name="minEffectiveRounds">How many rounds of it the log must be worth.</param>
    public PolicyJudgement Judge(int policy, double minEffectiveRounds)
    {
        JudgedRound[] rounds = [.. _rounds.Select(each => ToJudged(each.Reward, each.Rounds[policy]))];
        var judged = OffPolicyEvaluation.Judge(rounds, new() { MinEffectiveRounds = minEffectiveRounds });
        return new(judged.Value, judged.Refusal ?? "");
    }

    private static JudgedRound ToJudged(double reward, in DraftRound round) =>
        new(reward, round.Logged, round.Draft, round.Unsupported, round.PredictedShown, round.PredictedTarget);

    private async Task JudgeAsync(IReadOnlyList<DecisionRecord> records, LogScope scope, PolicyRounds judge)
    {
        var found = new List<(string CustomerId, DraftRound[] Rounds)>();
        foreach (var record in records)
        {
            var version = record.Decision.CatalogVersion;
            if (!_versions.TryGetValue(version, out var then))
            {
                _versions[version] = then = await catalogs.FindAsync(version);
            }

            if (then?.Placement(record.Decision.Id.Placement)?.Id != scope.PlacementId)
            {
                continue;
            }

            Decisions++;
            if (judge(record, then) is { } rounds)
            {
                found.Add((record.Decision.CustomerId, rounds));
            }
            else
            {
                Unusable++;
            }
        }

        foreach (var chunk in found.Chunk(ReadAtOnce))
        {
            var states = await Task.WhenAll(chunk.Select(each => customers.ReadAsync(grains.GetGrain<ICustomerGrain>(each.CustomerId).GetGrainId())));
            for (var i = 0; i < chunk.Length; i++)
            {
                var reward = states[i].Packed is not { } packed ? null : OfferRewards.Find(CustomerStateCodec.Open(packed), chunk[i].Rounds[0].Offer, scope.Outcome);
                if (reward is { } known)
                {
                    _rounds.Add((known ? 1 : 0, chunk[i].Rounds));
                }
                else
                {
                    Forgotten++;
                }
            }
        }
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
