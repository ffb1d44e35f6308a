using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Campaigns;

public sealed class CampaignTests
{
    private static readonly BankCalendar Shanghai = new("Asia/Shanghai");

    [Theory]
    [InlineData(CampaignState.Draft, CampaignStep.Approve, CampaignState.Approved)]
    [InlineData(CampaignState.Approved, CampaignStep.Edit, CampaignState.Draft)]
    [InlineData(CampaignState.Approved, CampaignStep.Schedule, CampaignState.Scheduled)]
    [InlineData(CampaignState.Running, CampaignStep.Schedule, CampaignState.Running)]
    [InlineData(CampaignState.Running, CampaignStep.Pause, CampaignState.Paused)]
    [InlineData(CampaignState.Paused, CampaignStep.Resume, CampaignState.Running)]
    [InlineData(CampaignState.Paused, CampaignStep.Cancel, CampaignState.Cancelled)]
    [InlineData(CampaignState.Draft, CampaignStep.Schedule, null)]
    [InlineData(CampaignState.Running, CampaignStep.Edit, null)]
    [InlineData(CampaignState.Finished, CampaignStep.Cancel, null)]
    [InlineData(CampaignState.Cancelled, CampaignStep.Resume, null)]
    public void A_step_leads_where_its_state_allows(CampaignState state, CampaignStep step, CampaignState? after) =>
        Assert.Equal(after, CampaignLife.After(state, step, isInRun: true));

    [Theory]
    [InlineData(9 * 60, 12 * 60, false)]
    [InlineData(9 * 60, (12 * 60) + 1, true)]
    [InlineData(12 * 60, 13 * 60, true)]
    [InlineData(20 * 60, 13 * 60, true)]
    [InlineData(20 * 60, 8 * 60, false)]
    public void A_window_is_open_from_its_first_minute_until_before_its_last_also_over_midnight(int from, int until, bool isOpenAtNoon) =>
        Assert.Equal(isOpenAtNoon, new SendWindow(from, until).IsOpen(Shanghai, Bank.Now));

    [Fact]
    public void Of_runs_that_were_missed_only_the_last_is_made_up()
    {
        var daily = Definition() with { StartsAtMs = Bank.Now, IntervalMs = Bank.DayMs };

        Assert.Equal(Bank.Now, daily.NextDue(null, Bank.Now - 5));
        Assert.Equal(Bank.Now + Bank.DayMs, daily.NextDue(Bank.Now, Bank.Now + 5));
        Assert.Equal(Bank.Now + (3 * Bank.DayMs), daily.NextDue(Bank.Now, Bank.Now + (3 * Bank.DayMs) + 5));
        Assert.Null((daily with { IntervalMs = 0 }).NextDue(Bank.Now, Bank.Now + 5));
    }

    [Fact]
    public void A_part_counts_who_had_a_turn_and_keeps_the_others_until_they_were_tried_in_vain_for_long()
    {
        var part = PartitionProgress.None.Begin(["a", "b", "c"], "c", isLast: true);
        part = part.Settle(
            [Turn("a", EvaluationOutcome.Contacted, 5), null, Turn("c", EvaluationOutcome.NotNow, 6)], isInVain: true, maxTries: 2, nowMs: 9,
            out var settled);
        Assert.Equal([Turn("a", EvaluationOutcome.Contacted, 5)], settled);
        Assert.Equal((1, false), (part.Counts.Matched, part.IsDone));
        Assert.Equal(["b", "c"], part.Page.AsEnumerable());

        part = part.Settle([null, Turn("c", EvaluationOutcome.Contacted, 15)], isInVain: true, maxTries: 2, nowMs: 19, out settled);
        Assert.Equal([Turn("b", EvaluationOutcome.Failed, 19), Turn("c", EvaluationOutcome.Contacted, 15)], settled);
        Assert.True(part.IsDone);
        Assert.Equal((2, 1, 3), (part.Counts.Contacted, part.Counts.Count(EvaluationOutcome.Failed), part.Counts.Matched));
        Assert.Equal(RunCounts.None.Matched, part.Counts.Without(part.Counts).Matched);

        static CampaignEvaluation Turn(string id, EvaluationOutcome outcome, long atMs) => new(id, ContactResult.From(outcome), atMs);
    }

