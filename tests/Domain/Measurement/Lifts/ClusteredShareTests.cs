using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

/// <summary>Shares of offers whose customers come several times.</summary>
public sealed class ClusteredShareTests(ITestOutputHelper output)
{
    [Fact]
    public void With_one_offer_a_customer_it_is_the_variance_of_a_mean()
    {
        var sums = Sum([.. Enumerable.Range(0, 200).Select(static n => (1, n < 30 ? 1 : 0))]);
        var share = ClusteredShare.Of(sums).Require();

        Assert.Equal((0.15, 200), (share.Value, share.Customers));
        Assert.Equal(Moments.From(new Proportion(30, 200)).MeanVariance, share.Variance, 1e-15);
    }

    [Fact]
    public void A_customer_with_all_offers_alike_counts_as_one_and_not_as_many()
    {
        var one = ClusteredShare.Of(Sum([.. Enumerable.Range(0, 100).Select(static n => (1, n < 20 ? 1 : 0))])).Require();
        var ten = ClusteredShare.Of(Sum([.. Enumerable.Range(0, 100).Select(static n => (10, n < 20 ? 10 : 0))])).Require();

        Assert.Equal(one.Variance, ten.Variance, 1e-15);
    }

    [Fact]
    public void What_does_not_tell_the_spread_is_refused()
    {
        Assert.Contains("No customer was shown", ClusteredShare.Of(Sum([])).Refusal, StringComparison.Ordinal);
        Assert.Contains("at least 2", ClusteredShare.Of(Sum([(3, 1)])).Refusal, StringComparison.Ordinal);
        Assert.Contains("did the same", ClusteredShare.Of(Sum([(3, 0), (2, 0)])).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_over_customers_cover_a_known_difference_when_customers_come_many_times_and_those_over_offers_do_not()
    {
        var (random, covered, naive) = (new Random(25), 0, 0);
        const int Runs = 1_000;
        for (var run = 0; run < Runs; run++)
        {
            // Customers come 1 to 40 times, and each has a liking of its own: 0.12 and 0.1 on average.
            var (own, other) = (World(random, 0.12), World(random, 0.10));
            var lift = ClusteredShare.Of(own).Require().Less(ClusteredShare.Of(other).Require(), Confidence.Default);
            covered += lift.Interval.Contains(0.02) ? 1 : 0;
            naive += ProportionLift.Between(new(own.Converted, own.Shown), new(other.Converted, other.Shown), Confidence.Default)
                .Absolute.Interval.Contains(0.02) ? 1 : 0;
        }

        output.WriteLine($"of {Runs}: {covered} over customers, {naive} over offers as if they were independent");
        Assert.InRange(covered, 930, 970);
        Assert.InRange(naive, 0, 850);
    }

    private static CustomerSums World(Random random, double mean)
    {
        var customers = new (int Shown, int Converted)[600];
        for (var i = 0; i < customers.Length; i++)
        {
            // A third likes nothing, the others up to twice as much as 1.5 times the mean; how often they come has nothing to do with it.
            var liking = random.Next(3) == 0 ? 0 : mean * 1.5 * 2 * random.NextDouble();
            var shown = 1 + (int)(39 * Math.Pow(random.NextDouble(), 2));
            customers[i] = (shown, Enumerable.Range(0, shown).Count(_ => random.NextDouble() < liking));
        }

        return Sum(customers);
    }

    private static CustomerSums Sum((int Shown, int Converted)[] customers) => new(
        "a", customers.Length, customers.Sum(static each => each.Shown), customers.Sum(static each => each.Converted),
        customers.Sum(static each => (double)each.Shown * each.Shown), customers.Sum(static each => (double)each.Shown * each.Converted),
        customers.Sum(static each => (double)each.Converted * each.Converted));
}
