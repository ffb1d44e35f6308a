using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Grains.Customers;
using Zhice.Grains.Decisions;
using Zhice.Storage.Background;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Grains.Simulations;

/// <inheritdoc cref="IDraftEvaluationGrain"/>
[GrainType("draft-evaluation")]
internal sealed class DraftEvaluationGrain(
    DecisionLog log, CustomerStore customers, ICatalogs catalogs, PropensityModels models, BackgroundTurns turns) : Grain, IDraftEvaluationGrain
{
    // Some seconds of work; of each hour the first ones, so that days and hours are all there.
    private const int MaxDecisions = 20_000;
    private const int ReadAtOnce = 64;

    private static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    // Of the grain, whose scheduler the work leaves.
    private IGrainFactory? _factory;

    public async Task<DraftEvaluation> Evaluate(DraftEvaluationQuery query, CancellationToken cancellation)
    {
        (_factory, var now) = (GrainFactory, catalogs.Current);
        var draft = CatalogCompiler.Compile(V1.Catalog.Parser.ParseFrom(query.Draft), now.Symbols, now.Version + 1).Catalog
            ?? throw new ArgumentException("The draft has faults now, by names that were used since it was checked. Ask again.");
        var outcome = now.Outcomes.FirstOrDefault(each => each.Id == query.OutcomeId);
        await using var turn = turns.Simulations.Ask(cancellation);
        await turn.Comes;
        return await BackgroundWork.Run(() => EvaluateAsync(query, draft, outcome, cancellation), cancellation);
    }

    private async Task<DraftEvaluation> EvaluateAsync(
        DraftEvaluationQuery query, Catalog draft, OutcomeDefinition? outcome, CancellationToken cancellation)
    {
        var (tally, versions) = (new Tally(), new Dictionary<long, Catalog?>());
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(query.FromMs), DateTimeOffset.FromUnixTimeMilliseconds(query.ToMs));
        var slices = Math.Max(1, (int)Math.Ceiling((to - from) / Slice));
        var limit = Math.Max(1, MaxDecisions / slices);
        for (var begin = from; begin < to; begin += Slice)
        {
            cancellation.ThrowIfCancellationRequested();

            // A slice does not reach over the end of a day (UTC).
            var midnight = new DateTimeOffset(begin.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
            foreach (var (sliceFrom, sliceTo) in new[] { (begin, Min(begin + Slice, Min(to, midnight))), (midnight, Min(begin + Slice, to)) })
            {
                if (sliceFrom < sliceTo)
                {
                    var records = await log.ListAsync(sliceFrom, sliceTo, limit);
                    tally.IsCut |= records.Count == limit;
                    await JudgeAsync(records, query, draft, outcome, tally, versions);
                }
            }
        }

        return tally.Judge(new() { MinEffectiveRounds = query.MinEffectiveRounds });
    }

    private async Task JudgeAsync(
        IReadOnlyList<DecisionRecord> records, DraftEvaluationQuery query, Catalog draft, OutcomeDefinition? outcome, Tally tally,
        Dictionary<long, Catalog?> versions)
    {
        var found = new List<DraftRound>();
        foreach (var record in records)
        {
            var version = record.Decision.CatalogVersion;
            if (!versions.TryGetValue(version, out var then))
            {
                versions[version] = then = await catalogs.FindAsync(version);
            }

            if (then?.Placement(record.Decision.Id.Placement)?.Id != query.PlacementId)
            {
                continue;
            }

            tally.Decisions++;
            if (DraftRound.Find(record, then, draft, models) is { } round)
            {
                found.Add(round);
                tally.Customers.Add(record.Decision.CustomerId);
            }
            else
            {
                tally.Unusable++;
            }
        }

        foreach (var chunk in found.Zip(tally.TakeCustomers()).Chunk(ReadAtOnce))
        {
            var states = await Task.WhenAll(chunk.Select(each => customers.ReadAsync(_factory!.GetGrain<ICustomerGrain>(each.Second).GetGrainId())));
            for (var i = 0; i < chunk.Length; i++)
            {
                tally.Add(chunk[i].First, states[i].Version == 0 ? null : OfferRewards.Find(states[i].State, chunk[i].First.Offer, outcome));
            }
        }
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private sealed class Tally
    {
        private readonly List<JudgedRound> _rounds = [];

        public long Decisions { get; set; }

        public long Unusable { get; set; }

        public bool IsCut { get; set; }

        public List<string> Customers { get; private set; } = [];

        private long Forgotten { get; set; }

        public List<string> TakeCustomers()
        {
            var taken = Customers;
            Customers = [];
            return taken;
        }

        public void Add(DraftRound round, bool? reward)
        {
            if (reward is { } known)
            {
                _rounds.Add(new(known ? 1 : 0, round.Logged, round.Draft, round.Unsupported));
            }
            else
            {
                Forgotten++;
            }
        }

        public DraftEvaluation Judge(SupportRules rules)
        {
            var rounds = _rounds.ToArray();
            var own = PolicyEvaluation.Ips([.. rounds.Select(static round => round.Round with { Target = round.Logged })]);
            var judged = OffPolicyEvaluation.Judge(rounds, rules);
            return new(Decisions, Unusable, Forgotten, own, judged.Value, judged.Refusal ?? "", IsCut);
        }
    }
}
