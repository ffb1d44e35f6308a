using Zhice.Contracts.Customers;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Tests.Measurement;

/// <summary>What is measured of campaigns and of what customers do then.</summary>
public sealed class FactTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact]
    public async Task A_campaign_counts_each_customer_once_as_contacted_or_held_out_and_outcomes_follow_both()
    {
        var spec = Spec("measured", holdout: 5_000);
        var customers = Enumerable.Range(0, 30).Select(static i => $"measured{i}").ToArray();
        var (contacted, heldOut) = (0, 0);
        foreach (var customer in customers)
        {
            await grid.HappenAsync(customer, grid.Event("login"));
            var turn = await grid.Grains.GetGrain<ICustomerGrain>(customer).ContactForCampaign(spec, 1);
            Assert.Equal(turn, await grid.Grains.GetGrain<ICustomerGrain>(customer).ContactForCampaign(spec, 1));
            Assert.Equal(turn.Outcome, (await grid.Grains.GetGrain<ICustomerGrain>(customer).FindTurn("measured", 1))!.Value.Outcome);
            contacted += turn.Outcome == EvaluationOutcome.Contacted ? 1 : 0;
            heldOut += turn.Outcome == EvaluationOutcome.Holdout ? 1 : 0;
        }

        Assert.Equal(customers.Length, contacted + heldOut);
        Assert.InRange(heldOut, 5, 25);
        Assert.Equal(
            [(FactKind.Contacted, contacted), (FactKind.HeldOut, heldOut), (FactKind.Waiting, contacted)], await SumAsync("measured"));

        foreach (var customer in customers)
        {
            var opened = grid.Event("opened") with { Properties = [new("amount", TagValue.Integer(3))] };
            await grid.HappenAsync(customer, opened, opened);
        }

        Assert.Equal(
            [
                (FactKind.Contacted, contacted), (FactKind.HeldOut, heldOut), (FactKind.Outcome, contacted),
                (FactKind.Converted, contacted),
                (FactKind.HeldOutConverted, heldOut), (FactKind.Waiting, contacted),
            ],
            await SumAsync("measured"));
        var totals = (await grid.Store.Facts.SumAsync(new("measured"))).Totals;
        Assert.All(
            totals,
            static total => Assert.Equal(("deposit", "sms", "sms_text"), (total.Group.Action, total.Group.Channel, total.Group.Placement)));
        Assert.Equal(300L * contacted, totals.Where(static total => total.Kind == FactKind.Outcome).Sum(static total => total.AmountFen));
    }

    [Fact]
    public async Task A_customer_who_was_held_out_in_a_run_is_drawn_once_for_it()
    {
        var spec = Spec("all_out", holdout: 10_000);
        await grid.HappenAsync("out", grid.Event("login"));
        var customer = grid.Grains.GetGrain<ICustomerGrain>("out");
        Assert.Equal(EvaluationOutcome.Holdout, (await customer.ContactForCampaign(spec, 1)).Outcome);
        Assert.Equal(EvaluationOutcome.Holdout, (await customer.ContactForCampaign(spec with { Holdout = 0 }, 1)).Outcome);
        Assert.Equal(EvaluationOutcome.Holdout, (await customer.ContactForCampaign(spec, 2)).Outcome);
        Assert.Equal([(FactKind.HeldOut, 2)], await SumAsync("all_out"));
    }

    [Fact]
    public async Task A_customer_who_changes_the_tier_is_recorded_once_and_the_first_tier_is_no_move()
    {
        var (customer, job) = (grid.Grains.GetGrain<ICustomerGrain>("tiers"), grid.Catalog.TagsById["job"]);
        await SetAsync("student");
        await SetAsync("student");
        Assert.Empty(await MovesAsync());

        await SetAsync("retired");
        await customer.UpdateTags(new([new(job.Number, TagOperation.Remove, default, 0)], "", 0, TagSource.Api));

        Assert.Equal([("", "retired"), ("retired", "student")], (await MovesAsync()).Order());

        Task SetAsync(string tier) => customer.UpdateTags(
            new([new(job.Number, TagOperation.Set, TagValue.Enum(job.EnumNumbers[tier]), 0)], "", 0, TagSource.Api)).AsTask();

        async Task<(string To, string From)[]> MovesAsync() =>
        [
            .. (await grid.Store.Facts.SumAsync(new())).Totals.Where(static total => total.Kind == FactKind.TierMoved)
                .Select(total => (total.Group.Tier, job.EnumNumbers.Single(each => each.Value == total.Code).Key)),
        ];
    }

    private async Task<(FactKind, int)[]> SumAsync(string campaign) =>
    [
        .. (await grid.Store.Facts.SumAsync(new(campaign))).Totals.GroupBy(static total => total.Kind).OrderBy(static same => same.Key)
            .Select(static same => (same.Key, (int)same.Sum(static total => total.Count))),
    ];

    private static CampaignSpec Spec(string id, int holdout) => new()
    {
        CampaignId = id, Revision = 1, Audience = "", ActionId = "deposit", PlacementIds = ["sms_text"], ContactExpiryMs = 86_400_000,
        Holdout = holdout,
    };
}
