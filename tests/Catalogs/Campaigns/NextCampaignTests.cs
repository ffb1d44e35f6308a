using Zhice.Catalogs.Campaigns;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;
using Zhice.V1;

namespace Zhice.Catalogs.Tests.Campaigns;

/// <summary>The draft of the next campaign.</summary>
public sealed class NextCampaignTests
{
    private static readonly PlanTerms s_terms = new(Confidence.Default, 0);

    private static readonly Campaign s_former = new()
    {
        CampaignId = "summer", Audience = "tags.age >= 30", ActionId = "deposit", PlacementIds = { "sms" }, Holdout = 0.2, OneOff = new(),
        EndTime = new() { Seconds = 1 }, Arms = { new CampaignArm { ArmId = "a", Weight = 1 }, new CampaignArm { ArmId = "b", Weight = 1 } },
    };

    [Fact]
    public void After_a_gain_the_draft_leaves_out_tiers_that_lose_and_gives_the_better_arm_more()
    {
        var plan = Propose(s_terms, Figure("", 0.01, 0.03), Figure("gold", 0.01, 0.05), Figure("basic", -0.06, -0.02));
        var draft = NextCampaign.Create(s_former, plan, "tier", "")!;

        Assert.Equal(("summer_next", "(tags.age >= 30) && !(tags.tier == \"basic\")", 0.1), (draft.CampaignId, draft.Audience, draft.Holdout));
        Assert.Equal(10_000, draft.Arms.Sum(static arm => arm.Weight));
        Assert.True(draft.Arms.Single(static arm => arm.ArmId == "b").Weight > 7_000);
        Assert.Equal((Campaign.ScheduleOneofCase.OneOff, true), (draft.ScheduleCase, draft.EndTime is null));
    }

    [Fact]
    public void Where_there_is_no_gain_there_is_no_draft()
    {
        Assert.Null(NextCampaign.Create(s_former, Propose(s_terms, Figure("", -0.03, -0.01)), "tier", ""));
        Assert.Null(NextCampaign.Create(s_former, Propose(s_terms with { Worth = 0.01 }, Figure("", -0.01, 0.004)), "tier", ""));
        Assert.Null(NextCampaign.Create(s_former, Propose(s_terms, null), "tier", ""));
    }

    [Fact]
    public void Where_nothing_is_clear_the_draft_contacts_the_same_customers_again()
    {
        var draft = NextCampaign.Create(s_former, Propose(s_terms, Figure("", -0.01, 0.02)), "tier", "again")!;
        Assert.Equal(("again", 0.2, s_former.Audience), (draft.CampaignId, draft.Holdout, draft.Audience));
    }

    private static NextPlan Propose(PlanTerms terms, PlanFigure? all, params PlanFigure[] tiers) =>
        NextPlan.Propose(all, tiers, [("a", new(100, 1_000)), ("b", new(130, 1_000))], -1, terms);

    private static PlanFigure Figure(string name, double low, double high) =>
        new(name, (low + high) / 2, new(low, high), low > 0 || high < 0 ? 0.002 : 0.4);
}
