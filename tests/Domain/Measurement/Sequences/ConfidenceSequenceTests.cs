using FsCheck.Xunit;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Tests.Measurement.Sequences;

public sealed class ConfidenceSequenceTests
{
    // Equation 9 of arXiv 2103.06476, computed apart in Python.
    [Theory]
    [InlineData(1000, 10, 2.8727330151100237)]
    [InlineData(1000, 1000, 0.09598173584209047)]
    [InlineData(1000, 60_000, 0.014250655887663288)]
    [InlineData(5000, 10, 6.2006324753839595)]
    [InlineData(5000, 60_000, 0.01333486175694185)]
    public void The_half_width_is_that_of_the_paper(long expected, long count, double half) =>
        Assert.Equal(half, new ConfidenceSequence(Confidence.Default, expected).HalfWidth(1 / Math.Sqrt(count), count), 12);

    [Fact]
    public void Rho_is_that_of_the_paper() => Assert.Equal(0.08908509752892212, new ConfidenceSequence(Confidence.Default, 1000).Rho, 12);

    // GrowthBook's published test cases of its sequential test (packages/stats/tests/frequentist), to the 5 digits given there.
    [Fact]
    public void The_interval_of_an_amount_is_that_of_GrowthBooks_test_case()
    {
        var (arm, control) = (Moments.FromSums(3461, 2422.7, 134698.29), Moments.FromSums(3000, 1396.87, 52377.9767));
        var lift = AmountLift.Between(arm, control, Confidence.Default).Require();

        var look = new ConfidenceSequence(Confidence.Default, 1000).Look(lift.Relative!.Value, 6461);

        Assert.Equal(0.50336, look.Value, 5);
        Assert.Equal(-0.55844, look.Interval.Low, 5);
        Assert.Equal(1.56516, look.Interval.High, 5);
        Assert.Equal(1, look.PValue);
    }

    [Fact]
    public void The_interval_of_a_share_is_that_of_GrowthBooks_test_case()
    {
        var lift = ProportionLift.Between(new(2422, 3461), new(1396, 3000), Confidence.Default);

        var look = new ConfidenceSequence(Confidence.Default, 5000).Look(lift.Relative!.Value, 6461);

        Assert.Equal(0.50386, look.Value, 5);
        Assert.Equal(0.40098, look.Interval.Low, 5);
        Assert.Equal(0.60675, look.Interval.High, 5);
        Assert.InRange(look.PValue, 0, 0.000005);
    }

    [Fact]
    public void Nothing_is_said_while_nothing_varies()
    {
        var look = new ConfidenceSequence(Confidence.Default, 1000).Look(0, 0, 500);

        Assert.Equal((Interval.Everything, 1.0, false), (look.Interval, look.PValue, look.IsClear));
    }

    [Property]
    public void The_p_value_is_below_alpha_exactly_when_the_interval_is_apart_from_0(short value, ushort count, ushort expected)
    {
        var sequence = new ConfidenceSequence(Confidence.Default, expected + 1);
        var look = sequence.Look(value / 8000.0, 1, count + 2L);

        Assert.Equal(look.IsClear, look.PValue < 0.05);
    }

    [Fact]
    public void It_is_narrowest_about_where_it_was_told_to_be()
    {
        long[] expectations = [1_000, 10_000, 100_000];
        var sequences = expectations.Select(static expected => new ConfidenceSequence(Confidence.Default, expected)).ToArray();

        foreach (var at in new[] { 1_000, 10_000, 100_000 })
        {
            var widths = sequences.Select(sequence => sequence.HalfWidth(1, at)).ToArray();
            Assert.Equal(Math.Log10(at) - 3, Array.IndexOf(widths, widths.Min()));
        }
    }
}
