using Zhice.Api.Audiences;
using Zhice.Api.Behavior;
using Zhice.V1;

namespace Zhice.Api.Tests.Behavior;

public sealed class BehaviorFloorTests
{
    private static readonly BehaviorFloor s_ten = new(new CountFloor(10));

    [Fact]
    public void An_analysis_of_few_customers_has_no_figures()
    {
        var counts = s_ten.Apply(new CountEventsResponse { Basis = Basis(9), Counts = { new EventCount { Events = 900, Customers = 9 } } });
        Assert.Equal((0, 0, 0, 10), (counts.Counts.Count, counts.Basis.Events, counts.Basis.Customers, counts.Basis.FewerThan));
        var paths = s_ten.Apply(new GetPathsResponse { Basis = Basis(1), Paths = { new EventPath { Customers = 1 } } });
        Assert.Equal((0, 0, 10), (paths.Paths.Count, paths.OtherCustomers, paths.Basis.FewerThan));
    }

    [Fact]
    public void Figures_of_few_customers_are_left_out()
    {
        var funnel = s_ten.Apply(new GetFunnelResponse { Basis = Basis(50), Steps = { Step(50), Step(9), Step(0) } });
        Assert.Equal([50, 0, 0], funnel.Steps.Select(static step => step.Customers));
        Assert.Equal((50, 10, true), (funnel.Basis.Customers, funnel.Basis.FewerThan, funnel.Steps[1].MedianTime is null));
        var retention = s_ten.Apply(new GetRetentionResponse
        {
            Basis = Basis(50),
            Cohorts = { new RetentionCohort { Customers = 41, Returned = { 20, 3 } }, new RetentionCohort { Customers = 9, Returned = { 9 } } },
        });
        Assert.Equal([20, 0], Assert.Single(retention.Cohorts).Returned);
    }

    [Fact]
    public void Paths_of_few_customers_are_among_the_others_which_are_not_few()
    {
        var paths = s_ten.Apply(new GetPathsResponse
        {
            Basis = Basis(64), Paths = { Path(40), Path(20), Path(3) }, OtherCustomers = 1,
        });
        Assert.Equal([40], paths.Paths.Select(static path => path.Customers));
        Assert.Equal((24, 10), (paths.OtherCustomers, paths.Basis.FewerThan));
    }

    [Fact]
    public void Who_sees_customers_by_name_sees_each_figure()
    {
        var answer = new GetPathsResponse { Basis = Basis(1), Paths = { Path(1) } };
        Assert.Equal(answer.Clone(), new BehaviorFloor(new CountFloor(1)).Apply(answer));
    }

    private static BehaviorBasis Basis(long customers) => new() { Events = 100, Customers = customers };

    private static FunnelStep Step(long customers) => new() { Customers = customers, MedianTime = new() { Seconds = 5 } };

    private static EventPath Path(long customers) => new() { Customers = customers };
}
