using Orleans.Runtime;
using Zhice.Grains.Spreading;

namespace Zhice.Grains.Tests.Spreading;

/// <summary>How buckets are divided among silos.</summary>
public sealed class BucketSharesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(100)]
    public void Shares_differ_by_one_bucket_at_the_most(int silos)
    {
        var shares = BucketAllocation.Divide(Silos(silos)).CountBy(static silo => silo).Select(static share => share.Value).ToList();
        Assert.Equal(silos, shares.Count);
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(19)]
    public void A_silo_that_joins_takes_its_share_and_few_buckets_move_beside(int before)
    {
        var (old, now) = (BucketAllocation.Divide(Silos(before)), BucketAllocation.Divide(Silos(before + 1)));
        var moved = old.Zip(now).Count(static each => each.First != each.Second);
        Assert.InRange(moved, 1_024 / (before + 1), 1_024 / (before + 1) * 2);
    }

    [Fact]
    public void The_order_in_which_silos_are_known_makes_no_difference()
    {
        var silos = Silos(5);
        string[] other = [.. silos.Reverse()];
        Assert.Equal(BucketAllocation.Divide(silos).Select(at => silos[at]), BucketAllocation.Divide(other).Select(at => other[at]));
    }

    [Fact]
    public void A_grain_lives_with_the_bucket_that_its_key_names()
    {
        Assert.Equal(
            1_023, BucketAllocation.GetBucket(GrainId.Create(GrainType.Create("bucket"), GrainIdKeyExtensions.CreateIntegerKey(1_023))));
        Assert.Equal(77, BucketAllocation.GetBucket(GrainId.Create("campaign-part", "spring/3/77")));
        Assert.InRange(BucketAllocation.GetBucket(GrainId.Create("stock", "deposit")), 0, 1_023);
        Assert.InRange(BucketAllocation.GetBucket(GrainId.Create("other", "a/99999")), 0, 1_023);
    }

    private static string[] Silos(int count) => [.. Enumerable.Range(1, count).Select(static n => $"10.0.0.{n}:11111")];
}
