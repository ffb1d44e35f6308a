using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Deliveries;

/// <summary>How the customers of a channel are shared among its consumers.</summary>
public sealed class BucketSharesTests
{
    [Fact]
    public void One_alone_has_all_and_none_has_any_once_all_have_left()
    {
        var shares = new BucketShares();
        shares.Renew("a", 0);
        Assert.Equal(CustomerBucket.Count, CountOf(shares, "a"));

        shares.Leave("a");
        Assert.Equal(0, CountOf(shares, "a"));
    }

    [Fact]
    public void One_that_is_not_seen_for_long_loses_its_share()
    {
        var shares = new BucketShares();
        shares.Renew("a", 0);
        shares.Renew("b", 5_000);

        shares.LeaveUnseenSince(1_000);

        Assert.Equal((0, CustomerBucket.Count), (CountOf(shares, "a"), CountOf(shares, "b")));
    }

    [Fact]
    public void After_a_restart_what_the_first_held_is_its_own_as_far_as_it_is_its_part()
    {
        var before = new BucketShares();
        before.Renew("a", 0);
        before.Renew("b", 0);
        var (ofA, ofB) = (before.GetShare("a"), before.GetShare("b"));

        var after = new BucketShares();
        after.Renew("a", 0, ofA);
        after.Renew("b", 0, ofB);

        Assert.Equal(CustomerBucket.Count / 2, CountOf(after, "a"));
        Assert.Equal(CustomerBucket.Count / 2, CountOf(after, "b"));
    }

    [Fact]
    public void Shares_are_even_to_within_one_and_move_no_more_than_they_must_whoever_comes_and_goes()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (shares, chance, present) = (new BucketShares(), new Random(seed), new List<string>());
            for (var step = 0; step < 60; step++)
            {
                var before = present.ToDictionary(holder => holder, shares.GetShare);
                if (present.Count == 0 || (present.Count < 40 && chance.Next(2) == 0))
                {
                    present.Add($"s{seed}-{step}");
                    shares.Renew(present[^1], step);
                }
                else
                {
                    var leaving = present[chance.Next(present.Count)];
                    present.Remove(leaving);
                    shares.Leave(leaving);
                }

                var after = present.ToDictionary(holder => holder, shares.GetShare);
                Assert.All(
                    Enumerable.Range(0, CustomerBucket.Count),
                    bucket => Assert.True(present.Count == 0 || after.Values.Count(share => share[bucket] != 0) == 1));
                Assert.All(
                    after.Values,
                    share =>
                        Assert.InRange(
                            share.Count(held => held != 0), CustomerBucket.Count / present.Count,
                            (CustomerBucket.Count / present.Count) + 1));

                // Who stays loses only what is beyond its part.
                var most = present.Count == 0 ? 0 : (CustomerBucket.Count / present.Count) + 1;
                foreach (var (holder, share) in after.Where(one => before.ContainsKey(one.Key)))
                {
                    var lost = before[holder].Zip(share).Count(bucket => bucket.First != 0 && bucket.Second == 0);
                    Assert.InRange(lost, 0, Math.Max(0, before[holder].Count(held => held != 0) - most + 1));
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(5, 80)]
    [InlineData(10, 2_560)]
    [InlineData(11, 3_600)]
    [InlineData(100, 3_600)]
    public void The_pause_after_an_attempt_doubles_up_to_an_hour(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryPause.After(attempt));

    private static int CountOf(BucketShares shares, string holder) => shares.GetShare(holder).Count(static held => held != 0);
}
