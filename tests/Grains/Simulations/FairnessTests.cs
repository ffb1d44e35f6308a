using Zhice.Contracts.Customers;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Tests.Simulations;

/// <summary>Fairness reports over stored customers.</summary>
public sealed class FairnessTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact(Timeout = 60_000)]
    public async Task A_report_decides_for_each_customer_and_leaves_out_who_refuses_personalization()
    {
        var age = grid.Catalog.TagsById["age"].Number;
        for (var i = 0; i < 105; i++)
        {
            var customer = grid.Grains.GetGrain<ICustomerGrain>($"fair-{i}");
            if (i < 100)
            {
                await customer.UpdateTags(new([new(age, TagOperation.Set, TagValue.Integer(i < 40 ? 15 : 30), 0)], "", 0, TagSource.Api));
            }
            else
            {
                await customer.UpdateConsent(new(0, Purpose.Personalization, false, $"refuses-{i}", 0));
            }
        }

        var report = await MeasureAsync(new(grid.Catalog.Version, grid.Catalog.ActionsById["fund"].Number, age, "app_home"));

        Assert.Equal((105, 5, 0, 0), (report.Customers, report.Hidden, report.Unreadable, report.Suppressed));
        Assert.Equal(
            [(new FairnessBounds(false, null, 30), 40, 0.0), (new FairnessBounds(false, 30, null), 60, 1.0)],
            report.Slices.Select(static slice => (slice.Bounds, slice.Customers, slice.OfferedShare)));
        Assert.All(report.Slices, static slice => Assert.Equal(0.1, slice.MeanPropensity, 9));
        Assert.True(report.Slices[0].IsUneven);
    }

    private async Task<FairnessReport> MeasureAsync(FairnessQuery query)
    {
        await foreach (var news in grid.Grains.GetGrain<IFairnessGrain>(Guid.NewGuid()).Measure(query, default))
        {
            if (news.Report is { } report)
            {
                return report;
            }
        }

        throw new InvalidOperationException("There was no report.");
    }
}
