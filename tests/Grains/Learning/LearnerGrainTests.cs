using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Grains.Learning;
using Zhice.TestBank;

namespace Zhice.Grains.Tests.Learning;

[Collection("grid")]
public sealed class LearnerGrainTests(Grid grid)
{
    [Fact]
    public async Task An_answer_to_a_decision_is_learned_saved_and_still_known_after_a_restart_of_the_learner()
    {
        var catalog = grid.Catalogs.First().Current;
        var customer = grid.Grains.GetGrain<ICustomerGrain>("learner");
        var learner = grid.Grains.GetGrain<ILearnerGrain>("deposit");
        await learner.Load();
        var learnedBefore = (await learner.Describe()).Champion.Learned;
        var saved = grid.Store.NextWriteOf(learner.GetGrainId());
        var decision = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
        var deposit = catalog.ActionsById["deposit"];
        var before = Estimate();

        await customer.Record([Answer(decision, catalog, FeedbackType.Acceptance)]);
        await customer.Record([Answer(decision, catalog, FeedbackType.Dismissal)]);
        await saved;
        var history = await learner.DescribeHistory();
        Assert.NotEqual(0, history.Days[^1].Lessons);
        await learner.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await learner.Load();
        Assert.Equal(history.Days.AsEnumerable(), (await learner.DescribeHistory()).Days);

        var learned = Estimate();
        Assert.Equal((uint)learnedBefore + 1, learned.ModelVersion);
        Assert.True(learned.Propensity > before.Propensity);

        PropensityEstimate Estimate() => grid.Cluster.Silos
            .Select(silo => silo.ServiceProvider.GetRequiredService<PropensityModels>())
            .Select(models =>
            {
                var sums = default(FeatureSums);
                return models.Estimate(deposit, decision.Features.AsSpan(), draw: null, ref sums);
            })
            .MaxBy(static each => each.ModelVersion);
    }

    [Fact]
    public async Task A_forgotten_decision_teaches_nothing_and_one_that_was_heard_of_what_was_known_then()
    {
        var (customer, learner) = (grid.Grains.GetGrain<ICustomerGrain>("forgetful"), grid.Grains.GetGrain<ILearnerGrain>("deposit"));
        var heard = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
        await customer.Record([Answer(heard, grid.Catalogs.First().Current, FeedbackType.Impression)]);
        var unheard = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
        await customer.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await UntilLearned(learner, known => known > 0);
        var learned = (await learner.Describe()).Champion.Learned;

        Assert.Equal(
            [EventOutcome.Recorded],
            (await customer.Record([Answer(unheard, grid.Catalogs.First().Current, FeedbackType.Acceptance)])).ToArray());
        Assert.Equal(
            [EventOutcome.Recorded],
            (await customer.Record([Answer(heard, grid.Catalogs.First().Current, FeedbackType.Acceptance)])).ToArray());

        await UntilLearned(learner, known => known > learned);
        Assert.Equal(learned + 1, (await learner.Describe()).Champion.Learned);
        var kept = (await customer.Find())!.State.KeptDecisions;
        Assert.Null(kept.Find(unheard.Id));
        Assert.Equal(heard.Features.Order(), kept.Find(heard.Id)!.Features);
    }

    [Fact]
    public async Task An_answer_to_what_its_decision_did_not_offer_is_refused_also_after_a_restart()
    {
        var customer = grid.Grains.GetGrain<ICustomerGrain>("wrong-answer");
        var catalog = grid.Catalogs.First().Current;
        var decision = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
        var wrong = Answer(decision, catalog, FeedbackType.Acceptance) with { Action = catalog.ActionsById["fund"].Number };

        Assert.Equal([EventOutcome.NotOffered], (await customer.Record([wrong])).ToArray());
        Assert.Null(await customer.Find());
        await customer.Record([Answer(decision, catalog, FeedbackType.Impression)]);
        await customer.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        Assert.Equal([EventOutcome.NotOffered], (await customer.Record([wrong])).ToArray());
    }

    [Fact]
    public async Task One_customer_teaches_three_contacts_of_an_action_a_day()
    {
        var (customer, learner) = (grid.Grains.GetGrain<ICustomerGrain>("busy-answers"), grid.Grains.GetGrain<ILearnerGrain>("deposit"));
        var definition = SmallCatalog.Create();
        definition.ContactCaps.Clear();
        await grid.ApplyAsync(definition);
        try
        {
            var learned = (await learner.Describe()).Champion.Learned;
            for (var i = 0; i < 20; i++)
            {
                var decision = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
                await customer.Record([Answer(decision, grid.Catalogs.First().Current, FeedbackType.Acceptance)]);
            }

            await UntilLearned(learner, known => known >= learned + 3);
            Assert.Equal(learned + 3, (await learner.Describe()).Champion.Learned);
        }
        finally
        {
            await grid.ApplyAsync(SmallCatalog.Create());
        }
    }

