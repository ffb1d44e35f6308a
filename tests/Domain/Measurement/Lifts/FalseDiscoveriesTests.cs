using FsCheck.Xunit;
using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Tests.Measurement.Lifts;

public sealed class FalseDiscoveriesTests
{
    // p.adjust(…, "BH") of R 4.2.2, and multipletests of statsmodels.
    [Fact]
    public void Adjusted_values_are_those_of_R()
    {
        double[] expected = [0.045, 0.06, 0.06, 0.06, 0.0642857142857, 0.225, 0.009, 0.9, 0.06];

        var adjusted = FalseDiscoveries.Adjust([0.01, 0.02, 0.03, 0.04, 0.05, 0.2, 0.001, 0.9, 0.04]);

        Assert.All(expected.Zip(adjusted), static each => Assert.Equal(each.First, each.Second, 12));
    }

    [Property]
    public void Adjusted_values_keep_their_order_and_are_not_smaller(ushort[] parts)
    {
        double[] values = [.. parts.Select(static part => part / 65_535.0)];
        var adjusted = FalseDiscoveries.Adjust(values);

        Assert.All(values.Zip(adjusted), static each => Assert.InRange(each.Second, each.First, 1));
        var sorted = values.Zip(adjusted).OrderBy(static each => each.First).Select(static each => each.Second).ToArray();
        Assert.Equal(sorted.Order(), sorted);
    }

    [Fact]
    public void One_question_needs_no_adjustment() => Assert.Equal([0.04], FalseDiscoveries.Adjust([0.04]));

    [Fact]
    public void What_is_no_probability_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FalseDiscoveries.Adjust([0.1, double.NaN]));
}
