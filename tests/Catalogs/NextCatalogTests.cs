using Zhice.Catalogs.Experiments;
using Zhice.Catalogs.Plans;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Tests;

/// <summary>Changes of the catalogue that a plan proposes.</summary>
public sealed class NextCatalogTests
{
    [Fact]
    public void A_promotion_and_other_shares_leave_the_catalogue_sound_and_move_no_customer_of_a_running_experiment()
    {
        var before = Create();
        var draft = before.Clone();
        Assert.Equal("tones", NextCatalog.Promote(draft, "tone", "warm")!.LayerId);
        Assert.Equal("colour_next", NextCatalog.Reshare(draft, "colour", [0.82, 0.18]));

        var compiled = CatalogCompiler.Compile(draft, SymbolTable.Empty, 2);
        Assert.Empty(compiled.Faults);
        Assert.Empty(ExperimentEdits.FindFaults(before, draft));
        Assert.Equal(2, compiled.Catalog!.Experiments.Single(static each => each.Id == "tone").Promoted);
        var colour = draft.ExperimentLayers[1].Experiments[0];
        Assert.Equal([820, 180], colour.Arms.Select(static arm => arm.Weight));
        Assert.Equal(("colour_next", "red"), (draft.Actions[0].OnlyForArm.ExperimentId, draft.Actions[0].OnlyForArm.ArmId));
        Assert.Equal("colour", before.Actions[0].OnlyForArm.ExperimentId);
    }

    [Fact]
    public void What_the_draft_does_not_have_is_not_changed()
    {
        var draft = Create();
        Assert.Null(NextCatalog.Promote(draft, "tune", "warm"));
        Assert.Null(NextCatalog.Reshare(draft, "tune", [0.5, 0.5]));
        Assert.Null(NextCatalog.Reshare(draft, "tone", [1]));
        Assert.False(NextCatalog.HalveLever(draft, "nothing") || NextCatalog.Withdraw(draft, "nothing", DateTimeOffset.UnixEpoch));
        Assert.Equal(Create(), draft);
    }

    [Fact]
    public void A_lever_is_halved_and_an_action_ends()
    {
        var draft = Create();
        Assert.True(NextCatalog.HalveLever(draft, "deposit") && NextCatalog.HalveLever(draft, "deposit"));
        Assert.True(NextCatalog.Withdraw(draft, "fund", DateTimeOffset.UnixEpoch.AddDays(20_000)));
        Assert.Equal(0.25, draft.Actions.Single(static action => action.ActionId == "deposit").Lever);
        Assert.Equal(20_000L * 86_400, draft.Actions.Single(static action => action.ActionId == "fund").EndTime.Seconds);
        Assert.Empty(CatalogCompiler.Compile(draft, SymbolTable.Empty, 2).Faults);
    }

    private static V1.Catalog Create()
    {
        var catalog = SmallCatalog.Create();
        foreach (var (layer, experiment, arms) in new[] { ("tones", "tone", new[] { "plain", "warm" }), ("colours", "colour", ["red", "blue"]) })
        {
            catalog.ExperimentLayers.Add(new V1.ExperimentLayer
            {
                LayerId = layer,
                Experiments = { new V1.Experiment { ExperimentId = experiment, Share = 0.5, Arms = { arms.Select(static arm => new V1.Arm { ArmId = arm }) } } },
            });
        }

        catalog.Actions[0].OnlyForArm = new() { ExperimentId = "colour", ArmId = "red" };
        return catalog;
    }
}
