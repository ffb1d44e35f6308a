using FsCheck.Xunit;
using Zhice.Domain.Measurement;

namespace Zhice.Domain.Tests.Measurement;

public sealed class MomentsTests
{
    [Fact]
    public void Values_far_from_0_keep_the_digits_of_their_variance()
    {
        var moments = new[] { 4, 7, 13, 16 }.Aggregate(default(Moments), static (sum, each) => sum.With(1e9 + each));

        Assert.Equal((4, 1e9 + 10, 30.0), (moments.Count, moments.Mean, moments.Variance));
    }

    [Fact]
    public void One_value_has_no_variance() => Assert.Equal((1, 5.0, 0.0, 0.0), Parts(default(Moments).With(5)));

    [Property]
    public void Two_halves_have_the_moments_of_the_whole(int[] one, int[] other)
    {
        var (halves, whole) = (Of(one).And(Of(other)), Of([.. one, .. other]));

        Assert.Equal(whole.Count, halves.Count);
        Assert.Equal(whole.Mean, halves.Mean, 1e-9 * (1 + Math.Abs(whole.Mean)));
        Assert.Equal(whole.Variance, halves.Variance, 1e-9 * (1 + whole.Variance));
    }

    [Property]
    public void A_value_of_many_times_is_as_many_values(short value, byte times, short[] others)
    {
        int[] before = [.. others.Select(static each => (int)each)];
        var (together, apart) = (Of(before).With(value, times), Of([.. before, .. Enumerable.Repeat((int)value, times)]));

        Assert.Equal(apart.Count, together.Count);
        Assert.Equal(apart.Mean, together.Mean, 1e-9 * (1 + Math.Abs(apart.Mean)));
        Assert.Equal(apart.Variance, together.Variance, 1e-9 * (1 + apart.Variance));
    }

    [Property]
    public void Pairs_of_two_halves_have_the_covariance_of_the_whole(short[] one, short[] other)
    {
        var (halves, whole) = (Pairs(one).And(Pairs(other)), Pairs([.. one, .. other]));

        Assert.Equal(whole.Covariance, halves.Covariance, 1e-8 * (1 + Math.Abs(whole.Covariance)));
    }

    [Fact]
    public void Sums_give_the_moments_of_their_values() =>
        Assert.Equal((4, 10.0, 30.0, 7.5), Parts(Moments.FromSums(4, 40, 490)));

    private static (long, double, double, double) Parts(Moments moments) =>
        (moments.Count, moments.Mean, moments.Variance, moments.MeanVariance);

    private static Moments Of(int[] values) => values.Aggregate(default(Moments), static (sum, each) => sum.With(each));

    private static PairedMoments Pairs(short[] values) =>
        values.Aggregate(default(PairedMoments), static (sum, each) => sum.With(each, (each * each / 1000.0) - each));
}
