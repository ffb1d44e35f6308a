using Zhice.Domain.Measurement.Distributions;

namespace Zhice.Domain.Tests.Measurement.Distributions;

/// <summary>Against scipy 1.10.1, and R 4.2.2 for t, which has more digits there.</summary>
public sealed class DistributionTests
{
    [Theory]
    [InlineData(0.5, 0.6170750774519738)]
    [InlineData(1.96, 0.04999579029644087)]
    [InlineData(5, 5.733031437583866e-07)]
    [InlineData(22.48604082719282, 5.685165482802317e-112)]
    [InlineData(-30, 9.813427854295816e-198)]
    public void Normal_tails_keep_their_digits(double z, double expected) => Close(expected, NormalDistribution.TwoSided(z), 1e-12);

    [Theory]
    [InlineData(-8, 6.22096057427174e-16)]
    [InlineData(-1, 0.15865525393145707)]
    [InlineData(0.3, 0.6179114221889526)]
    [InlineData(2, 0.9772498680518208)]
    public void Normal_probabilities_are_those_of_scipy(double z, double expected) => Close(expected, NormalDistribution.Below(z), 1e-12);

    [Theory]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.3, -0.5244005127080409)]
    [InlineData(0.8, 0.8416212335729143)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.9995, 3.2905267314919255)]
    public void Normal_quantiles_are_those_of_scipy(double probability, double expected) =>
        Close(expected, NormalDistribution.Quantile(probability), 1e-13);

    [Theory]
    [InlineData(1, 1, 0.5)]
    [InlineData(2, 5.5, 0.09675439023118491)]
    [InlineData(2.5, 36671.15797736051, 0.012423662688094767)]
    [InlineData(10, 30, 4.5752514082296097e-11)]
    [InlineData(3.5, 2.2, 0.06338835060928197)]
    [InlineData(1.96, 1e9, 0.04999579057372971)]
    [InlineData(1.96, 3e6, 0.04999588272602688)]
    [InlineData(5, 2e6, 5.733514637831466e-07)]
    public void Tails_of_t_are_those_of_R(double t, double freedom, double expected) =>
        Close(expected, StudentT.TwoSided(t, freedom), 1e-8);

    [Theory]
    [InlineData(0.05, 1, 12.706204736432102)]
    [InlineData(0.05, 5.5, 2.50185861758924)]
    [InlineData(0.05, 60, 2.000297821058262)]
    [InlineData(0.01, 36671.15797736051, 2.575963381358204)]
    [InlineData(0.001, 2.2, 24.55048962738853)]
    public void Quantiles_of_t_are_those_of_R(double probability, double freedom, double expected) =>
        Close(expected, StudentT.TwoSidedQuantile(probability, freedom), 1e-9);

    [Theory]
    [InlineData(0.2025, 2, 0.903707077873196)]
    [InlineData(6.9, 1, 0.008619574960601723)]
    [InlineData(100, 3, 1.5541594313896026e-21)]
    [InlineData(0.001, 5, 0.9999999983185123)]
    [InlineData(60, 60, 0.4757169861063199)]
    public void Tails_of_chi_square_are_those_of_scipy(double x, int freedom, double expected) =>
        Close(expected, ChiSquare.Above(x, freedom), 1e-12);

    [Theory]
    [InlineData(1e-5, 11.512919692895826)]
    [InlineData(0.5, 0.5723649429247)]
    [InlineData(1, 0)]
    [InlineData(3.7, 1.428072326665388)]
    [InlineData(14.9, 24.924132002217277)]
    [InlineData(100, 359.1342053695754)]
    [InlineData(123456.7, 1323900.975390918)]
    [InlineData(1e9, 19723265827.503716)]
    public void Logarithms_of_gamma_are_those_of_scipy(double x, double expected) =>
        Assert.InRange(GammaFunction.Log(x) - expected, -1e-13 * Math.Max(1, expected), 1e-13 * Math.Max(1, expected));

    [Fact]
    public void A_quantile_is_where_the_probability_is()
    {
        for (var p = 0.001; p < 1; p += 0.001)
        {
            Assert.Equal(p, NormalDistribution.Below(NormalDistribution.Quantile(p)), 12);
            Assert.Equal(p, StudentT.TwoSided(StudentT.TwoSidedQuantile(p, 7.3), 7.3), 11);
        }
    }

    private static void Close(double expected, double found, double relative) =>
        Assert.InRange(found, expected - (Math.Abs(expected) * relative), expected + (Math.Abs(expected) * relative));
}
