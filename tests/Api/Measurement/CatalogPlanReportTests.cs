using System.Collections.Immutable;
using Google.Protobuf;
using Zhice.Api.Measurement;
using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.V1;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;

namespace Zhice.Api.Tests.Measurement;

/// <summary>Versions of the catalogue that figures propose.</summary>
public sealed class CatalogPlanReportTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public async Task The_draft_has_what_experiments_and_actions_propose_and_is_sound()
    {
        var plan = await ProposeAsync(
            Arm("tone", "plain", 5_000, 500), Arm("tone", "warm", 5_000, 700), Arm("colour", "red", 5_000, 500), Arm("colour", "blue", 5_000, 540),
            Action("deposit", 10_000, 800), Action("fund", 5_000, 100));

        Assert.Equal(
            [("tone", CatalogProposalKind.PromoteArm), ("colour", CatalogProposalKind.ShareArms), ("fund", CatalogProposalKind.LowerLever)],
            plan.Proposals.Select(static each => (each.TargetId, each.Kind)));
        Assert.All(plan.Proposals, static each => Assert.Equal("", each.Refusal));
        Assert.Equal("warm", plan.Draft.ExperimentLayers[0].Experiments[0].PromotedArmId);
        Assert.Equal("colour_next", plan.Draft.ExperimentLayers[1].Experiments[0].ExperimentId);
        Assert.Equal(0.5, plan.Draft.Actions.Single(static action => action.ActionId == "fund").Lever);
        Assert.Equal(("experiment_layers", "tones"), (plan.Proposals[0].Part, plan.Proposals[0].PartId));
        Assert.Contains("promoted_arm_id: warm", plan.Proposals[0].Text, StringComparison.Ordinal);
        Assert.Equal(("", ""), (plan.Proposals[1].Part, plan.Proposals[1].Text));
        Assert.True(plan.Proposals[2].Difference.High < 0);
        Assert.Equal("etag", plan.BaseEtag);
        Assert.Empty(CatalogCompiler.Compile(plan.Draft, SymbolTable.Empty, 2).Faults);
    }

    [Fact]
    public async Task An_action_that_nobody_accepts_is_withdrawn_and_without_figures_nothing_is_proposed()
    {
        var plan = await ProposeAsync(Action("deposit", 10_000, 800), Action("fund", 5_000, 0), Arm("tone", "plain", 10, 1), Arm("tone", "warm", 12, 1));
        Assert.Equal(
            [("tone", CatalogProposalKind.None), ("fund", CatalogProposalKind.Withdraw)], plan.Proposals.Select(static each => (each.TargetId, each.Kind)));
        Assert.Contains("fewer than 1000", plan.Proposals[0].Refusal, StringComparison.Ordinal);
        Assert.Equal(s_now.ToUnixTimeSeconds(), plan.Draft.Actions.Single(static action => action.ActionId == "fund").EndTime.Seconds);

        var none = await ProposeAsync();
        Assert.Equal((0, true), (none.Proposals.Count, none.Draft is null));
    }

    [Fact]
    public async Task Numbers_of_few_and_shares_that_follow_from_them_are_not_shown()
    {
        var plan = new ReportFloor(new(10)).Apply(await ProposeAsync(
            Arm("colour", "red", 5_000, 2), Arm("colour", "blue", 5_000, 8), Action("deposit", 10_000, 800), Action("fund", 5_000, 3)));
        Assert.Equal((10, true), (plan.FewerThan, plan.Draft is null));
        Assert.All(plan.Proposals.SelectMany(static each => each.Arms), static arm => Assert.Equal((0, 0), (arm.Converted, arm.Weight)));
        Assert.All(plan.Proposals, static each => Assert.Null(each.Difference));
    }

    private static FactTotal[] Arm(string experiment, string arm, long customers, long converted)
    {
        var group = new FactGroup { Campaign = $"experiment:{experiment}", Arm = arm };
        return [new(group, FactKind.Exposed, 0, 20_000, customers, 0), new(group, FactKind.Converted, 1, 20_000, converted, 0)];
    }

    private static FactTotal[] Action(string action, long seen, long accepted)
    {
        var group = new FactGroup { Action = action };
        return [new(group, FactKind.Seen, 0, 20_000, seen, 0), new(group, FactKind.Accepted, 0, 20_000, accepted, 0)];
    }

    private static async Task<GetCatalogPlanResponse> ProposeAsync(params FactTotal[][] totals)
    {
        var definition = SmallCatalog.Create();
        definition.Outcomes.Add(new Outcome { OutcomeId = "came_back", EventTypeId = "login" });
        foreach (var (layer, experiment, arms) in new[] { ("tones", "tone", new[] { "plain", "warm" }), ("colours", "colour", ["red", "blue"]) })
        {
            definition.ExperimentLayers.Add(new ExperimentLayer
            {
                LayerId = layer,
                Experiments = { new Experiment { ExperimentId = experiment, Share = 0.5, Arms = { arms.Select(static arm => new Arm { ArmId = arm }) } } },
            });
        }

        var compiled = CatalogCompiler.Compile(definition, SymbolTable.Empty, 1).Catalog!;
        var record = new CatalogVersionRecord
        {
            Version = 1, AppliedAt = s_now, Author = "li", Comment = "", Etag = "etag", ActionCount = 2, TagCount = 1, RequestId = "",
        };
        var report = new CatalogPlanReport(
            new Totals([.. totals.SelectMany(static each => each)]), new(record, definition.ToByteArray(), []), compiled, compiled.Outcomes[0], Confidence.Default);
        return await report.CreateAsync(0, s_now);
    }

    private sealed class Totals(ImmutableArray<FactTotal> totals) : IMeasurementGrain
    {
        public Task<MeasuredTotals> Sum(TotalsQuery query) => Task.FromResult(new MeasuredTotals(
            s_now.ToUnixTimeMilliseconds(),
            [.. totals.Where(total => query.CampaignId.Length == 0 ? !total.Group.Campaign.Contains(':') : total.Group.Campaign == query.CampaignId)]));

        public Task<ImmutableArray<OutcomeSums>> SumOutcomes(TotalsQuery query, int outcome) => Task.FromResult<ImmutableArray<OutcomeSums>>([]);

        public Task<ImmutableArray<OutcomeAmounts>> ListAmounts(TotalsQuery query, int outcome) => Task.FromResult<ImmutableArray<OutcomeAmounts>>([]);

        public Task<ImmutableArray<CustomerSums>> SumCustomers(string armPrefix, int fromDay, int toDay, int outcome) =>
            Task.FromResult<ImmutableArray<CustomerSums>>([]);

        public Task<FactsPage> ListFacts(DateOnly recordedOn, long after, int limit) => Task.FromResult(new FactsPage([], after));
    }
}
