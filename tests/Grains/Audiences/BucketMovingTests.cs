using Microsoft.Extensions.DependencyInjection;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>How buckets spread over silos that join.</summary>
public sealed class BucketMovingTests : IAsyncLifetime
{
    private readonly AudienceGrid _grid = new();

    public ValueTask InitializeAsync() => _grid.InitializeAsync();

    public ValueTask DisposeAsync() => _grid.DisposeAsync();

    [Fact]
    public async Task Silos_that_join_get_their_share_of_the_buckets_and_no_question_fails_meanwhile()
    {
        const int Customers = 2_000;
        await _grid.WriteAsync("m", Customers);
        Assert.Equal(Customers, await _grid.CountAsync());
        Assert.Equal(CustomerBucket.Count, Held(0));

        await _grid.Cluster.StartSilosAsync(2);
        for (var limit = TimeProvider.System.GetTimestamp(); !IsEven();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromMinutes(2), "The buckets did not spread.");
            Assert.Equal(Customers, await _grid.CountAsync());
        }

        Assert.Equal(Customers, await _grid.CountAsync());
    }

    private bool IsEven() => Enumerable.Range(0, 3).All(silo => Held(silo) is >= 341 and <= 342);

    private int Held(int silo) => _grid.Services(silo).GetRequiredService<LocalBuckets>().All.Count(static bucket => bucket.IsLoaded);
}
