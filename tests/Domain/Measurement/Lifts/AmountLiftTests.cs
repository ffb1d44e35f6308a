using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class AmountLiftTests
{
    [Fact]
    public void Welchs_test_is_that_of_R()
    {
        // t.test of R 4.2.2.
        var lift = AmountLift.Between(SmallAmounts.Arm.Moments, SmallAmounts.Control.Moments, Confidence.Default).Require();

        Assert.Equal(65.91666666666667, lift.Welch.Value, 10);
        Assert.Equal(1.321504241, lift.Welch.Value / lift.Welch.StandardError, 9);
        Assert.Equal(19.2296445, lift.Freedom, 7);
        Assert.Equal(0.201841425, lift.Welch.PValue, 9);
        Assert.Equal(-38.3991081159, lift.Welch.Interval.Low, 9);
        Assert.Equal(170.2324414492, lift.Welch.Interval.High, 9);
    }

    // GrowthBook's published test cases, packages/stats/tests/frequentist/test_tests.py, to the 5 digits given there.
    [Fact]
    public void An_absolute_lift_is_that_of_GrowthBooks_test_case()
    {
        var (arm, control) = (Moments.FromSums(3461, 2422.7, 134698.29), Moments.FromSums(3407, 1396.87, 52377.9767));
        var lift = AmountLift.Between(arm, control, Confidence.Default).Require();

        Assert.Equal(0.29, lift.Welch.Value, 5);
        Assert.Equal(0.12478, lift.Welch.StandardError, 5);
        Assert.Equal(0.02016, lift.Welch.PValue, 5);
        Assert.Equal(0.04538, lift.Welch.Interval.Low, 5);
        Assert.Equal(0.53462, lift.Welch.Interval.High, 5);
        Assert.Equal(0.70732, lift.Relative!.Value.Value, 5);
        Assert.Equal(0.37879, lift.Relative.Value.StandardError, 5);
    }

    [Fact]
    public void Without_two_customers_in_an_arm_there_is_no_answer()
    {
        var one = default(Moments).With(3);

        Assert.Contains(
            "at least 2", AmountLift.Between(one, SmallAmounts.Control.Moments, Confidence.Default).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_that_are_all_the_same_give_no_answer()
    {
        var same = default(Moments).With(3, 50);

        Assert.Contains("same amount", AmountLift.Between(same, same, Confidence.Default).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_large_sample_interval_comes_to_Welchs_as_arms_grow()
    {
        var (arm, control) = (Moments.FromSums(3461, 2422.7, 134698.29), Moments.FromSums(3407, 1396.87, 52377.9767));
        var lift = AmountLift.Between(arm, control, Confidence.Default).Require();

        Assert.InRange(lift.Welch.Interval.High - lift.Large.Interval.High, 0, 0.001 * lift.Welch.StandardError);
    }

    [Fact]
    public void Winsorising_moves_the_largest_amounts_of_all_arms_to_one_bound()
    {
        // 12 amounts other than 0; the smallest that 90 % of them do not exceed is the 11th, 260.
        var bounds = WinsorBounds.Of([SmallAmounts.Arm, SmallAmounts.Control], 0.9);

        Assert.Equal(new WinsorBounds(double.NegativeInfinity, 260), bounds);
        Assert.Equal((73 * 20 - 980 + 260) / 20.0, SmallAmounts.Arm.Within(bounds).Mean, 12);
        Assert.Equal(SmallAmounts.Control.Moments.Mean, SmallAmounts.Control.Within(bounds).Mean, 12);
    }

    [Fact]
    public void Amounts_below_0_have_a_bound_below_too()
    {
        var counts = SmallAmounts.Of([-500, -20, -10, 0, 0, 0, 10, 20, 30, 40, 50, 60, 900]);

        Assert.Equal(new WinsorBounds(-20, 60), WinsorBounds.Of([counts], 0.85));
        Assert.Equal(new WinsorBounds(-500, 900), WinsorBounds.Of([counts], 1));
    }

    [Fact]
    public void Nothing_is_moved_where_nobody_has_an_amount() =>
        Assert.Equal(new WinsorBounds(double.NegativeInfinity, double.PositiveInfinity), WinsorBounds.Of([SmallAmounts.Of([0, 0])], 0.99));

    [Fact]
    public void An_amount_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AmountCounts().Add(double.NaN));

    [Theory]
    [InlineData(1e100)]
    [InlineData(1e200)]
    [InlineData(1e-100)]
    public void Amounts_of_any_size_have_a_figure_or_a_reason_and_no_fault(double amount)
    {
        var (arm, control) = (default(Moments).With(0, 3).With(amount), default(Moments).With(0, 4).With(amount / 2));

        var lift = AmountLift.Between(arm, control, Confidence.Default);

        Assert.True(lift.HasValue ? double.IsFinite(lift.Value.Value.Welch.PValue) : lift.Refusal.Contains("too large", StringComparison.Ordinal));
        Assert.Equal(amount < 1e150, lift.HasValue);
    }
}
