using FsCheck.Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Learning;

public sealed class LearningTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Before_it_learned_a_model_says_the_prior(double prior)
    {
        Assert.Equal(prior, new BayesianModel().Predict(prior, [0, 5, 9]), 12);
        Assert.Equal(new(prior, 0), new PropensityModels().Estimate(Bank.Action(1) with { PriorPropensity = prior }, [0, 5], draw: null));
    }

    [Fact]
    public void It_learns_who_accepts()
    {
        var model = new BayesianModel();
        var (retired, student) = (Features(5, TagValue.Enum(2)), Features(5, TagValue.Enum(1)));
        for (var i = 0; i < 500; i++)
        {
            model.Learn(0.1, retired, accepted: true);
            model.Learn(0.1, student, accepted: false);
        }

        Assert.Equal(1000, model.Learned);
        Assert.InRange(model.Predict(0.1, retired), 0.8, 1);
        Assert.InRange(model.Predict(0.1, student), 0, 0.1);
    }

    [Property(MaxTest = 40)]
    public void A_model_comes_back_from_its_bytes_and_stays_between_0_and_1((ushort Feature, bool Accepted)[] lessons)
    {
        var model = new BayesianModel();
        foreach (var (feature, accepted) in lessons)
        {
            model.Learn(0.1, [0, (uint)(feature % FeatureVector.Slots)], accepted);
        }

        var back = BayesianModel.FromBytes(model.ToBytes());
        Assert.Equal(model.Learned, back.Learned);
        Assert.Equal(model.ToBytes(), back.ToBytes());
        foreach (var (feature, _) in lessons)
        {
            uint[] features = [0, (uint)(feature % FeatureVector.Slots)];
            var propensity = back.Predict(0.1, features);
            Assert.Equal(model.Predict(0.1, features), propensity);
            Assert.True(propensity is > 0 and < 1);
        }
    }

    [Fact]
    public void Bytes_of_no_model_are_a_format_fault()
    {
        var model = new BayesianModel();
        model.Learn(0.1, [0, 5], accepted: true);
        var bytes = model.ToBytes();
        byte[] otherFormat = [4, .. bytes[1..]];
        byte[] noSuchSlot = [.. bytes[..25], 255, 255, 255, 255, .. bytes[29..]];
        foreach (var wrong in (byte[][])[[], [1], bytes[..^1], [.. bytes, 0], otherFormat, noSuchSlot])
        {
            Assert.Throws<FormatException>(() => BayesianModel.FromBytes(wrong));
        }
    }

    [Fact]
    public void What_the_call_says_goes_before_the_customers_own_tag()
    {
        var told = Features(2, TagValue.Integer(60));
        Assert.Equal(told, Features(2, TagValue.Integer(20), new ContextTag(2, TagValue.Integer(60))));
        Assert.NotEqual(told, Features(2, TagValue.Integer(20)));
    }

    [Fact]
    public void Hidden_expired_and_unknown_tags_are_no_features()
    {
        var nothing = Fill(new CustomerState());
        Assert.Equal(2, nothing.Length);
        Assert.Equal(nothing, Features(8, TagValue.Integer(1)));
        Assert.Equal(nothing, Features(99, TagValue.Integer(1)));
        Assert.Equal(nothing, Fill(new CustomerState(), new ContextTag(8, TagValue.Integer(1))));

        var expired = new CustomerState();
        expired.Tags.Set(2, TagValue.Integer(1), Bank.Now, TagSource.Api, Bank.Now);
        Assert.Equal(nothing, Fill(expired));
    }

    [Property]
    public void Features_fit_a_model_whatever_the_values_are(long bits, string? text)
    {
        var state = new CustomerState();
        for (ushort tag = 1; tag <= 5; tag++)
        {
            state.Tags.Set(tag, new TagValue(Bank.Tags[tag - 1].Type, bits, null), Bank.Now, TagSource.Api);
        }

        state.Tags.Set(6, TagValue.String(text ?? ""), Bank.Now, TagSource.Api);
        var features = Fill(state);
        Assert.Equal(8, features.Length);
        Assert.All(features, static feature => Assert.InRange(feature, 0U, (uint)FeatureVector.Slots - 1));
    }

    private static uint[] Features(ushort tag, TagValue value, params ContextTag[] context)
    {
        var state = new CustomerState();
        state.Tags.Set(tag, value, Bank.Now, TagSource.Api);
        return Fill(state, context);
    }

    private static uint[] Fill(CustomerState state, params ContextTag[] context)
    {
        var catalog = Bank.Catalog([]);
        var features = new uint[FeatureVector.MaxLength];
        return features[..FeatureVector.Fill(Bank.View(state, catalog, context), catalog.Placements["home"], features)];
    }
}
