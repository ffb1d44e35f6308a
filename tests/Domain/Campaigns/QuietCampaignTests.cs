using System.Collections.Immutable;
using FsCheck.Xunit;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Campaigns;

/// <summary>Quiet hours and send windows say "not now", and nobody is given up for them.</summary>
public sealed class QuietCampaignTests
{
    private const long MinuteMs = 60_000;

    // Noon is quiet, until one.
    private static readonly Catalog Quiet = Of(new QuietHours("app", Bank.App, 12 * 60, 13 * 60));

    [Fact]
    public void In_the_quiet_hours_of_its_channel_a_campaign_waits_and_says_until_when()
    {
        var turn = Judge(PlanOf(Quiet), Bank.Now);

        Assert.Equal((EvaluationOutcome.NotNow, Bank.Now + (60 * MinuteMs)), (turn.Outcome, turn.OpensAtMs));
        Assert.Equal(Bank.Now + (60 * MinuteMs), PlanOf(Quiet).OpensAt(Bank.Now));
        Assert.Equal(EvaluationOutcome.Contacted, Judge(PlanOf(Quiet), Bank.Now + (60 * MinuteMs)).Outcome);
    }

    [Fact]
    public void A_contact_that_is_made_ahead_is_decided_for_the_end_of_the_quiet_hours()
    {
        var turn = Ahead(PlanOf(Quiet), Bank.Now);

        Assert.Equal(EvaluationOutcome.Contacted, turn.Outcome);
        Assert.Equal(Bank.Now + (60 * MinuteMs), turn.Decision!.Id.DecidedAtMs);
        Assert.Equal(Bank.Now - 1, Ahead(PlanOf(Quiet), Bank.Now - 1).Decision!.Id.DecidedAtMs);
    }

    [Fact]
    public void A_send_window_that_is_shut_defers_a_contact_to_its_opening_and_to_the_end_of_quiet_hours_there()
    {
        var plan = PlanOf(Quiet, order => order with { Window = new(12 * 60, 20 * 60) });

        Assert.Equal(Bank.Now + (60 * MinuteMs), Ahead(plan, Bank.Now - MinuteMs).Decision!.Id.DecidedAtMs);
        Assert.Equal(Bank.Now + Bank.DayMs + (60 * MinuteMs), Ahead(plan, Bank.Now + (8 * 60 * MinuteMs)).Decision!.Id.DecidedAtMs);
    }

    [Fact]
    public void What_ends_before_the_quiet_hours_do_is_said_to_nobody()
    {
        var turn = Ahead(PlanOf(Quiet, static order => order with { EndsAtMs = Bank.Now + (30 * MinuteMs) }), Bank.Now);
        Assert.Equal((EvaluationOutcome.Blocked, true), (turn.Outcome, turn.Reason is ReasonCode.QuietHours or ReasonCode.OutOfSeason));

        var action = Bank.Action(1) with { EndsAtMs = Bank.Now + (30 * MinuteMs) };
        var season = Bank.Catalog([action], new ContactRules { QuietHours = [new("app", Bank.App, 12 * 60, 13 * 60)] });
        Assert.Equal(
            (EvaluationOutcome.Blocked, ReasonCode.OutOfSeason),
            (Ahead(PlanOf(season), Bank.Now).Outcome, Ahead(PlanOf(season), Bank.Now).Reason));
    }

    [Fact]
    public void A_window_within_the_quiet_hours_opens_at_no_time()
    {
        var plan = PlanOf(Quiet, static order => order with { Window = new((12 * 60) + 10, (12 * 60) + 50) });

        Assert.Null(plan.OpensAt(Bank.Now));
        Assert.Equal(EvaluationOutcome.NotNow, Judge(plan, Bank.Now + (15 * MinuteMs)).Outcome);
    }

    [Fact]
    public void Service_messages_have_no_quiet_hours()
    {
        var service = Bank.Catalog(
            [Bank.Action(1) with { Purpose = Purpose.Service }],
            new ContactRules { QuietHours = [new("app", Bank.App, 12 * 60, 13 * 60)] });

        Assert.Equal(
            (EvaluationOutcome.Contacted, Bank.Now), (Judge(PlanOf(service), Bank.Now).Outcome, PlanOf(service).OpensAt(Bank.Now)));
    }

    [Fact]
    public void The_holdout_is_drawn_among_those_who_would_be_contacted()
    {
        var plan = PlanOf(Of(new QuietHours("app", Bank.App, 0, 60)), static order => order with { Holdout = 5_000 });
        var outcomes = new Dictionary<EvaluationOutcome, int>();
        for (var n = 0; n < 4_000; n++)
        {
            // Half of them refuse: of these nobody is held out.
            var state = new CustomerState();
            if (n % 2 == 0)
            {
                state.Consents.Set(Bank.App, Purpose.Marketing, isGranted: false, Bank.Now - 1);
            }

            var turn = Judge(plan, Bank.Now, state, $"c{n}");
            outcomes[turn.Outcome] = outcomes.GetValueOrDefault(turn.Outcome) + 1;
            Assert.Equal(turn.Outcome == EvaluationOutcome.Blocked, n % 2 == 0);
            Assert.Equal(turn.Outcome != EvaluationOutcome.Blocked, turn.Choice is not null);
        }

        Assert.Equal(2_000, outcomes[EvaluationOutcome.Blocked]);
        Assert.InRange(outcomes[EvaluationOutcome.Holdout], 900, 1_100);
    }

    [Property(MaxTest = 500)]
    public void It_opens_at_the_first_minute_that_is_in_the_window_and_not_quiet(int seed)
    {
        var random = new Random(seed);
        var quiet = new QuietHours("app", Bank.App, random.Next(1440), random.Next(1440));
        var window = random.Next(3) == 0 ? null : new SendWindow(random.Next(1440), random.Next(1440));
        var plan = PlanOf(Of(quiet), order => order with { Window = window });
        var calendar = plan.Catalog.Calendar;
        bool IsOpen(long ms) => window?.IsOpen(calendar, ms) is not false && !quiet.Holds(calendar.GetMinuteOfDay(ms));

        var first = Enumerable.Range(0, 2 * 1440).Select(static minute => Bank.Now + (minute * MinuteMs)).FirstOrDefault(IsOpen, -1);

        Assert.Equal(first < 0 ? null : first, plan.OpensAt(Bank.Now));
    }

    private static Catalog Of(params ImmutableArray<QuietHours> quiet) =>
        Bank.Catalog([Bank.Action(1)], new ContactRules { QuietHours = quiet });

    private static CampaignPlan PlanOf(Catalog catalog, Func<CampaignSpec, CampaignSpec>? change = null)
    {
        var order = RunPaceTests.Definition.Order with { ActionId = catalog.Actions[0].Id };
        return CampaignPlan.Make(change?.Invoke(order) ?? order, catalog, out _)!;
    }

    private static EvaluationVerdict Judge(
        CampaignPlan plan, long nowMs, CustomerState? state = null, string customerId = "020235") => CampaignJudging.Judge(
        plan, new CustomerView(state ?? new(), plan.Catalog, [], nowMs) { Id = customerId, Version = 1 }, new PropensityModels(),
        UnlimitedStock.Instance);

    private static EvaluationVerdict Ahead(CampaignPlan plan, long nowMs) => CampaignJudging.JudgeAhead(
        plan, new CustomerView(new(), plan.Catalog, [], nowMs) { Id = "020235", Version = 1 }, new PropensityModels(),
        UnlimitedStock.Instance);
}
