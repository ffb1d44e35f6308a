using Orleans.Core.Internal;
using Zhice.Contracts.Customers;

namespace Zhice.Grains.Tests.Customers;

/// <summary>Repeats of calls that count, over a store that keeps their answers.</summary>
public sealed class RepeatedCallTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact]
    public async Task A_repeat_of_the_first_of_a_hundred_calls_gets_its_answer_also_after_a_deactivation()
    {
        var customer = grid.Grains.GetGrain<ICustomerGrain>("often");
        var first = await customer.RecommendAndCount(QueryOf(0));
        for (var i = 1; i < 100; i++)
        {
            await customer.RecommendAndCount(QueryOf(i));
        }

        var version = (await customer.Find())!.Version;
        Assert.Equal(first.Decision!.Id, (await customer.RecommendAndCount(QueryOf(0))).Decision!.Id);
        await customer.Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var again = await customer.RecommendAndCount(QueryOf(0));
        Assert.Equal(first.Decision.Id, again.Decision!.Id);
        Assert.Equal(first.Decision.Offered.ToArray(), again.Decision.Offered.ToArray());
        Assert.Equal(ChangeOutcome.RequestIdReused, (await customer.RecommendAndCount(QueryOf(0) with { BodyHash = 8 })).Outcome);
        Assert.Equal(ChangeOutcome.RequestIdReused, (await customer.UpdateTags(new([], "r0", 8, default))).Outcome);
        Assert.Equal(version, (await customer.Find())!.Version);
        Assert.NotEqual(first.Decision.Id, (await customer.RecommendAndCount(QueryOf(100))).Decision!.Id);
    }

    private static RecommendQuery QueryOf(int call) => new("sms_text", 1, [], $"r{call}", 7);
}
