using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Learning;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;

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
        var saved = grid.Store.NextWriteOf(learner.GetGrainId());
        var decision = await customer.Recommend(new RecommendQuery("app_home", 3, [], "", 0));

        await customer.Record([Answer(decision, catalog, FeedbackType.Acceptance)]);
        await customer.Record([Answer(decision, catalog, FeedbackType.Dismissal)]);
        await saved;
        await learner.Cast<IGrainManagementExtension>().DeactivateOnIdle();
        await learner.Load();

        var deposit = catalog.ActionsById["deposit"];
        var learned = grid.Cluster.Silos
            .Select(silo => silo.ServiceProvider.GetRequiredService<PropensityModels>())
            .Select(models =>
            {
                var sums = default(FeatureSums);
                return models.Estimate(deposit, decision.Features.AsSpan(), draw: null, ref sums);
            })
            .MaxBy(each => each.ModelVersion);
        Assert.Equal(1U, learned.ModelVersion);
        Assert.True(learned.Propensity > deposit.PriorPropensity);
    }

    [Fact]
    public async Task What_is_learned_ranks_on_every_silo_until_a_challenger_from_the_shadow_takes_its_place()
    {
        var fund = grid.Catalogs.First().Current.ActionsById["fund"];
        var learner = grid.Grains.GetGrain<ILearnerGrain>("fund");
        await learner.Learn(new Lesson([0, 5], LessonKind.Accepted));
        await UntilAllRankBy(fund, new(ModelSettings.Default, 1, null, null, null));

        Assert.Null(await learner.PromoteChallenger());
        var settings = new ModelSettings(0.5f, 0);
        await learner.SetFrozen(true);
        await learner.StartChallenger(settings);
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

        var promoted = await learner.PromoteChallenger();
        Assert.False(promoted!.IsFrozen);
        Assert.Null(promoted.Challenger);
        Assert.Equal((settings, 2), (promoted.Champion.Settings, promoted.Champion.Learned));
        Assert.True(promoted.Version > report.Version);
        await UntilAllRankBy(fund, promoted.Champion);
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
        Type = catalog.Symbols.Find(SymbolKind.EventType, answer == FeedbackType.Acceptance ? "acceptance" : "dismissal"),
        AtMs = decision.Id.DecidedAtMs,
        Feedback = answer,
        Decision = decision.Id,
        Action = catalog.ActionsById["deposit"].Number,
    };
}
