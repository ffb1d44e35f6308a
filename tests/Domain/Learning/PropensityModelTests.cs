using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

public sealed class PropensityModelTests
{
    private const ushort Always = 0;
    private const ushort Young = 100;
    private const ushort Old = 200;

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Before_it_learned_anything_it_gives_the_prior(double prior)
    {
        var model = new PropensityModel();

        Assert.Equal(prior, model.Predict(prior, [Always, Young]), 12);
        Assert.Equal(0, model.Learned);
    }

    [Fact]
    public void Who_always_accepts_comes_out_far_above_who_never_does()
    {
        var model = TaughtThatTheYoungAccept(rounds: 1000);

        Assert.True(model.Predict(0.02, [Always, Young]) > 0.9);
        Assert.True(model.Predict(0.02, [Always, Old]) < 0.05);
        Assert.Equal(2000, model.Learned);
    }

    [Fact]
    public void Probabilities_come_near_the_rates_that_it_saw()
    {
        var model = new PropensityModel();
        for (var i = 0; i < 40_000; i++)
        {
            model.Learn(0.02, [Always, Young], accepted: i % 10 < 3);
            model.Learn(0.02, [Always, Old], accepted: i % 20 == 0);
        }

        Assert.InRange(model.Predict(0.02, [Always, Young]), 0.25, 0.35);
        Assert.InRange(model.Predict(0.02, [Always, Old]), 0.03, 0.08);
    }

    [Property]
    public void Probabilities_stay_above_0_and_below_1_whatever_it_learned((ushort Feature, bool Accepted)[] outcomes, byte percent)
    {
        var model = new PropensityModel();
        var prior = ((percent % 99) + 1) / 100.0;
        foreach (var (feature, accepted) in outcomes)
        {
            ushort[] features = [Always, (ushort)(feature % 4), (ushort)(feature % 4)];
            for (var again = 0; again < 20; again++)
            {
                model.Learn(prior, features, accepted);
            }

            Assert.InRange(model.Predict(prior, features), double.Epsilon, 1 - 1e-15);
        }
    }

    [Property]
    public void It_comes_back_from_its_bytes_as_it_was((ushort Feature, bool Accepted)[] outcomes)
    {
        var model = new PropensityModel();
        foreach (var (feature, accepted) in outcomes)
        {
            model.Learn(0.1, [Always, (ushort)(feature % FeatureVector.Slots)], accepted);
        }

        var back = PropensityModel.FromBytes(model.ToBytes());
        Assert.Equal(model.ToBytes(), back.ToBytes());
        Assert.Equal(model.Learned, back.Learned);
        foreach (var (feature, _) in outcomes)
        {
            ushort[] features = [Always, (ushort)(feature % FeatureVector.Slots)];
            Assert.Equal(model.Predict(0.1, features), back.Predict(0.1, features));
            model.Learn(0.1, features, true);
            back.Learn(0.1, features, true);
        }

        Assert.Equal(model.ToBytes(), back.ToBytes());
    }

    [Fact]
    public void Bytes_hold_only_the_features_that_it_met() =>
        Assert.Equal(9 + (3 * 10), TaughtThatTheYoungAccept(rounds: 1).ToBytes().Length);

    [Fact]
    public void Truncated_bytes_and_those_of_another_format_are_a_format_fault()
    {
        var bytes = TaughtThatTheYoungAccept(rounds: 1).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            // A model cut between two of its entries cannot be told from a smaller one.
            if (length < 9 || (length - 9) % 10 != 0)
            {
                Assert.Throws<FormatException>(() => PropensityModel.FromBytes(bytes[..length]));
            }
        }

        Assert.Throws<FormatException>(() => PropensityModel.FromBytes([2, .. bytes[1..]]));
    }

    [Theory]
    [InlineData(FeatureVector.Slots, 0f, 1f)]
    [InlineData(1, float.NaN, 1f)]
    [InlineData(1, float.PositiveInfinity, 1f)]
    [InlineData(1, 0f, float.NaN)]
    [InlineData(1, 0f, -1f)]
    public void Bytes_that_no_model_wrote_are_a_format_fault(ushort slot, float weight, float squaredGradient)
    {
        byte[] bytes =
        [
            1, .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(slot), .. BitConverter.GetBytes(weight),
            .. BitConverter.GetBytes(squaredGradient),
        ];

        Assert.Throws<FormatException>(() => PropensityModel.FromBytes(bytes));
    }

    [Fact]
    public void An_action_without_a_model_of_its_own_ranks_by_its_prior()
    {
        var models = new PropensityModels();
        var (learned, other) = (Bank.Action(3), Bank.Action(4));
        models.Use(3, TaughtThatTheYoungAccept(rounds: 50));

        Assert.True(models.Propensity(learned, [Always, Young], out var version) > 0.5);
        Assert.Equal(100, version);
        Assert.Equal(other.PriorPropensity, models.Propensity(other, [Always, Young], out version));
        Assert.Equal(0, version);
        Assert.Equal(Bank.Action(1).PriorPropensity, models.Propensity(Bank.Action(1), [Always, Young], out _));
    }

    private static PropensityModel TaughtThatTheYoungAccept(int rounds)
    {
        var model = new PropensityModel();
        for (var i = 0; i < rounds; i++)
        {
            model.Learn(0.02, [Always, Young], accepted: true);
            model.Learn(0.02, [Always, Old], accepted: false);
        }

        return model;
    }
}
