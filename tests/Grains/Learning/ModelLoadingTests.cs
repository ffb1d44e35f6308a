using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Learning;
using Zhice.Grains.Tests.Deliveries;

namespace Zhice.Grains.Tests.Learning;

/// <summary>How what was learned comes into a silo's ranking.</summary>
public sealed class ModelLoadingTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact(Timeout = 60_000)]
    public async Task A_model_that_cannot_be_read_holds_up_none_behind_it()
    {
        var learning = new ActionLearning();
        learning.Learn(0.1, [0, 5], LessonKind.Accepted);
        await grid.Store.WriteStateAsync(
            "model", GrainId.Create("learner", "broken"), new GrainState<CampaignPartitionState>(new CampaignPartitionState()));
        await grid.Store.WriteStateAsync(
            "model", GrainId.Create("learner", "sound"), new GrainState<LearnedModel>(LearnedModel.From(learning, LearningHistory.Empty)));
        var catalog = JourneyContactTests.Bank();
        foreach (var id in new[] { "broken", "sound" })
        {
            var action = catalog.Actions[1].Clone();
            action.ActionId = id;
            catalog.Actions.Insert(0, action);
        }

        var sound = catalog.Actions[0];
        catalog.Actions.RemoveAt(0);
        catalog.Actions.Add(sound);
        var answer = await grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = catalog.ToByteArray() });
        Assert.Equal(CatalogOutcome.Applied, answer.Outcome);
        await grid.Services.GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, default);

        while (grid.Services.GetRequiredService<PropensityModels>().Learned(grid.Catalog.ActionsById["sound"].Number) == 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task What_was_learned_before_histories_were_kept_is_known_and_its_card_says_that_it_was_not_counted()
    {
        var learning = new ActionLearning();
        learning.Learn(0.1, [0, 5], LessonKind.Accepted);
        var now = LearnedModel.From(learning, LearningHistory.Empty);
        var old = new LearnedModel { Bytes = now.Bytes, Version = now.Version, Score = now.Score };
        await grid.Store.WriteStateAsync("model", GrainId.Create("learner", "old"), new GrainState<LearnedModel>(old));
        await grid.Store.WriteStateAsync("model", GrainId.Create("learner", "damaged"), new GrainState<LearnedModel>(
            new() { Bytes = now.Bytes, Version = now.Version, Score = now.Score, History = [1, 2] }));

        foreach (var id in new[] { "old", "damaged" })
        {
            var card = await grid.Grains.GetGrain<ILearnerGrain>(id).DescribeCard();
            Assert.Equal((1, 1), (card.Champion.Checks.Learned, card.Champion.Lessons.GetUncounted(card.Champion.Checks.Learned)));
            Assert.Empty(card.Events);
        }
    }
}
