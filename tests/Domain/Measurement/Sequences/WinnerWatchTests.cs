using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Sequences;

public sealed class WinnerWatchTests
{
    private const int Days = 60;
    private const int ADay = 200;

    [Fact]
    public void Of_arms_that_are_the_same_a_winner_is_named_in_less_than_5_percent()
    {
        var named = Enumerable.Range(0, 200).Count(static seed => Run(seed, [0.1, 0.1, 0.1, 0.1]) is not null);

        Assert.InRange(named, 0, 9);
    }

    [Fact]
    public void The_best_of_four_arms_is_found_and_no_other_one_is_ever_named()
    {
        int?[] named = [.. Enumerable.Range(0, 100).Select(static seed => Run(seed, [0.1, 0.12, 0.16, 0.11]))];

        Assert.InRange(named.Count(static arm => arm == 2), 95, 100);
        Assert.DoesNotContain(named, static arm => arm is not null and not 2);
    }

    [Fact]
    public void Two_best_arms_that_are_the_same_are_no_winner_and_the_reason_names_them()
    {
        var (watch, good, bad) =
            (new WinnerWatch(3, Confidence.Default, 20_000), new Proportion(2000, 10_000), new Proportion(1000, 10_000));

        var refusal = watch.Look([Moments.From(bad), Moments.From(good), Moments.From(good)]).Refusal;

        Assert.Equal("Arm 1 is the best until now, and is not shown to be above arm 2.", refusal);
        Assert.Equal(1, watch.Look([Moments.From(bad), Moments.From(good), Moments.From(bad)]).Value);
    }

    [Fact]
    public void Other_arms_than_those_that_are_watched_are_refused() =>
        Assert.Throws<ArgumentException>(() => new WinnerWatch(3, Confidence.Default, 100).Look([default, default]));

    // The first winner of an experiment that is looked at every day; null when there is none.
    private static int? Run(int seed, double[] rates)
    {
        var (random, watch, arms) =
            (new Random(seed), new WinnerWatch(rates.Length, Confidence.Default, 2L * Days * ADay), new Moments[rates.Length]);
        for (var day = 0; day < Days; day++)
        {
            for (var i = 0; i < rates.Length * ADay; i++)
            {
                ref var arm = ref arms[i % rates.Length];
                arm = arm.With(random.NextDouble() < rates[i % rates.Length] ? 1 : 0);
            }

            if (watch.Look(arms).Value is { } winner)
            {
                return winner;
            }
        }

        return null;
    }
}
