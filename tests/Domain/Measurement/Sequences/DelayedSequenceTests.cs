using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Sequences;

public sealed class DelayedSequenceTests(ITestOutputHelper output)
{
    [Fact]
    public void An_outcome_counts_for_the_customers_of_the_other_arms_too()
    {
        var arm = default(ArmReward).With(3, 0.25).With(1, 0.5);

        Assert.Equal(14, arm.Sum, 12);
        Assert.Equal((9 * 0.75 / 0.0625) + (0.5 / 0.25), arm.Variance, 12);
    }

    [Fact]
    public void The_boundary_is_that_of_the_paper()
    {
        // √((V η² + 1) / η² · ln((V η² + 1) / α²)), α = 0.025, computed apart in Python.
        var interval = new DelayedSequence(Confidence.Default, 500).Of(default(ArmReward).With(20, 0.5));

        Assert.Equal(93.08701287031975, interval.High - 40, 9);
    }

    [Fact]
    public void Nothing_is_said_before_the_first_outcome() =>
        Assert.Equal(Interval.Everything, new DelayedSequence(Confidence.Default, 500).Between(default, default));

    [Fact]
    public void An_arm_of_no_chance_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => default(ArmReward).With(1, 0));

    [Theory]
    [InlineData(0.1, 0.1, 10, 10)]
    [InlineData(0.1, 0.16, 10, 10)]
    [InlineData(0.1, 0.1, 14, 3)]
    public void Customers_who_enter_daily_and_convert_later_are_covered_at_all_times(
        double rate, double treated, int delay, int treatedDelay)
    {
        var (lost, found) = (0, 0);
        for (var run = 0; run < 200; run++)
        {
            var (isLost, isFound) = Run(new(run), new(rate, delay), new(treated, treatedDelay));
            lost += isLost ? 1 : 0;
            found += isFound ? 1 : 0;
        }

        output.WriteLine($"of 200: left {lost}, apart from 0 {found}");
        Assert.InRange(lost, 0, 9);
        if (treated == rate && delay == treatedDelay)
        {
            Assert.InRange(found, 0, 9);
        }
        else
        {
            Assert.InRange(found, 120, 200);
        }
    }

    /// <summary>A world of potential outcomes: who would convert, and how many days after the entry, in each arm.</summary>
    private readonly record struct World(double Rate, int Delay)
    {
        public int DayOf(Random random, int entry) => random.NextDouble() < Rate ? entry + random.Next(2 * Delay) : int.MaxValue;
    }

    private static (bool IsLost, bool IsFound) Run(Random random, World control, World arm)
    {
        const int Days = 40, ADay = 150;
        var (sequence, isLost, isFound) = (new DelayedSequence(Confidence.Default, Days * ADay * control.Rate), false, false);
        var (ours, theirs) = (new int[Days * 3], new int[Days * 3]);
        var truth = new int[Days * 3];
        for (var i = 0; i < Days * ADay; i++)
        {
            var entry = i / ADay;
            var (one, other, isArm) = (arm.DayOf(random, entry), control.DayOf(random, entry), random.Next(2) == 0);
            Count(truth, one, 1);
            Count(truth, other, -1);
            Count(isArm ? ours : theirs, isArm ? one : other, 1);
        }

        var (earned, lost, difference) = (default(ArmReward), default(ArmReward), 0);
        for (var day = 0; day < Days; day++)
        {
            difference += truth[day];
            earned = Earn(earned, ours[day]);
            lost = Earn(lost, theirs[day]);
            var interval = sequence.Between(earned, lost);
            isLost |= !interval.Contains(difference);
            isFound |= !interval.Contains(0);
        }

        return (isLost, isFound);

        static void Count(int[] days, int day, int sign)
        {
            if (day < days.Length)
            {
                days[day] += sign;
            }
        }

        static ArmReward Earn(ArmReward reward, int conversions)
        {
            for (var i = 0; i < conversions; i++)
            {
                reward = reward.With(1, 0.5);
            }

            return reward;
        }
    }
}