    [Fact]
    public async Task What_is_learned_ranks_on_every_silo_until_a_challenger_from_the_shadow_takes_its_place()
    {
        var fund = grid.Catalogs.First().Current.ActionsById["fund"];
        var learner = grid.Grains.GetGrain<ILearnerGrain>("fund");
        await learner.Learn(new Lesson([0, 5], LessonKind.Accepted));
        await UntilAllRankBy(fund, new(ModelSettings.Default, 1, null, null, null));

        Assert.Null(await learner.PromoteChallenger("anna"));
        var settings = new ModelSettings(0.5f, 0);
        await learner.SetFrozen(true, "olga");
        await learner.StartChallenger(settings, "olga");
        await learner.Learn(new Lesson([0, 5], LessonKind.Accepted));
        await learner.Learn(new Lesson([0, 5], LessonKind.Dismissed));

        // Lessons are sent one way: a deactivation may overtake them.
        while ((await learner.Describe()).Challenger!.Learned < 2)
        {
            await Task.Yield();
        }

        await learner.Cast<IGrainManagementExtension>().DeactivateOnIdle();

        var report = await learner.Describe();
        Assert.Equal((true, 1), (report.IsFrozen, report.Champion.Learned));
        Assert.Equal((settings, 2), (report.Challenger!.Settings, report.Challenger.Learned));
        Assert.NotNull(report.Challenger.Auc);

        var promoted = await learner.PromoteChallenger("anna");
        Assert.False(promoted!.IsFrozen);
        Assert.Null(promoted.Challenger);
        Assert.Equal((settings, 2), (promoted.Champion.Settings, promoted.Champion.Learned));
        Assert.True(promoted.Version > report.Version);
        await UntilAllRankBy(fund, promoted.Champion);

        await learner.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        var card = await learner.DescribeCard();
        Assert.Equal(
            [(ModelEventKind.Frozen, "olga"), (ModelEventKind.Challenged, "olga"), (ModelEventKind.Promoted, "anna")],
            card.Events.Select(static done => (done.Kind, done.Actor)));
        Assert.Equal((1, 1), (card.Champion.Lessons.Accepted, card.Champion.Lessons.NotAccepted));
        Assert.Equal(card.Champion.Checks.WeightsSha256, card.Events[^1].Model.WeightsSha256);
        Assert.Equal(card.Events[0].Model.WeightsSha256, card.Events[^1].Replaced!.WeightsSha256);
        Assert.Equal((1, report.Challenger.Auc), (card.Events[^1].Replaced!.Learned, card.Events[^1].Model.Auc));
        Assert.Null(card.Challenger);
        await learner.SetFrozen(false, "olga");
        Assert.Equal(3, (await learner.DescribeCard()).Events.Length);
    }

    // Lessons are sent one way.
    [Fact]
    public async Task However_many_customers_answer_at_once_all_that_they_teach_is_learned()
    {
        const int Lessons = 5_000;
        var learner = grid.Grains.GetGrain<ILearnerGrain>("deposit");
        var before = (await learner.Describe()).Champion.Learned;
        foreach (var silo in grid.Cluster.Silos)
        {
            var lines = silo.ServiceProvider.GetRequiredService<LessonQueues>();
            Parallel.For(0, Lessons, _ => lines.Add("deposit", new Lesson([0, 5], LessonKind.Accepted)));
        }

        await UntilLearned(learner, known => known == before + (2 * Lessons));
    }

    [Fact]
    public async Task The_board_tells_the_steps_of_a_model_and_the_whole_to_silos_that_take_no_steps()
    {
        var (customer, learner) = (grid.Grains.GetGrain<ICustomerGrain>("stepping"), grid.Grains.GetGrain<ILearnerGrain>("deposit"));
        var catalog = grid.Catalogs.First().Current;
        var decision = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));
        await customer.Record([Answer(decision, catalog, FeedbackType.Acceptance)]);
        await UntilLearned(learner, static known => known > 0);
        var version = (await learner.Describe()).Version;

        var board = grid.Grains.GetGrain<IModelBroadcastGrain>(IModelBroadcastGrain.Key);
        var news = await board.WaitForSteps(BroadcastPosition.None, default);
        while (!news.Steps.Any(step => step.ActionId == "deposit" && step.Version >= version))
        {
            news = await board.WaitForSteps(news.Place, default);
        }

        Assert.All(news.Steps, static step => Assert.True(step.From < step.Version));
        Assert.Contains(
            (await board.WaitForNews(BroadcastPosition.None, default)).Snapshots,
            snapshot => snapshot.ActionId == "deposit" && snapshot.Version >= version);
        var deposit = catalog.ActionsById["deposit"].Number;
        while (grid.Cluster.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<PropensityModels>().Learned(deposit) == 0))
        {
            await Task.Yield();
        }
    }

    private static async Task UntilLearned(ILearnerGrain learner, Func<long, bool> condition)
    {
        while (!condition((await learner.Describe()).Champion.Learned))
        {
            await Task.Yield();
        }
    }

    private async Task UntilAllRankBy(BankAction action, ModelReport model)
    {
        foreach (var silo in grid.Cluster.Silos)
        {
            var models = silo.ServiceProvider.GetRequiredService<PropensityModels>();
            while (models.Learned(action.Number) != model.Learned)
            {
                await Task.Yield();
            }
        }
    }

    private static CustomerEvent Answer(Decision decision, Catalog catalog, FeedbackType answer) => new()
    {
        Id = $"{decision.Id}-{answer}",
        Type = catalog.Symbols.Find(SymbolKind.EventType, answer.ToString().ToLowerInvariant()),
        AtMs = decision.Id.DecidedAtMs,
        Feedback = answer,
        Decision = decision.Id,
        Action = catalog.ActionsById["deposit"].Number,
    };
}
