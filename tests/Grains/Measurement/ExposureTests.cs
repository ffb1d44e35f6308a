using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Tests.Measurement;

/// <summary>Who was exposed to experiments of the catalogue, beside decisions that are reads.</summary>
public sealed class ExposureTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static readonly RecommendQuery Query = new("app_home", 3, [], "", 0);

    [Fact]
    public async Task A_recommendation_exposes_a_customer_once_and_outcomes_are_told_by_arm_and_in_no_other_report()
    {
        await ApplyAsync();
        var customers = Enumerable.Range(0, 40).Select(static i => $"exposed{i}").ToArray();
        foreach (var customer in customers)
        {
            await grid.Grains.GetGrain<ICustomerGrain>(customer).Recommend(Query);
            await grid.Grains.GetGrain<ICustomerGrain>(customer).Recommend(Query);
        }

        var exposed = await UntilAsync(customers.Length);
        foreach (var customer in customers)
        {
            await grid.Grains.GetGrain<ICustomerGrain>(customer).Expose("app_home", 1);
            await grid.Grains.GetGrain<ICustomerGrain>(customer).Expose("sms_text", 1);

            // The runtime is to see a call now and then; the next one is read.
            Assert.NotNull(grid.TryRecommend(customer) ?? grid.TryRecommend(customer));
            await grid.HappenAsync(customer, grid.Event("opened"));
        }

        var totals = await SumAsync("experiment:tone");
        Assert.Equal(exposed, Count(totals, FactKind.Exposed));
        Assert.Equal(exposed, Count(totals, FactKind.Converted));
        Assert.Equal(["plain", "warm"], totals.Select(static total => total.Group.Arm).Distinct().Order());
        var experiment = grid.Catalog.Experiments.Single();
        var arms = new byte[1];
        var warm = customers.Count(customer =>
        {
            Assignment.Arms([experiment], customer, arms);
            return arms[0] == 2;
        });
        Assert.Equal(warm, Count([.. totals.Where(static total => total.Group.Arm == "warm")], FactKind.Exposed));
        Assert.Equal(0, Count(await SumAsync(""), FactKind.Exposed) + Count(await SumAsync(""), FactKind.Converted));
    }

    [Fact]
    public async Task A_refusal_of_consent_is_counted_once_with_the_contact_before_it()
    {
        var customer = grid.Grains.GetGrain<ICustomerGrain>("refuses");
        var sms = grid.Catalog.Channels["sms"].Number;
        await customer.RecommendAndCount(new("sms_text", 1, [], "", 0));
        foreach (var _ in new[] { 1, 2 })
        {
            await customer.UpdateConsent(new(sms, Purpose.Marketing, false, "", 0));
        }

        var total = Assert.Single(await SumAsync(""), static total => total.Kind == FactKind.ConsentRefused);
        Assert.Equal((1L, "sms", "sms_text"), (total.Count, total.Group.Channel, total.Group.Placement));
        Assert.NotEqual("", total.Group.Action);
    }

    private async Task ApplyAsync()
    {
        var catalog = MemoryGrid.Definition();
        catalog.ExperimentLayers.Add(new V1.ExperimentLayer
        {
            LayerId = "tones",
            Experiments =
            {
                new V1.Experiment { ExperimentId = "tone", Share = 1, Arms = { new V1.Arm { ArmId = "plain" }, new V1.Arm { ArmId = "warm" } } },
            },
        });
        catalog.Actions.Single(static action => action.ActionId == "fund").OnlyForArm = new() { ExperimentId = "tone", ArmId = "warm" };
        catalog.Outcomes.Single().ActionIds.Clear();
        var answer = await grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Apply(new CatalogChange { Definition = catalog.ToByteArray() });
        Assert.Equal(CatalogOutcome.Applied, answer.Outcome);
        await grid.Services.GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, TestContext.Current.CancellationToken);
    }

    private async Task<long> UntilAsync(int exposed)
    {
        while (true)
        {
            var count = Count(await SumAsync("experiment:tone"), FactKind.Exposed);
            if (count >= exposed)
            {
                return count;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }

    private async Task<FactTotal[]> SumAsync(string campaign) =>
        [.. (await grid.Grains.GetGrain<IMeasurementGrain>(IMeasurementGrain.Key).Sum(new(campaign, ""))).Totals];

    private static long Count(IReadOnlyList<FactTotal> totals, FactKind kind) =>
        totals.Where(total => total.Kind == kind).Sum(static total => total.Count);
}
