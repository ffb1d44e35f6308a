using Zhice.Api.Audiences;
using Zhice.Api.Simulations;
using Zhice.V1;

namespace Zhice.Api.Tests.Simulations;

/// <summary>What a simulation shows to a caller who sees no single customers.</summary>
public sealed class SimulationFloorTests
{
    [Fact]
    public void No_example_is_named_and_no_number_of_few_customers_is_shown()
    {
        var message = Message(matched: 500, few: 9);
        SimulationFloor.Apply(message, new(10));

        var placement = Assert.Single(message.Result.Placements);
        var (action, move, check) = (placement.Actions[0], placement.Moves[0], placement.EmptyChecks[0]);
        Assert.Equal((10, 500, 0), (message.Result.FewerThan, message.Result.Matched, placement.Changed));
        Assert.All(
            new[] { message.Result.WithoutAction, placement.Empty, action.Offered, action.First, action.Blocked[0].Customers, check.Customers, check.Alone, check.Closest },
            static count => Assert.Equal((0, 40), (count.Now, count.Draft)));
        Assert.Equal(0, move.Customers);
        Assert.Empty(action.ExampleCustomerIds);
        Assert.Empty(move.ExampleCustomerIds);
    }

    [Fact]
    public void Of_few_customers_nothing_is_shown()
    {
        var message = Message(matched: 9, few: 9);
        SimulationFloor.Apply(message, new(10));
        Assert.Equal((10, 0), (message.Result.FewerThan, message.Result.Matched));
        Assert.Empty(message.Result.Placements);
        Assert.Equal(new OutcomeCount(), message.Result.WithoutAction);
    }

    [Fact]
    public void Who_sees_customers_sees_all()
    {
        var message = Message(matched: 9, few: 9);
        SimulationFloor.Apply(message, new(1));
        Assert.Equal(Message(matched: 9, few: 9), message);
    }

    private static SimulateResponse Message(long matched, long few)
    {
        OutcomeCount Count() => new() { Now = few, Draft = 40 };
        return new()
        {
            Result = new()
            {
                Matched = matched,
                WithoutAction = Count(),
                Placements =
                {
                    new PlacementOutcome
                    {
                        PlacementId = "app_home",
                        Changed = few,
                        Empty = Count(),
                        Actions = { new ActionOutcome { Offered = Count(), First = Count(), Blocked = { new BlockedBy { Customers = Count() } }, ExampleCustomerIds = { "020235" } } },
                        Moves = { new FirstPlaceMove { Customers = few, ExampleCustomerIds = { "020235" } } },
                        EmptyChecks = { new EmptyCheck { Customers = Count(), Alone = Count(), Closest = Count() } },
                    },
                },
            },
        };
    }
}
