using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Simulations;

public sealed class SimulatedDecisionTests
{
    private const int Customers = 4_000;

    [Fact]
    public void A_simulation_of_a_placement_that_explores_agrees_with_decisions_of_life_within_their_sampling_error()
    {
        var simulated = FirstPlaces(id => SimulatedDecision.CreateId(Bank.Now, Bank.Home, id));
        var lived = FirstPlaces(id => DecisionId.Create(Bank.Now, Bank.Home, id));

        // Of two samples of one share, the difference is within four of its standard errors.
        foreach (var action in simulated.Keys.Union(lived.Keys))
        {
            var (one, other) =
                (simulated.GetValueOrDefault(action) / (double)Customers, lived.GetValueOrDefault(action) / (double)Customers);
            var share = (one + other) / 2;
            Assert.InRange(one - other, -4 * Error(share), 4 * Error(share));
            Assert.InRange(one, 0.05, 0.95);
        }

        static double Error(double share) => Math.Sqrt(2 * share * (1 - share) / Customers);
    }

    [Fact]
    public void A_customer_draws_the_same_by_every_catalogue_and_another_at_another_time_or_place()
    {
        var id = SimulatedDecision.CreateId(Bank.Now, Bank.Home, "020235");

        Assert.Equal(id, SimulatedDecision.CreateId(Bank.Now, Bank.Home, "020235"));
        Assert.Equal((Bank.Now, Bank.Home), (id.DecidedAtMs, id.Placement));
        double[] draws =
        [
            id.DrawFor(3),
            SimulatedDecision.CreateId(Bank.Now, Bank.Home, "020236").DrawFor(3),
            SimulatedDecision.CreateId(Bank.Now + 1, Bank.Home, "020235").DrawFor(3),
            SimulatedDecision.CreateId(Bank.Now, Bank.Home + 1, "020235").DrawFor(3),
            id.DrawFor(4),
        ];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    private static Dictionary<ushort, int> FirstPlaces(Func<string, DecisionId> idOf)
    {
        var catalog = Bank.Catalog([Bank.Action(3) with { PriorPropensity = 0.05 }, Bank.Action(4) with { PriorPropensity = 0.04 }, Bank.Action(5) with { PriorPropensity = 0.03 }]);
        var (placement, models) = (catalog.Placements["home"] with { Explores = true }, new PropensityModels());
        var view = Bank.View(new CustomerState(), catalog);
        var firsts = new Dictionary<ushort, int>();
        for (var number = 0; number < Customers; number++)
        {
            var id = $"customer-{number}";
            var decision = Decider.Decide(idOf(id), view with { Id = id }, placement, models, UnlimitedStock.Instance, 3);
            firsts[decision.Verdicts[0].Action] = firsts.GetValueOrDefault(decision.Verdicts[0].Action) + 1;
        }

        return firsts;
    }
}
