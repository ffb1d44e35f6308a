using Zhice.Cli.Reports;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>What `zhice report plan` prints of the server's answer.</summary>
public sealed class PlanTests
{
    private static readonly GetNextPlanRequest s_asked = new() { CampaignId = "summer", OutcomeId = "opened" };

    [Fact]
    public void A_plan_says_what_it_is_based_on_and_how_sure_it_is()
    {
        var plan = Plan(PlanVerdict.Gain, 0.01, 0.03);
        plan.Tiers.Add(new PlannedTier { Tier = "basic", Lift = Lift(-0.06, -0.02), AdjustedPValue = 0.002, Verdict = PlanVerdict.Loss });
        plan.Arms.Add(new PlannedArm { ArmId = "a", Contacted = 1_000, Converted = 100, BestProbability = 0.02, Weight = 1_000 });
        plan.Arms.Add(new PlannedArm { ArmId = "b", Contacted = 1_000, Converted = 130, BestProbability = 0.98, Weight = 9_000 });
        plan.Draft = new() { CampaignId = "summer_next" };
        var text = string.Join('\n', PlanText.Lines(s_asked, plan));

        Assert.Contains("There is a gain: 2.00 % more (1.00 % to 3.00 %)", text, StringComparison.Ordinal);
        Assert.Contains("Tier basic: 4.00 % less (-6.00 % to -2.00 %), p = 0.0020 among 1: left out.", text, StringComparison.Ordinal);
        Assert.Contains("Arm b: 13.00 % of 1,000 customers, the best with probability 0.98: gets 90.00 %.", text, StringComparison.Ordinal);
        Assert.Contains("No arm has won", text, StringComparison.Ordinal);
        Assert.Contains("\"campaignId\":\"summer_next\"", PlanText.Json(s_asked, plan).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_gain_it_says_so()
    {
        Assert.StartsWith("There is no gain but a loss", PlanText.Verdict(Plan(PlanVerdict.Loss, -0.03, -0.01)), StringComparison.Ordinal);
        Assert.StartsWith("There is no gain that is worth a contact", PlanText.Verdict(Plan(PlanVerdict.TooSmall, -0.01, 0.004)), StringComparison.Ordinal);
        Assert.StartsWith("No gain is shown, and none is excluded", PlanText.Verdict(Plan(PlanVerdict.NotClear, -0.01, 0.02)), StringComparison.Ordinal);
        Assert.Equal("No plan. Out of ratio.", PlanText.Verdict(new() { Verdict = PlanVerdict.NotMeasured, Refusal = "Out of ratio." }));
    }

    private static GetNextPlanResponse Plan(PlanVerdict verdict, double low, double high) => new()
    {
        AsOfTime = new(), Verdict = verdict, All = new() { Contacted = 800, HeldOut = 200, Watched = Lift(low, high) }, Holdout = 0.2, NextHoldout = 0.1,
    };

    private static LiftEstimate Lift(double low, double high) => new() { Value = (low + high) / 2, Low = low, High = high, PValue = 0.002 };
}
