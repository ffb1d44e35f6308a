using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Learning;

public sealed class BayesianModelTests
{
    private const uint Always = 0;
    private const uint Young = 100;
    private const uint Old = 200;

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Before_it_learned_anything_it_gives_the_prior(double prior)
    {
        var model = new BayesianModel();

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

    [Theory]
    [InlineData(0.02, 1, 1)]
    [InlineData(0.02, 60, 1)]
    [InlineData(0.3, 60, 1)]
    [InlineData(0.3, 2, 0.5)]
    [InlineData(0.8, 60, 1)]
    public void What_was_seen_and_is_taken_back_leaves_the_prediction_where_it_was(double prior, int length, double share)
    {
        uint[] features = [.. Enumerable.Range(0, length).Select(static i => (uint)i * 100)];
        foreach (var rounds in (int[])[0, 300])
        {
            var model = new BayesianModel(ModelSettings.Default with { Drift = 0 });
            for (var i = 0; i < rounds; i++)
            {
                model.Learn(prior, features, accepted: i % 10 < 3);
            }

            var before = model.Predict(prior, features, out _, out var sureBefore);
            model.Learn(prior, features, accepted: false, share * FakeNegatives.GetWeight(LessonKind.Seen, before));
            var taught = model.Predict(prior, features);
            model.TakeBack(prior, features, share);
            var after = model.Predict(prior, features, out _, out var sureAfter);

            Assert.InRange(after, before - (0.02 * (before - taught)), before + (0.02 * (before - taught)));
            Assert.Equal(sureBefore, sureAfter, 0.02 * sureBefore);
        }
    }

    [Fact]
    public void Probabilities_come_near_the_rates_that_it_saw()
    {
        var model = new BayesianModel();
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
        var model = new BayesianModel();
        var prior = ((percent % 99) + 1) / 100.0;
        foreach (var (feature, accepted) in outcomes)
        {
            uint[] features = [Always, (uint)(feature % 4), (uint)(feature % 4)];
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
        var model = new BayesianModel();
        foreach (var (feature, accepted) in outcomes)
        {
            model.Learn(0.1, [Always, (uint)(feature % FeatureVector.Slots)], accepted);
        }

        var back = BayesianModel.FromBytes(model.ToBytes());
        Assert.Equal(model.ToBytes(), back.ToBytes());
        Assert.Equal(model.Learned, back.Learned);
        foreach (var (feature, _) in outcomes)
        {
            uint[] features = [Always, (uint)(feature % FeatureVector.Slots)];
            Assert.Equal(model.Predict(0.1, features), back.Predict(0.1, features));
            model.Learn(0.1, features, true);
            back.Learn(0.1, features, true);
        }

        Assert.Equal(model.ToBytes(), back.ToBytes());
    }

    [Fact]
    public void Bytes_hold_only_the_features_that_it_met() =>
        Assert.Equal(25 + (3 * 12), TaughtThatTheYoungAccept(rounds: 1).ToBytes().Length);

    [Fact]
    public void Truncated_bytes_and_those_of_another_format_are_a_format_fault()
    {
        var bytes = TaughtThatTheYoungAccept(rounds: 1).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            // A model cut between two of its entries cannot be told from a smaller one.
            if (length < 25 || (length - 25) % 12 != 0)
            {
                Assert.Throws<FormatException>(() => BayesianModel.FromBytes(bytes[..length]));
            }
        }

        Assert.Throws<FormatException>(() => BayesianModel.FromBytes([4, .. bytes[1..]]));
    }

    [Theory]
    [InlineData(8192, 0f, 0.05f)]
    [InlineData(1, float.NaN, 0.05f)]
    [InlineData(1, float.PositiveInfinity, 0.05f)]
    [InlineData(1, 0f, float.NaN)]
    [InlineData(1, 0f, -1f)]
    [InlineData(1, 0f, 0f)]
    [InlineData(1, 0f, 0.2f)]
    public void Bytes_that_no_model_wrote_are_a_format_fault(ushort slot, float mean, float variance)
    {
        byte[] bytes =
        [
            2, .. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(0f),
            .. BitConverter.GetBytes(slot), .. BitConverter.GetBytes(mean), .. BitConverter.GetBytes(variance),
        ];

        Assert.Throws<FormatException>(() => BayesianModel.FromBytes(bytes));
    }

    [Fact]
    public void What_an_adagrad_model_learned_is_taken_over_and_its_squared_gradients_say_how_sure_it_is()
    {
        byte[] bytes =
        [
            1, .. BitConverter.GetBytes(500L), .. BitConverter.GetBytes((ushort)Coarse(Young)), .. BitConverter.GetBytes(1.5f),
            .. BitConverter.GetBytes(90f),
        ];

        var model = BayesianModel.FromBytes(bytes);
        model.Predict(0.1, [Young], out var logit, out var variance);
        Assert.Equal(500, model.Learned);
        Assert.Equal(Math.Log(0.1 / 0.9) + 1.5, logit, 5);
        Assert.Equal(1 / (10 + 90.0), variance, 6);
        Assert.Equal(3, model.ToBytes()[0]);
    }

    [Fact]
    public void The_more_it_learned_of_a_feature_the_surer_it_is_and_what_drifts_stays_open()
    {
        var (still, drifting) = (new BayesianModel(new(0.1f, 0)), new BayesianModel(new(0.1f, 1e-3f)));
        double before = 0.2;
        for (var i = 0; i < 2000; i++)
        {
            still.Learn(0.5, [Always, Young], i % 2 == 0);
            drifting.Learn(0.5, [Always, Young], i % 2 == 0);
            still.Predict(0.5, [Always, Young], out _, out var now);
            Assert.True(now < before);
            before = now;
        }

        drifting.Predict(0.5, [Always, Young], out _, out var open);
        still.Predict(0.5, [Always, Old], out _, out var partly);
        Assert.True(open > 10 * before);
        Assert.True(partly > 0.1);
    }

    [Fact]
    public void A_first_step_is_the_one_that_the_formula_gives()
    {
        var model = new BayesianModel(new(0.1f, 0));
        model.Learn(0.5, [Always, Young], accepted: true);

        // Curvature 0.25, variance 0.2: each weight moves by 0.1 × 0.5 / 1.05 and keeps 0.1 - 0.01 × 0.25 / 1.05.
        model.Predict(0.5, [Young], out var logit, out var variance);
        Assert.Equal(0.1 * 0.5 / 1.05, logit, 6);
        Assert.Equal(0.1 - (0.01 * 0.25 / 1.05), variance, 6);
    }

    [Fact]
    public void A_model_of_an_older_format_predicts_as_it_did_and_learns_on_what_it_did_not_tell_apart()
    {
        const uint Other = Young + 1;
        byte[] bytes =
        [
            2, .. BitConverter.GetBytes(500L), .. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(0f),
            0, 0, .. BitConverter.GetBytes(-0.5f), .. BitConverter.GetBytes(0.01f),
            .. BitConverter.GetBytes((ushort)Coarse(Young)), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(0.02f),
        ];
        var model = BayesianModel.FromBytes(bytes);
        var (models, action) = (new PropensityModels(), Bank.Action(3) with { PriorPropensity = 0.1 });
        models.Use(3, model, 1);
        foreach (var feature in (uint[])[Young, Other])
        {
            model.Predict(0.1, [Always, feature], out var logit, out var variance);
            Assert.Equal(Math.Log(0.1 / 0.9) + 1, logit, 5);
            Assert.Equal(0.03, variance, 6);
            Assert.Equal(model.Predict(0.1, [Always, feature]), models.Estimate(action, [Always, feature], draw: null).Propensity, 12);
        }

        model.Learn(0.1, [Always, Young], accepted: true);
        models.Follow(3, model, 2, [Always, Young]);
        var back = BayesianModel.FromBytes(model.ToBytes());
        foreach (uint[] features in (uint[][])[[Always, Young], [Always, Other], [Always, Old]])
        {
            Assert.Equal(model.Predict(0.1, features), back.Predict(0.1, features));
            Assert.Equal(model.Predict(0.1, features), models.Estimate(action, features, draw: null).Propensity, 12);
        }

        Assert.True(model.Predict(0.1, [Young]) > model.Predict(0.1, [Other]));
    }

    [Property(MaxTest = 300)]
    public void A_changed_prior_moves_no_model_that_has_learned((uint Feature, bool Accepted)[] outcomes, byte before, byte after)
    {
        var (model, models, first, later) = (new BayesianModel(), new PropensityModels(), Share(before), Share(after));
        foreach (var (feature, accepted) in outcomes)
        {
            model.Learn(first, [Always, feature % FeatureVector.Slots], accepted);
        }

        models.Use(3, model, 1);
        var back = BayesianModel.FromBytes(model.ToBytes());
        var expected = outcomes.Length == 0 ? later : model.Predict(first, [Always, 7]);
        Assert.Equal(outcomes.Length == 0 ? null : first, model.Prior);
        Assert.Equal(expected, model.Predict(later, [Always, 7]), 12);
        Assert.Equal(expected, back.Predict(later, [Always, 7]), 12);
        Assert.Equal(expected, models.Estimate(Bank.Action(3) with { PriorPropensity = later }, [Always, 7], draw: null).Propensity, 12);

        static double Share(byte percent) => ((percent % 99) + 1) / 100.0;
    }

    [Fact]
    public void A_model_that_did_not_keep_its_prior_keeps_the_one_it_is_told()
    {
        byte[] bytes = [2, .. BitConverter.GetBytes(5L), .. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(0f)];
        var learning = new ActionLearning(BayesianModel.FromBytes(bytes), new()) { Version = 5 };

        learning.KeepPrior(0.02);
        learning.KeepPrior(0.2);

        Assert.Equal(0.02, learning.Champion.Predict(0.2, [Always]), 12);
        Assert.Equal(6, learning.Version);
        Assert.False(new BayesianModel().KeepPrior(0.02));
    }

    [Property(MaxTest = 300)]
    public void The_mean_of_draws_is_the_probability(ushort share, byte features, byte lessons)
    {
        var prior = 0.005 + (0.495 * share / ushort.MaxValue);
        uint[] seen = [.. Enumerable.Range(0, 1 + (features % 62)).Select(static each => (uint)each)];
        var model = new BayesianModel(new(0.1f, 0));
        for (var lesson = 0; lesson < lessons % 8; lesson++)
        {
            model.Learn(prior, seen, accepted: lesson == 3);
        }

        var (mean, drawn, density) = (model.Predict(prior, seen), 0.0, 0.0);
        for (var z = -8.0; z < 12; z += 0.05)
        {
            var likely = Math.Exp(-z * z / 2);
            (drawn, density) = (drawn + (likely * model.Sample(prior, seen, z).Drawn), density + likely);
        }

        Assert.InRange(drawn / density / mean, 0.98, 1.02);
    }

    [Fact]
    public void A_new_action_is_tried_no_more_than_its_prior_says()
    {
        var models = new PropensityModels();
        var action = Bank.Action(3) with { PriorPropensity = 0.02 };
        uint[] features = [.. Enumerable.Range(0, 62).Select(static each => (uint)each)];
        double[] draws = [.. Enumerable.Range(0, 200_000).Select(seed =>
            0.02 * models.Estimate(action, features, StandardNormal.Draw((ulong)seed)).Exploration)];

        Assert.InRange(draws.Average(), 0.0195, 0.0205);
        Assert.InRange(draws.Count(static draw => draw > 0.05) / (double)draws.Length, 0, 0.12);
    }

    [Fact]
    public void Draws_lie_nearer_to_the_mean_the_more_it_knows()
    {
        var (young, known) = (new BayesianModel(), TaughtThatTheYoungAccept(rounds: 2000));
        Assert.True(young.Sample(0.1, [Always, Young], 1).Drawn > 0.1);
        Assert.True(young.Sample(0.1, [Always, Young], -1).Drawn < 0.1);
        Assert.True(Spread(young) > 3 * Spread(known));

        static double Spread(BayesianModel model) =>
            Logit(model.Sample(0.02, [Always, Old], 1).Drawn) - Logit(model.Sample(0.02, [Always, Old], -1).Drawn);

        static double Logit(double probability) => Math.Log(probability / (1 - probability));
    }

    [Theory]
    [InlineData(Purpose.Service)]
    [InlineData(Purpose.Regulatory)]
    public void What_is_not_marketing_has_the_propensity_that_the_bank_gives_it_whatever_was_learned(Purpose purpose)
    {
        var models = new PropensityModels();
        var notice = Bank.Action(3) with { Purpose = purpose, PriorPropensity = 0.3 };
        models.Use(3, TaughtThatTheYoungAccept(rounds: 500));

        Assert.Equal(new(0.3, 0), models.Estimate(notice, [Always, Old], draw: null));
        Assert.Equal(new(0.3, 0), models.Estimate(notice, [Always, Old], draw: 1.5));
        Assert.Equal(new(0.3, 0), models.Estimate(notice with { Number = 4 }, [Always, Old], draw: 1.5));
    }

    [Fact]
    public void It_names_the_tags_that_weigh_most()
    {
        var model = new BayesianModel();
        for (var i = 0; i < 300; i++)
        {
            model.Learn(0.1, [Always, Young], accepted: true);
            model.Learn(0.1, [Always, Old], accepted: false);
        }

        var (models, largest) = (new PropensityModels(), new Contribution[2]);
        models.Use(3, model);
        Assert.Equal(2, models.Explain(3, [Always, Old, Young, 300], [0, 7, 8, 9], largest));
        Assert.Equal([8, 7], largest.OrderByDescending(each => each.Weight).Select(each => (int)each.Tag));
        Assert.True(Math.Abs(largest[0].Weight) >= Math.Abs(largest[1].Weight));
        Assert.Equal(0, models.Explain(3, [300], [9], largest));
        Assert.Equal(0, models.Explain(3, [Young], [8], []));
        Assert.Equal(0, models.Explain(4, [Young], [8], largest));
    }

    [Fact]
    public void A_prediction_allocates_nothing()
    {
        var model = TaughtThatTheYoungAccept(rounds: 10);
        uint[] features = [.. Enumerable.Range(0, 60).Select(static i => (uint)(i * 97))];
        var sum = model.Predict(0.1, features) + model.Sample(0.1, features, 1).Drawn;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            sum += model.Predict(0.1, features) + model.Sample(0.1, features, 1).Drawn;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    [Fact]
    public void A_snapshot_is_used_when_it_is_newer_than_what_is_in_use()
    {
        var (models, action, bytes) = (new PropensityModels(), Bank.Action(3), TaughtThatTheYoungAccept(rounds: 50).ToBytes());

        Assert.True(models.Offer(3, 5, bytes));
        Assert.False(models.Offer(3, 5, new BayesianModel().ToBytes()));
        Assert.False(models.Offer(3, 4, new BayesianModel().ToBytes()));
        Assert.Equal(100U, models.Estimate(action, [Always], draw: null).ModelVersion);
        Assert.True(models.Offer(3, 6, new BayesianModel().ToBytes()));
        Assert.Equal(0.1, models.Estimate(action, [Always], draw: null).Propensity, 12);
    }

    [Fact]
    public void An_action_without_a_model_of_its_own_ranks_by_its_prior()
    {
        var models = new PropensityModels();
        var (learned, other) = (Bank.Action(3), Bank.Action(4));
        models.Use(3, TaughtThatTheYoungAccept(rounds: 50));

        var estimate = models.Estimate(learned, [Always, Young], draw: null);
        Assert.True(estimate.Propensity > 0.5);
        Assert.Equal(100U, estimate.ModelVersion);
        Assert.Equal(new(other.PriorPropensity, 0), models.Estimate(other, [Always, Young], draw: null));
        Assert.Equal(new(Bank.Action(1).PriorPropensity, 0), models.Estimate(Bank.Action(1), [Always, Young], draw: null));
    }

    [Fact]
    public void Models_side_by_side_say_what_each_says_alone_also_as_it_learns()
    {
        // Sums of floats, in another order.
        const double Tolerance = 1e-6;
        var (dice, models, sums) = (new Random(7), new PropensityModels(), default(FeatureSums));
        BayesianModel[] alone = [.. Enumerable.Range(0, 40).Select(static _ => new BayesianModel())];
        for (var step = 0; step < 2_000; step++)
        {
            var (number, features) = (dice.Next(alone.Length), Some());
            alone[number].Learn(0.05, features, dice.Next(3) == 0);
            models.Follow((ushort)number, alone[number], step, features);
        }

        uint[] seen = Some();
        for (ushort number = 0; number < alone.Length; number++)
        {
            var action = Bank.Action(number);
            Assert.Equal(
                alone[number].Predict(action.PriorPropensity, seen), models.Estimate(action, seen, null, ref sums).Propensity, Tolerance);
            Assert.Equal(
                alone[number].Sample(action.PriorPropensity, seen, 0.7).Mean, models.Estimate(action, seen, 0.7, ref sums).Propensity,
                Tolerance);
        }

        uint[] Some() => [Always, .. Enumerable.Range(0, 30).Select(_ => (uint)dice.Next(1, FeatureVector.Slots))];
    }

    [Fact]
    public void What_is_known_well_is_explored_less()
    {
        var models = new PropensityModels();
        models.Use(3, TaughtThatTheYoungAccept(rounds: 5_000));

        var (known, unknown) = (models.Estimate(Bank.Action(3), [Always, Old], 1), models.Estimate(Bank.Action(4), [Always, Old], 1));

        Assert.Equal(models.Estimate(Bank.Action(3), [Always, Old], null).Propensity, known.Propensity);
        Assert.True(known.Exploration > 1);
        Assert.True(unknown.Exploration > known.Exploration);
        Assert.True(models.Estimate(Bank.Action(4), [Always, Old], -1).Exploration < 1);
    }

    [Fact]
    public void Draws_are_normal_and_repeat_by_their_seed()
    {
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(static seed => StandardNormal.Draw((ulong)seed))];

        Assert.InRange(draws.Average(), -0.02, 0.02);
        Assert.InRange(draws.Sum(static draw => draw * draw) / draws.Length, 0.98, 1.02);
        Assert.InRange(draws.Count(static draw => Math.Abs(draw) < 1.96) / (double)draws.Length, 0.945, 0.955);
        Assert.Equal(draws[7], StandardNormal.Draw(7));
    }

    private static uint Coarse(uint slot) => slot >> 5;

    private static BayesianModel TaughtThatTheYoungAccept(int rounds)
    {
        var model = new BayesianModel();
        for (var i = 0; i < rounds; i++)
        {
            model.Learn(0.02, [Always, Young], accepted: true);
            model.Learn(0.02, [Always, Old], accepted: false);
        }

        return model;
    }
}
