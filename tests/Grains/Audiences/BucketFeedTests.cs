using Microsoft.Extensions.DependencyInjection;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;
using Zhice.Grains.Tests.Deliveries;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>How what was committed comes to the indexes.</summary>
public sealed class BucketFeedTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>
{
    [Fact]
    public async Task Who_flushes_waits_for_what_another_is_about_to_tell()
    {
        var services = grid.Services(0);
        var feed = services.GetRequiredService<BucketFeed>();
        var customers = ActivatorUtilities.CreateInstance<CustomerStates>(services);
        var bucket = new LocalBucket(
            CustomerBucket.ForId("fed"u8), customers, new BucketReading(customers, TimeProvider.System), TimeProvider.System);
        await bucket.LoadAsync(grid.Catalog);
        services.GetRequiredService<LocalBuckets>().Add(bucket);
        feed.Feed(feed.Here, [bucket.Number]);
        feed.Add("fed"u8, new CustomerState(), version: 1);

        // The one in front has the commit in its hands and cannot put it down.
        using var isHeld = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holding = Task.Run(() => bucket.TryAsk(
            _ =>
            {
                isHeld.Set();
                release.Wait();
                return true;
            },
            out _));
        isHeld.Wait();
        var front = Task.Run(feed.FlushAsync);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        var behind = Task.Run(feed.FlushAsync);
        var isEarly = await Task.WhenAny(behind, Task.Delay(TimeSpan.FromMilliseconds(300))) == behind;
        release.Set();
        await Task.WhenAll(holding, front, behind);

        Assert.False(isEarly);
        Assert.Equal(1, bucket.RowCount);
    }
}