    [Fact]
    public void At_its_turn_a_customer_is_judged_by_audience_holdout_and_all_that_binds_a_recommendation()
    {
        var catalog = Bank.Catalog(
            [Bank.Action(1, (ReasonCode.Ineligible, "tags.aum >= 10"))],
            new ContactCap("daily", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs)));
        var plan = CampaignPlan.Make(Definition(catalog.Actions[0].Id).Order with { Audience = "tags.age >= 18" }, catalog, out _)!;
        var rich = Bank.State((2, TagValue.Integer(30)), (3, TagValue.Decimal(10 * Decimal4.Scale)));

        Assert.Equal(EvaluationOutcome.Contacted, Judge(plan, rich).Outcome);
        Assert.Equal(
            EvaluationOutcome.Holdout, Judge(CampaignPlan.Make(plan.Order with { Holdout = 10_000 }, catalog, out _)!, rich).Outcome);
        Assert.Equal(ReasonCode.NotInAudience, Judge(plan, new CustomerState()).Reason);
        Assert.Equal(ReasonCode.Ineligible, Judge(plan, Bank.State((2, TagValue.Integer(30)))).Reason);
        rich.Contacts.Record(new(Bank.App, 1, 1, 0), Bank.Now - 1, 16);
        Assert.Equal((ReasonCode.CapReached, "daily"), (Judge(plan, rich).Reason, Judge(plan, rich).RuleId));
        Assert.Equal(
            EvaluationOutcome.NotNow, Judge(CampaignPlan.Make(plan.Order with { EndsAtMs = Bank.Now }, catalog, out _)!, rich).Outcome);
        Assert.Equal(
            EvaluationOutcome.NotNow, Judge(CampaignPlan.Make(plan.Order with { Window = new(0, 60) }, catalog, out _)!, rich).Outcome);
    }

    [Fact]
    public void Arms_split_the_customers_by_their_weights_and_always_the_same()
    {
        var catalog = Bank.Catalog([Bank.Action(1)]);
        var order = Definition(catalog.Actions[0].Id).Order with { Arms = [new("a", 1, "plain"), new("b", 4, "plain")] };
        var plan = CampaignPlan.Make(order, catalog, out _)!;

        var arms = Enumerable.Range(0, 10_000).Select(n => plan.FindArm($"c{n}")!.Id).ToList();
        Assert.InRange(arms.Count(static arm => arm == "b"), 7_300, 7_700);
        Assert.Equal(arms, Enumerable.Range(0, 10_000).Select(n => plan.FindArm($"c{n}")!.Id));
    }

    [Fact]
    public void What_the_catalogue_no_longer_has_is_named()
    {
        var catalog = Bank.Catalog([Bank.Action(1)]);
        Assert.Null(CampaignPlan.Make(Definition("other").Order, catalog, out var action));
        Assert.StartsWith("action_id: the catalogue has no action 'other'", action, StringComparison.Ordinal);
        Assert.Null(
            CampaignPlan.Make(Definition(catalog.Actions[0].Id).Order with { Audience = "tags.gone > 1" }, catalog, out var audience));
        Assert.Contains("there is no tag 'gone'", audience, StringComparison.Ordinal);
    }

    private static EvaluationVerdict Judge(CampaignPlan plan, CustomerState state) =>
        CampaignJudging.Judge(plan, Bank.View(state, plan.Catalog), new PropensityModels(), UnlimitedStock.Instance);

    private static CampaignDefinition Definition(string actionId = "action") => new()
    {
        Order = new() { CampaignId = "summer", Revision = 1, Audience = "", ActionId = actionId, PlacementIds = ["home"], ContactExpiryMs = Bank.DayMs },
    };
}
