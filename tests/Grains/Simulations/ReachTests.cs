using Zhice.Contracts.Customers;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Customers;
using Zhice.Domain.Experiments;
using Zhice.Domain.Tags;
using Zhice.V1;
using Purpose = Zhice.Domain.Primitives.Purpose;

namespace Zhice.Grains.Tests.Simulations;

/// <summary>Customers to whom nothing is offered, by what a simulation counts of the catalogue in force.</summary>
public sealed class ReachTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact(Timeout = 60_000)]
    public async Task Customers_without_an_action_are_counted_with_the_rules_that_keep_them()
    {
        var age = grid.Catalog.TagsById["age"].Number;
        for (var i = 0; i < 30; i++)
        {
            var customer = grid.Grains.GetGrain<ICustomerGrain>($"reach-{i}");
            await customer.UpdateTags(new([new(age, TagOperation.Set, TagValue.Integer(i < 10 ? 15 : 30), 0)], "", 0, TagSource.Api));
            if (i < 15)
            {
                await customer.UpdateConsent(new(0, Purpose.Marketing, false, $"reach-{i}", 0));
            }
        }

        var result = await SimulateAsync(new(grid.Catalog.Version, [], "tags.age >= 1", Assignment.Parts, ["app_home"], 0));

        var placement = Assert.Single(result.Placements);
        Assert.Equal((30, 15, 15), (result.Matched, result.WithoutAction.Now, placement.Empty.Now));
        Assert.Equal(
            [(ReasonCode.Consent, "", 15L, 15L, 5L), (ReasonCode.Ineligible, "adult", 10, 0, 0)],
            placement.EmptyChecks.Select(static check => (check.Code, check.RuleId, check.Customers.Now, check.Closest.Now, check.Alone.Now)));
        Assert.All(placement.EmptyChecks, static check => Assert.Equal((check.Customers.Now, check.Alone.Now), (check.Customers.Draft, check.Alone.Draft)));
    }

    private async Task<SimulationResult> SimulateAsync(SimulationQuery query)
    {
        await foreach (var news in grid.Grains.GetGrain<ISimulationGrain>(Guid.NewGuid()).Simulate(query, default))
        {
            if (SimulateResponse.Parser.ParseFrom(news).Result is { } result)
            {
                return result;
            }
        }

        throw new InvalidOperationException("There was no result.");
    }
}
