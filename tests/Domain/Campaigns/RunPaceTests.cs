using Zhice.Domain.Campaigns;

namespace Zhice.Domain.Tests.Campaigns;

public sealed class RunPaceTests
{
    internal static CampaignDefinition Definition { get; } = new()
    {
        Order = new() { CampaignId = "summer", Revision = 1, Audience = "", ActionId = "action", PlacementIds = ["home"], ContactExpiryMs = Bank.DayMs },
    };

    [Fact]
    public void What_was_handed_out_counts_as_used_for_the_budget_the_day_and_the_second()
    {
        var pace = new RunPace(Definition with { BudgetFen = 100, CostFen = 10 }, 0);
        Assert.Equal(4, pace.Left(contacted: 3, contactedBeforeToday: 0, handedOut: 3, nowMs: 0, out _));
        Assert.Equal(0, pace.Left(contacted: 7, contactedBeforeToday: 0, handedOut: 3, nowMs: 0, out var limit));
        Assert.Equal("its budget is used up", limit);

        var daily = new RunPace(Definition with { PerDay = 5 }, 0);
        Assert.Equal(1, daily.Left(contacted: 12, contactedBeforeToday: 10, handedOut: 2, nowMs: 0, out _));

        var slow = new RunPace(Definition with { PerSecond = 10 }, 0);
        Assert.Equal(4, slow.Left(0, 0, 6, 2_000, out _));
    }

    [Fact]
    public void A_run_with_a_limit_a_second_begins_a_second_late_and_a_contact_counts_for_the_second_after_it_came_back()
    {
        var pace = new RunPace(Definition with { PerSecond = 10 }, 0);
        Assert.Equal((0, true), (pace.Left(0, 0, 0, 1_000, out _), pace.IsStarting(1_000)));
        Assert.Equal((10, false), (pace.Left(0, 0, 0, 1_001, out _), pace.IsStarting(1_001)));

        pace.Use(4, 1_500);
        Assert.Equal(6, pace.Left(0, 0, 0, 2_500, out _));
        Assert.Equal(10, pace.Left(0, 0, 0, 2_501, out _));
        Assert.Equal(10, pace.Left(0, 0, 0, 60_000, out _));
    }

    [Fact]
    public void A_clock_that_goes_back_costs_a_run_no_more_than_the_time_it_takes_to_come_by_again()
    {
        var pace = new RunPace(Definition with { PerSecond = 10 }, 5_000);
        for (var asked = 0; asked < 1_000; asked++)
        {
            Assert.Equal(0, pace.Left(0, 0, 0, 4_000, out _));
        }

        Assert.Equal(10, pace.Left(0, 0, 0, 6_001, out _));
    }
}
