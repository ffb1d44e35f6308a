using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Domain.Tests.Measurement.Behavior;

public sealed class FunnelTests
{
    private const long Hour = 3_600_000;

    private static readonly EventMatch[] Steps =
        [new("a"), new("b", "channel_id", "app"), new("a", "page", "p1"), new("c", "amount", "2.5")];

    [Theory]
    [InlineData(6)]
    [InlineData(48)]
    [InlineData(24 * 30)]
    public void A_funnel_counts_what_trying_all_chains_of_events_counts(int hours)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var records = RandomBehavior.Create(seed);
            var funnel = new Funnel(new([.. Steps], hours * Hour));
            var log = RandomBehavior.Read(funnel, records);

            var reached = RandomBehavior.ByCustomer(records)
                .ToDictionary(static customer => customer.Key, customer => CountReached([.. customer], hours * Hour));
            Assert.Equal(
                Enumerable.Range(1, Steps.Length).Select(step => reached.Values.LongCount(count => count >= step)),
                funnel.Count(log).Select(static step => step.Customers));
            for (var step = 1; step <= Steps.Length; step++)
            {
                Assert.Equal(
                    reached.Where(customer => customer.Value >= step).Select(static customer => customer.Key).Order(StringComparer.Ordinal),
                    funnel.Find(log, step, isLast: false).Select(log.GetId).Order(StringComparer.Ordinal));
                Assert.Equal(
                    reached.Where(customer => customer.Value == step).Select(static customer => customer.Key).Order(StringComparer.Ordinal),
                    funnel.Find(log, step, isLast: true).Select(log.GetId).Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void One_event_is_one_step_and_the_window_is_from_the_first()
    {
        var funnel = new Funnel(new([new("a"), new("a"), new("b")], 10));
        long[] Count(params (string Type, long AtMs)[] events) =>
        [
            .. funnel.Count(
                RandomBehavior.Read(funnel, events.Select(static each => new BehaviorRecord("c", each.Type, "", each.AtMs, 0))))
                .Select(static step => step.Customers),
        ];

        Assert.Equal([1, 0, 0], Count(("a", 0)));
        Assert.Equal([1, 1, 1], Count(("a", 0), ("a", 5), ("b", 10)));
        Assert.Equal([1, 1, 0], Count(("a", 0), ("a", 5), ("b", 11)));
        Assert.Equal([1, 1, 1], Count(("a", 0), ("a", 8), ("a", 9), ("b", 18)));
        Assert.Equal([1, 1, 0], Count(("b", 0), ("a", 1), ("a", 1)));
    }

    [Fact]
    public void The_time_to_a_step_is_the_median_of_first_arrivals()
    {
        var funnel = new Funnel(new([new("a"), new("b")], 100));
        var records = new[] { 10, 40, 70 }.SelectMany(static after => new BehaviorRecord[]
        {
            new($"c{after}", "a", "", 1_000, 0), new($"c{after}", "b", "", 1_000 + after, 0), new($"c{after}", "b", "", 1_090, 0),
        });

        Assert.Equal([0, 40], funnel.Count(RandomBehavior.Read(funnel, records)).Select(static step => step.MedianMs));
    }

    private static int CountReached(BehaviorRecord[] events, long windowMs)
    {
        int From(int at, int step, long start)
        {
            var best = step;
            for (var i = at; i < events.Length && step < Steps.Length; i++)
            {
                if (Steps[step].Matches(events[i]) && (step == 0 || events[i].AtMs - start <= windowMs))
                {
                    best = Math.Max(best, From(i + 1, step + 1, step == 0 ? events[i].AtMs : start));
                }
            }

            return best;
        }

        return From(0, 0, 0);
    }
}
