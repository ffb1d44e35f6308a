using Zhice.Catalogs.Campaigns;
using Zhice.Domain.Primitives;
using Zhice.TestBank;

namespace Zhice.Catalogs.Tests;

/// <summary>What lets the arm of an experiment or a campaign be promoted.</summary>
public sealed class PromotionCompilerTests
{
    private const string Path = "experiment_layers[0].experiments[0]";

    public static TheoryData<string, string, Action<V1.Experiment>> Faults { get; } = new()
    {
        { $"{Path}.promotion.outcome_id", "did you mean 'came_back'?", static each => each.Promotion = new() { OutcomeId = "came_bak" } },
        { $"{Path}.promotion.outcome_id", "found none", static each => each.Promotion = new() },
        { $"{Path}.promotion.confidence", "0.8 to below 1", static each => each.Promotion = new() { OutcomeId = "came_back", Confidence = 0.5 } },
        { $"{Path}.promotion.confidence", "0.8 to below 1", static each => each.Promotion = new() { OutcomeId = "came_back", Confidence = double.NaN } },
        { $"{Path}.promotion.expected_customers", "100 to 1000000000", static each => each.Promotion = new() { OutcomeId = "came_back", ExpectedCustomers = 7 } },
        { $"{Path}.promoted_arm_id", "has no arm 'warn'; did you mean 'warm'?", static each => each.PromotedArmId = "warn" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_promotion_that_cannot_be_is_refused_by_its_field(string path, string says, Action<V1.Experiment> edit)
    {
        var fault = Assert.Single(CatalogCompiler.Compile(Create(edit), SymbolTable.Empty, 1).Faults);
        Assert.Equal(path, fault.Path);
        Assert.Contains(says, fault.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promotion_is_off_unless_it_is_said_and_has_usual_numbers()
    {
        var catalog = CatalogCompiler.Compile(Create(static _ => { }), SymbolTable.Empty, 1).Catalog!;
        Assert.Equal((null, (byte)0), (catalog.Experiments[0].Promotion, catalog.Experiments[0].Promoted));
        catalog = CatalogCompiler.Compile(
            Create(static each => (each.Promotion, each.PromotedArmId) = (new() { OutcomeId = "came_back" }, "warm")), SymbolTable.Empty, 1).Catalog!;
        Assert.Equal(new("came_back", 0.95, 10_000), catalog.Experiments[0].Promotion);
        Assert.Equal(2, catalog.Experiments[0].Promoted);
    }

    [Fact]
    public void A_campaign_needs_two_arms_for_one_to_win()
    {
        var catalog = CatalogCompiler.Compile(Create(static _ => { }), SymbolTable.Empty, 1).Catalog!;
        var campaign = new V1.Campaign
        {
            CampaignId = "c", DisplayName = "c", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new(),
            Promotion = new() { OutcomeId = "came_back" },
        };
        Assert.Equal("promotion", Assert.Single(CampaignCompiler.Compile(campaign, catalog, 1).Faults).Path);
        campaign.Arms.Add(new V1.CampaignArm { ArmId = "a", Weight = 1, TreatmentId = "plain" });
        campaign.Arms.Add(new V1.CampaignArm { ArmId = "b", Weight = 1, TreatmentId = "plain" });
        Assert.Equal("came_back", CampaignCompiler.Compile(campaign, catalog, 1).Definition!.Promotion!.OutcomeId);
    }

    private static V1.Catalog Create(Action<V1.Experiment> edit)
    {
        var catalog = SmallCatalog.Create();
        catalog.Outcomes.Add(new V1.Outcome { OutcomeId = "came_back", EventTypeId = "login" });
        var experiment = new V1.Experiment
        {
            ExperimentId = "tone", Share = 1, Arms = { new V1.Arm { ArmId = "plain" }, new V1.Arm { ArmId = "warm" } },
        };
        edit(experiment);
        catalog.ExperimentLayers.Add(new V1.ExperimentLayer { LayerId = "tones", Experiments = { experiment } });
        return catalog;
    }
}
