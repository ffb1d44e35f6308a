using Zhice.Api.Campaigns;
using Zhice.V1;

namespace Zhice.Api.Tests.Campaigns;

/// <summary>Runs for callers who see no customers by name.</summary>
public sealed class CampaignFloorTests
{
    [Fact]
    public void A_small_number_of_a_run_is_not_told_by_the_numbers_that_add_up_to_all()
    {
        var run = new CampaignRun
        {
            Run = 3, Expected = 1_000, Matched = 1_000, Contacted = 700, Holdout = 200, Failed = 1, SpentFen = 35_000,
            Blocked = { Of(ReasonCode.Consent, 60), Of(ReasonCode.CapReached, 39) },
            ByPlacement = { At("sms", 650), At("app", 50) }, HeldOut = { At("sms", 197), At("app", 3) },
        };

        Apply(run, 10);

        Assert.Equal((3, 1_000, 1_000, 700, 200, 0), (run.Run, run.Expected, run.Matched, run.Contacted, run.Holdout, run.Failed));
        Assert.Equal([60, 0], run.Blocked.Select(static each => each.Customers));
        Assert.Equal([650, 50], run.ByPlacement.Select(static each => each.Customers));
        Assert.Equal([0, 0], run.HeldOut.Select(static each => each.Customers));
        Assert.Equal((10, 35_000), (run.FewerThan, run.SpentFen));
    }

    [Fact]
    public void A_run_of_few_shows_no_number_and_no_money_that_is_one()
    {
        var run = new CampaignRun
        {
            Run = 1, Expected = 4, Matched = 4, Contacted = 3, Holdout = 1, SpentFen = 150, ByPlacement = { At("sms", 3) }, HeldOut = { At("sms", 1) },
        };

        Apply(run, 10);

        Assert.Equal((0, 0, 0, 0, 0, 10), (run.Expected, run.Matched, run.Contacted, run.Holdout, run.SpentFen, run.FewerThan));
        Assert.Equal((0, 0), (run.ByPlacement[0].Customers, run.HeldOut[0].Customers));
    }

    [Fact]
    public void Who_sees_customers_by_name_and_whoever_reads_large_numbers_sees_all()
    {
        var (own, large) = (new CampaignRun { Matched = 4, Contacted = 4 }, new CampaignRun { Expected = 100, Matched = 100, Contacted = 50, Holdout = 50 });

        Apply(own, 1);
        Apply(large, 10);

        Assert.Equal((4, 0), (own.Contacted, own.FewerThan));
        Assert.Equal((50, 0), (large.Contacted, large.FewerThan));
    }

    [Fact]
    public void Deliveries_of_few_are_not_told_by_the_others()
    {
        var status = new CampaignStatus
        {
            Deliveries = new()
            {
                Outcomes =
                {
                    new CampaignOutcomeCount { Outcome = DeliveryOutcome.Sent, Count = 500 }, new CampaignOutcomeCount { Outcome = DeliveryOutcome.Expired, Count = 2 },
                    new CampaignOutcomeCount { Outcome = DeliveryOutcome.GivenUp, Count = 30 },
                },
            },
        };

        CampaignFloor.Apply(status, new(10));

        Assert.Equal([500, 0, 0], status.Deliveries.Outcomes.Select(static each => each.Count));
    }

    private static void Apply(CampaignRun run, long floor) => CampaignFloor.Apply(new() { Runs = { run } }, new(floor));

    private static BlockedCount Of(ReasonCode code, long customers) => new() { Reason = new() { Code = code }, Customers = customers };

    private static ContactedCount At(string placement, long customers) => new() { PlacementId = placement, Customers = customers };
}
