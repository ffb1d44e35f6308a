using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Decisions;

public sealed class ShownProbabilitiesTests
{
    private const int Decisions = 4_000;

    [Fact]
    public void Where_a_placement_does_not_explore_what_is_shown_is_certain()
    {
        var catalog = Catalog();
        var placement = catalog.Placements["home"];
        var decision = Decide(catalog, placement, "020235", new PropensityModels());

        Assert.Equal(
            [1f, 1f],
            ShownProbabilities.Compute(decision, Bank.View(new CustomerState(), catalog), placement, new PropensityModels(), 2).ToArray());
    }

    [Fact]
    public void What_ranks_by_its_purpose_is_certain_though_the_placement_explores()
    {
        var catalog = Bank.Catalog([Bank.Action(3), Bank.Action(4) with { Purpose = Purpose.Regulatory, ValueFen = 1 }, Bank.Action(5)]);
        var placement = catalog.Placements["home"] with { Explores = true };
        var decision = Decide(catalog, placement, "020235", new PropensityModels());

        var shown = ShownProbabilities.Compute(decision, Bank.View(new CustomerState(), catalog), placement, new PropensityModels(), 2);
        Assert.Equal(4, decision.Verdicts[0].Action);
        Assert.Equal(1f, shown[0]);
        Assert.InRange(shown[1], 0.3f, 0.7f);
    }

    [Fact]
    public void Probabilities_are_the_shares_in_which_decisions_of_the_kind_show_the_action_at_the_rank()
    {
        var (catalog, models) = (Catalog(), Models());
        var placement = catalog.Placements["home"] with { Explores = true };
        var (shares, told) =
            (new Dictionary<(int Rank, ushort Action), double>(), new Dictionary<(int Rank, ushort Action), List<float>>());
        for (var number = 0; number < Decisions; number++)
        {
            var decision = Decide(catalog, placement, $"customer-{number}", models);
            var shown = ShownProbabilities.Compute(decision, Bank.View(new CustomerState(), catalog), placement, models, 2);
            for (var rank = 0; rank < decision.OfferedCount; rank++)
            {
                var key = (rank, decision.Verdicts[rank].Action);
                shares[key] = shares.GetValueOrDefault(key) + (1.0 / Decisions);
                (told.TryGetValue(key, out var all) ? all : told[key] = []).Add(shown[rank]);
            }
        }

        foreach (var (key, share) in shares.Where(static each => each.Value > 0.05))
        {
            Assert.InRange(told[key].Average(), share - 0.03, share + 0.03);
        }
    }

    [Fact]
    public void Another_ranking_is_judged_by_the_log_of_this_one()
    {
        // What customers do: of those who see an action first, so many accept. The log never shows this.
        var rates = new Dictionary<ushort, double> { [3] = 0.30, [4] = 0.10, [5] = 0.20 };
        var (catalog, models, dice) = (Catalog(), Models(), new Random(7));
        var placement = catalog.Placements["home"] with { Explores = true };
        var log = new List<(DecisionRecord Record, double Reward)>();
        for (var number = 0; number < Decisions; number++)
        {
            var state = new CustomerState();
            var decision = Decide(catalog, placement, $"customer-{number}", models);
            var record = new DecisionRecord(decision, CustomerStateCodec.ToBytes(state), [], 2)
            {
                ShownProbabilities = ShownProbabilities.Compute(decision, Bank.View(state, catalog), placement, models, 2),
            };
            log.Add((DecisionRecord.FromBytes(record.ToBytes()), dice.NextDouble() < rates[decision.Verdicts[0].Action] ? 1 : 0));
        }

        foreach (var (action, rate) in rates)
        {
            LoggedRound[] rounds =
            [
                .. log.Select(each => new LoggedRound(
                    each.Reward, each.Record.ShownProbabilities[0], each.Record.Decision.Verdicts[0].Action == action ? 1 : 0)),
            ];
            foreach (var value in (PolicyValue[])[PolicyEvaluation.Ips(rounds), PolicyEvaluation.Snips(rounds)])
            {
                var width = value.High - value.Value;
                Assert.InRange(rate, value.Value - (1.6 * width), value.Value + (1.6 * width));
                Assert.InRange(width, 0, 0.1);
            }
        }
    }

    private static Catalog Catalog() => Bank.Catalog(
        [Bank.Action(3) with { PriorPropensity = 0.06 }, Bank.Action(4) with { PriorPropensity = 0.08 }, Bank.Action(5) with { PriorPropensity = 0.07 }]);

    private static PropensityModels Models()
    {
        var (models, model) = (new PropensityModels(), new BayesianModel());
        for (var lesson = 0; lesson < 30; lesson++)
        {
            model.Learn(0.08, [0], accepted: lesson % 12 == 0);
        }

        models.Use(4, model, 1);
        return models;
    }

    private static Decision Decide(Catalog catalog, Placement placement, string customerId, PropensityModels models) => Decider.Decide(
        SimulatedDecision.CreateId(Bank.Now, Bank.Home, customerId), Bank.View(new CustomerState(), catalog) with { Id = customerId },
        placement, models,
        UnlimitedStock.Instance, 2);
}
