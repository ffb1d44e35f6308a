using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>Buckets that are in doubt, and buckets that move.</summary>
public sealed class LostDeltaTests(AudienceGrid grid) : IClassFixture<AudienceGrid>
{
    [Fact]
    public async Task Commits_that_the_feed_had_no_room_for_are_counted()
    {
        await grid.WriteAsync("lost", 1);
        grid.Doubt("lost"u8);
        var before = await grid.CountAsync();
        var feed = grid.Services(0).GetRequiredService<BucketFeed>();
        await grid.WriteAsync("unheard", 1);
        feed.Add("unheard"u8, new CustomerState(), version: 1);
        for (var n = 0; n < 200_000; n++)
        {
            feed.Add("lost"u8, new CustomerState(), version: 1);
        }

        Assert.Equal(before + 1, await grid.CountAsync());
    }

    [Fact]
    public async Task A_count_and_a_page_wait_for_buckets_that_are_in_doubt()
    {
        await grid.WriteAsync("first", 1);
        var before = await grid.CountAsync();

        // As an import does: nobody hears of the customer, and the bucket is in doubt.
        await grid.WriteAsync("imported", 1);
        grid.Doubt("imported"u8);
        Assert.Equal(before + 1, await grid.CountAsync());

        await grid.WriteAsync("imported too", 1);
        grid.Doubt("imported too"u8);
        var bucket = CustomerBucket.ForId("imported too"u8);
        var page = await grid.Grains.GetGrain<IBucketGrain>(bucket).Members(new AudienceQuestion("", AudienceGrid.NowMs), "", 1_000);
        Assert.Contains("imported too", page.CustomerIds);
    }

    [Fact]
    public async Task A_doubt_that_comes_during_a_comparison_is_settled_by_the_next()
    {
        var services = grid.Services(0);
        var customers = services.GetRequiredService<CustomerStates>();
        var bucket = new LocalBucket(
            CustomerBucket.ForId("during"u8), customers, new BucketReading(customers, TimeProvider.System), TimeProvider.System);
        await bucket.LoadAsync(grid.Catalog);
        bucket.Doubt();
        await bucket.SettleAsync();
        Assert.False(bucket.IsDoubtful);
        bucket.Doubt();
        var settling = bucket.SettleAsync();
        bucket.Doubt();
        bucket.Doubt();
        await settling;
        await bucket.SettleAsync();
        Assert.False(bucket.IsDoubtful);
    }
}
