using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
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
    // Each is decided twice.
    private const int MaxDecisionsOfModels = 10_000;

    public async Task<DraftEvaluation> Evaluate(DraftEvaluationQuery query, CancellationToken cancellation)
    {
        var now = catalogs.Current;
        var draft = CatalogCompiler.Compile(V1.Catalog.Parser.ParseFrom(query.Draft), now.Symbols, now.Version + 1).Catalog
            ?? throw new ArgumentException("The draft has faults now, by names that were used since it was checked. Ask again.");
        var rounds = await ReadAsync(
            ToScope(query.PlacementId, query.FromMs, query.ToMs, FindOutcome(now, query.OutcomeId)),
            (record, then) => DraftRound.Find(record, then, models, [(draft, null)]),
            cancellation);
        var judged = rounds.Judge(0, query.MinEffectiveRounds);
        return new(rounds.Decisions, rounds.Unusable, rounds.Forgotten, rounds.GetOwn(), judged.Value, judged.Refusal, rounds.IsCut);
    }

    public async Task<ModelEvaluation> EvaluateModels(ModelEvaluationQuery query, CancellationToken cancellation)
    {
        var now = catalogs.Current;
        var action = now.FindAction(query.ActionId)
            ?? throw new ArgumentException("The catalogue in force has the action no more. Ask again.");
        var champion = new ReplacedModel(action.Number, Read(query.Champion));
        var challenger = new ReplacedModel(action.Number, Read(query.Challenger));
        var rounds = await ReadAsync(
            ToScope(query.PlacementId, query.FromMs, query.ToMs, FindOutcome(now, query.OutcomeId)) with { MaxDecisions = MaxDecisionsOfModels },
            (record, then) => DraftRound.Find(record, then, models, [(then, champion), (then, challenger)]),
            cancellation);
        return new(
            rounds.Decisions, rounds.Unusable, rounds.Forgotten, rounds.GetOwn(), rounds.Judge(0, query.MinEffectiveRounds),
            rounds.Judge(1, query.MinEffectiveRounds), rounds.IsCut);
    }

    private async Task<LoggedRounds> ReadAsync(LogScope scope, PolicyRounds judge, CancellationToken cancellation)
    {
        // The work leaves the grain's scheduler.
        var rounds = new LoggedRounds(log, customers, catalogs, GrainFactory);
        await using var turn = turns.Simulations.Ask(cancellation);
        await turn.Comes;
        await BackgroundWork.Run(() => rounds.ReadAsync(scope, judge, cancellation), cancellation);
        return rounds;
    }

    private static BayesianModel Read(byte[] model) => model.Length == 0 ? new() : BayesianModel.FromBytes(model);

    private static OutcomeDefinition? FindOutcome(Catalog catalog, string id) => catalog.Outcomes.FirstOrDefault(each => each.Id == id);

    private static LogScope ToScope(string placementId, long fromMs, long toMs, OutcomeDefinition? outcome) =>
        new(placementId, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), outcome);
}
