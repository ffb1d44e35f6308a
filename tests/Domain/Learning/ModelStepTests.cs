using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Tests.Learning;

/// <summary>How what a model learns gets to other silos.</summary>
public sealed class ModelStepTests
{
    [Property(MaxTest = 40)]
    public void Steps_lead_to_what_the_whole_model_says_also_when_some_overlap(
        (ushort Feature, bool Accepted)[] first, (ushort Feature, bool Accepted)[] then)
    {
        var (model, follower, action) = (new BayesianModel(), new PropensityModels(), Bank.Action(1));
        var version = Learn(model, first, []);
        Assert.True(follower.Offer(action.Number, version, model.ToBytes()));

        var touched = new HashSet<uint>();
        foreach (var lesson in then)
        {
            version += Learn(model, [lesson], touched);

            // What was told before is told again, as after a publication whose answer was lost.
            Assert.True(follower.OfferStep(action.Number, first.Length, version, ModelStepCodec.ToBytes(model, touched)));
        }

        var whole = new PropensityModels();
        whole.Use(action.Number, model, version);
        foreach (var (feature, _) in first.Concat(then))
        {
            uint[] features = [0, (uint)(feature % FeatureVector.Slots)];
            Assert.Equal(whole.Estimate(action, features, draw: null), follower.Estimate(action, features, draw: null));
        }
    }

    [Fact]
    public void A_step_does_not_fit_a_model_that_lacks_what_came_before_it()
    {
        var (model, follower, action) = (new BayesianModel(), new PropensityModels(), Bank.Action(1));
        model.Learn(0.1, [0, 1], accepted: true);
        Assert.False(follower.OfferStep(action.Number, 0, 1, ModelStepCodec.ToBytes(model, [0, 1])));
        follower.Offer(action.Number, 1, model.ToBytes());

        Assert.False(follower.OfferStep(action.Number, 2, 3, ModelStepCodec.ToBytes(model, [0, 1])));
        Assert.True(follower.OfferStep(action.Number, 0, 1, [1, 2, 3]), "What is as new is not even read.");
        Assert.Throws<FormatException>(() => follower.OfferStep(action.Number, 1, 2, [1, 2, 3]));
    }

    [Fact]
    public void A_lesson_costs_a_few_hundred_bytes_however_much_the_model_knows()
    {
        var (model, features) = (new BayesianModel(), Enumerable.Range(0, 60).Select(static feature => (uint)feature).ToArray());
        for (var i = 0u; i < 5_000; i += 10)
        {
            model.Learn(0.1, [.. Enumerable.Range(0, 10).Select(feature => i + (uint)feature)], accepted: i % 20 == 0);
        }

        model.Learn(0.1, features, accepted: true);
        Assert.True(model.ToBytes().Length > 60_000);
        Assert.Equal(736, ModelStepCodec.ToBytes(model, features).Length);
    }

    private static long Learn(BayesianModel model, (ushort Feature, bool Accepted)[] lessons, HashSet<uint> touched)
    {
        foreach (var (feature, accepted) in lessons)
        {
            uint[] features = [0, (uint)(feature % FeatureVector.Slots)];
            model.Learn(0.1, features, accepted);
            touched.UnionWith(features);
        }

        return lessons.Length;
    }
}
