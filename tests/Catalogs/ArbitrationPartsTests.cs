using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;
using Zhice.TestBank;
using Zhice.V1;
using ReasonCode = Zhice.Domain.Primitives.ReasonCode;

namespace Zhice.Catalogs.Tests;

/// <summary>What a definition says of holdouts, experiments, context weights, slots and levels of rules.</summary>
public sealed class ArbitrationPartsTests
{
    [Fact]
    public void Rules_of_the_parent_of_the_category_and_of_the_action_are_asked_by_stage_and_named_by_their_owner()
    {
        var definition = SmallCatalog.Create();
        definition.Categories.Insert(0, new Category { CategoryId = "investing", Suitability = { Rule("calm", "tags.age < 90") } });
        definition.Categories[1].ParentCategoryId = "investing";
        definition.Categories[1].Eligibility.Add(Rule("known", "has(tags.age)"));

        var fund = Compiled(definition).ActionsById["fund"];
        Assert.Equal(
            [("wealth/known", ReasonCode.Ineligible), ("adult", ReasonCode.Ineligible), ("investing/calm", ReasonCode.Unsuitable)],
            fund.Rules.Select(static rule => (rule.Id, rule.WhenBroken)));
    }

    [Fact]
    public void Holdouts_and_context_weights_reach_the_actions_of_their_scope_and_arms_are_numbered()
    {
        var definition = SmallCatalog.Create();
        definition.Holdouts.Add(new V1.Holdout { HoldoutId = "universal", Share = 0.02 });
        definition.Holdouts.Add(new V1.Holdout { HoldoutId = "of_fund", Share = 0.5, ActionId = "fund" });
        definition.ContextWeights.Add(new V1.ContextWeight { WeightId = "w", When = "tags.age > 60", CategoryId = "wealth", Weight = 2 });
        definition.ExperimentLayers.Add(Layer("one", "colour", 0.25, "red", "blue"));
        definition.ExperimentLayers.Add(Layer("two", "size", 1, "big", "small"));
        definition.ExperimentLayers[1].Within = new ArmRef { ExperimentId = "colour", ArmId = "blue" };
        definition.Actions[1].OnlyForArm = new ArmRef { ExperimentId = "size", ArmId = "small" };

        var catalog = Compiled(definition);
        Assert.Equal((0b11UL, 0b01UL), (catalog.ActionsById["fund"].Holdouts, catalog.ActionsById["deposit"].Holdouts));
        Assert.Equal((1UL, 1UL), (catalog.ActionsById["fund"].ContextWeights, catalog.ActionsById["deposit"].ContextWeights));
        Assert.Equal(new ArmNumber(1, 2), catalog.ActionsById["deposit"].OnlyFor);
        Assert.Equal(
            (0, 2_500, new ArmNumber(0, 2)), (catalog.Experiments[0].From, catalog.Experiments[0].To, catalog.Experiments[1].Within));
    }

    [Fact]
    public void Every_fault_is_named_with_its_path()
    {
        var definition = SmallCatalog.Create();
        definition.Holdouts.Add(new V1.Holdout { HoldoutId = "too_many", Share = 0.6 });
        definition.Holdouts.Add(new V1.Holdout { HoldoutId = "of_nothing", Share = 0.1, ActionId = "fnud" });
        definition.ContextWeights.Add(new V1.ContextWeight { WeightId = "w", When = "tags.age", Weight = -1 });
        definition.ExperimentLayers.Add(Layer("one", "colour", 0.7, "red", "blue"));
        definition.ExperimentLayers[0].Experiments.Add(Layer("", "size", 0.4, "big").Experiments[0]);
        definition.Actions[0].OnlyForArm = new ArmRef { ExperimentId = "colour", ArmId = "blu" };
        definition.Placements[0].FixedSlots.Add(new V1.FixedSlot { Rank = 51, ActionId = "deposti" });
        definition.Placements[0].MaxPerCategory = -1;
        definition.Categories[0].ParentCategoryId = "wealth";

        var faults = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Faults;
        Assert.Equal(
            [
                "actions[0].only_for_arm.arm_id", "categories[0].parent_category_id", "context_weights[0]", "context_weights[0].weight",
                "context_weights[0].when", "experiment_layers[0].experiments", "experiment_layers[0].experiments[1].arms",
                "holdouts[0].share",
                "holdouts[1].action_id", "placements[0].fixed_slots[0].action_id", "placements[0].fixed_slots[0].rank",
                "placements[0].max_per_category",
            ],
            faults.Select(static fault => fault.Path).Order(StringComparer.Ordinal));
        Assert.Contains(faults, static fault => fault.Description.Contains("did you mean 'blue'", StringComparison.Ordinal));
    }

    private static Domain.Catalogs.Catalog Compiled(V1.Catalog definition)
    {
        var compilation = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1);
        Assert.Empty(compilation.Faults);
        return compilation.Catalog!;
    }

    private static V1.Rule Rule(string id, string expression) => new() { RuleId = id, Expression = expression };

    private static ExperimentLayer Layer(string id, string experiment, double share, params string[] arms) => new()
    {
        LayerId = id,
        Experiments = { new V1.Experiment { ExperimentId = experiment, Share = share, Arms = { arms.Select(static arm => new V1.Arm { ArmId = arm }) } } },
    };
}
