using Zhice.Api.Learning;
using Zhice.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.V1;
using ModelCard = Zhice.Contracts.Learning.ModelCard;
using ModelDescription = Zhice.Contracts.Learning.ModelDescription;
using ModelEvent = Zhice.Domain.Learning.ModelEvent;
using ModelEventKind = Zhice.Domain.Learning.ModelEventKind;

namespace Zhice.Api.Tests.Learning;

/// <summary>What a model card says.</summary>
public sealed class ModelCardTests
{
    [Fact]
    public void A_card_names_the_tags_that_models_read_with_their_bins_and_the_placements_that_can_show_the_action()
    {
        var definition = SmallCatalog.Create();
        definition.Tags.Single(
            static tag => tag.TagId == "age").ModelFeature = new() { BinWidth = "10", FineBinWidth = "5", CrossedWith = { "job" } };
        definition.Tags.Single(static tag => tag.TagId == "aum").ModelFeature = new() { BinWidth = "0.5" };
        var card = Card(definition, new ActionLearning());

        Assert.Equal(["age", "job", "aum", "logins"], card.Tags.Select(static tag => tag.TagId));
        Assert.Equal(new ModelTag { TagId = "age", Level = 3, BinWidth = "10", FineBinWidth = "5", CrossedWith = { "job" } }, card.Tags[0]);
        Assert.Equal("0.5", card.Tags[2].BinWidth);
        Assert.Equal("phone", Assert.Single(card.Features.UnreadTags).TagId);
        Assert.Equal(["app_home", "sms_text"], card.PlacementIds);
        Assert.Equal(TimeSpan.FromDays(7), card.AttributionWindow.ToTimeSpan());
    }

    [Fact]
    public void A_model_that_learned_nothing_has_the_prior_of_the_catalogue_and_no_times_and_measures()
    {
        var card = Card(SmallCatalog.Create(), new ActionLearning());

        Assert.Equal(0.1, card.Champion.Prior);
        Assert.Null(card.Champion.Lessons.FirstTime);
        Assert.False(card.Champion.Score.HasAuc);
        Assert.Equal(64, card.Champion.WeightsSha256.Length);
        Assert.Null(card.Challenger);
        Assert.NotEmpty(card.Limits);
    }

    [Fact]
    public void A_card_tells_its_events_with_the_checks_of_what_came_and_of_what_went()
    {
        var learning = new ActionLearning();
        var before = ModelChecks.Of(learning.Champion, learning.Score);
        learning.Learn(0.1, [0, 5], LessonKind.Accepted);
        learning.Learn(0.1, [0, 5], LessonKind.Dismissed);
        var after = ModelChecks.Of(learning.Champion, learning.Score);
        var card = Card(
            SmallCatalog.Create(), learning, new ModelEvent(ModelEventKind.Promoted, 1_780_000_000_000, "anna", 3, 2, after, before));

        var done = Assert.Single(card.Events);
        Assert.Equal((V1.ModelEventKind.Promoted, "anna", 3, 2), (done.Kind, done.Actor, done.Version, done.CatalogVersion));
        Assert.Equal((2, after.Auc!.Value, card.Champion.WeightsSha256), (done.Score.Learned, done.Score.Auc, done.WeightsSha256));
        Assert.Equal((0, false, before.WeightsSha256), (done.ReplacedScore.Learned, done.ReplacedScore.HasAuc, done.ReplacedWeightsSha256));
    }

    private static V1.ModelCard Card(Catalog definition, ActionLearning learning, params ModelEvent[] events)
    {
        var catalog = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!;
        var model = new ModelDescription(
            ModelChecks.Of(learning.Champion, learning.Score), learning.Champion.Prior, learning.Champion.FeatureCount, default);
        var card = new ModelCard("deposit", learning.Version, learning.IsFrozen, TimeSpan.FromDays(7), model, null, [.. events]);
        return ModelCardMap.ToCard(card, catalog.ActionsById["deposit"], catalog, DateTimeOffset.UnixEpoch);
    }
}
