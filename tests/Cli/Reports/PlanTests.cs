using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Plans;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>The draft of the next campaign, and the ways to decide, from answers of the server.</summary>
public sealed class PlanTests
{
    private static readonly PlanTerms s_terms = new(Confidence.Default, 0);

    [Fact]
    public void After_a_gain_the_draft_leaves_out_tiers_that_lose_and_gives_the_better_arm_more()
    {
        var figures = Figures(Line("", 0.01, 0.03), Line("gold", 0.01, 0.05), Line("basic", -0.06, -0.02));
        var plan = figures.Propose(s_terms);
        var draft = PlanDraft.Create(figures, plan, null)!;

        Assert.Equal(("summer_next", "(tags.age >= 30) && !(tags.tier == \"basic\")", 0.1), (draft.CampaignId, draft.Audience, draft.Holdout));
        Assert.Equal(10_000, draft.Arms.Sum(static arm => arm.Weight));
        Assert.True(draft.Arms.Single(static arm => arm.ArmId == "b").Weight > 7_000);
        Assert.Equal((Campaign.ScheduleOneofCase.OneOff, true), (draft.ScheduleCase, draft.EndTime is null));
        var text = string.Join('\n', PlanText.Lines(figures, plan));
        Assert.Contains("There is a gain: 2.00 % more (1.00 % to 3.00 %)", text, StringComparison.Ordinal);
        Assert.Contains("Tier basic: -4.00 % more (-6.00 % to -2.00 %), p = 0.0020 among 2: left out.", text, StringComparison.Ordinal);
        Assert.Contains("No arm has won", text, StringComparison.Ordinal);
        Assert.Contains("\"campaignId\":\"summer_next\"", PlanText.Json(figures, plan, draft).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_gain_it_says_so_and_there_is_no_draft()
    {
        var loss = Figures(Line("", -0.03, -0.01));
        Assert.Null(PlanDraft.Create(loss, loss.Propose(s_terms), null));
        Assert.StartsWith("There is no gain but a loss", PlanText.Verdict(loss, loss.Propose(s_terms)), StringComparison.Ordinal);

        var small = Figures(Line("", -0.01, 0.004));
        var terms = s_terms with { Worth = 0.01 };
        Assert.Null(PlanDraft.Create(small, small.Propose(terms), null));
        Assert.StartsWith("There is no gain that is worth a contact", PlanText.Verdict(small, small.Propose(terms)), StringComparison.Ordinal);

        var unclear = Figures(Line("", -0.01, 0.02));
        Assert.Equal(("again", 0.2), (PlanDraft.Create(unclear, unclear.Propose(s_terms), "again")!.CampaignId, PlanDraft.Create(unclear, unclear.Propose(s_terms), "again")!.Holdout));
        Assert.StartsWith("No gain is shown, and none is excluded", PlanText.Verdict(unclear, unclear.Propose(s_terms)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_planned_from_groups_that_are_out_of_ratio_or_not_there()
    {
        var figures = Figures(Line("", 0.01, 0.03));
        figures.All.SampleRatio.IsAlarm = true;
        var plan = figures.Propose(s_terms);
        Assert.Equal((PlanVerdict.NotMeasured, 0), (plan.Verdict, plan.Arms.Length));
        Assert.Null(PlanDraft.Create(figures, plan, null));
        Assert.Contains("out of ratio", PlanText.Verdict(figures, plan), StringComparison.Ordinal);

        var without = Figures(new LiftLine { Keys = { "" }, Contacted = 5 });
        Assert.Contains("Give the campaign a holdout", PlanText.Verdict(without, without.Propose(s_terms)), StringComparison.Ordinal);
    }

    [Fact]
    public void Ways_to_decide_are_compared_with_the_usual_one()
    {
        ReportLine Group(string arm, long shown, long converted) =>
            new() { Keys = { arm }, Shown = shown, Outcomes = { new OutcomeTotal { OutcomeId = "opened", Converted = converted, ConvertedFen = 100 * converted } } };
        var report = new GetReportResponse
        {
            Lines =
            {
                Group("", 90_000, 4_000), Group("contrast:arbitration", 4_000, 400),
                new ReportLine { Keys = { "contrast:arbitration", "home" }, Seen = 1_000, Outcomes = { new OutcomeTotal { OutcomeId = "opened", Converted = 100 } } },
                Group("contrast:random_eligible", 5_000, 200), Group("contrast:no_levers", 5_000, 490),
            },
        };
        var found = ContrastTable.Compare(report, "opened", Confidence.Default).ToDictionary(static contrast => contrast.Group);

        Assert.Equal(6, found.Count);
        Assert.Null(found["arbitration"].Gain);
        Assert.Equal(0.06, found["random_eligible"].Gain!.Value, 1e-9);
        Assert.True(found["random_eligible"].GainLow > 0.03 && found["no_levers"].GainLow < 0);
        Assert.Equal((0, null), (found["propensity_only"].Shown, found["propensity_only"].Gain));
        Assert.Throws<FailureException>(() => ContrastTable.Compare(new GetReportResponse(), "opened", Confidence.Default));
    }

    private static PlanFigures Figures(LiftLine all, params LiftLine[] tiers) => new(
        new Campaign
        {
            CampaignId = "summer", Audience = "tags.age >= 30", ActionId = "deposit", PlacementIds = { "sms" }, Holdout = 0.2, OneOff = new(),
            EndTime = new() { Seconds = 1 }, Arms = { new CampaignArm { ArmId = "a", Weight = 1 }, new CampaignArm { ArmId = "b", Weight = 1 } },
        },
        "opened", "tier", new() { AsOfTime = new(), SampleRatio = new(), Lines = { all } }, new() { Lines = { tiers } })
    {
        ByArm = new() { Lines = { new LiftLine { Keys = { "a" }, Contacted = 1_000, Converted = 100 }, new LiftLine { Keys = { "b" }, Contacted = 1_000, Converted = 130 } } },
    };

    private static LiftLine Line(string key, double low, double high) => new()
    {
        Keys = { key }, Contacted = 800, HeldOut = 200,
        Watched = new() { Value = (low + high) / 2, Low = low, High = high, PValue = low > 0 || high < 0 ? 0.002 : 0.4 },
    };
}
