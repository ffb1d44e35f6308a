using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs;
using Zhice.Catalogs.Journeys;
using Zhice.V1;
using TransitionCause = Zhice.Domain.Journeys.TransitionCause;
using static Zhice.TestBank.TestJourneys;

namespace Zhice.Domain.Tests.Journeys;

public sealed class JourneyWalkTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Journey Loan = Journey(
        "loan", "a",
        Stage("visited", On("b", "applied"), After(3 * Hour, "reminded")),
        Stage("reminded", On("b", "applied"), After(24 * Hour, "")),
        Stage("applied"));

    [Fact]
    public void A_customer_enters_by_an_event_moves_by_events_and_ends_in_a_final_stage()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("b");
        Assert.Empty(customer.Path);

        customer.Happens("a");
        customer.Happens("a");
        Assert.Equal("visited", customer.StageIn("loan"));
        customer.Happens("b");

        Assert.Equal(["->visited Entered", "visited>applied Event"], customer.Path);
        Assert.Null(customer.StageIn("loan"));
        Assert.Empty(customer.Timers);
        customer.Happens("a");
        Assert.Equal(2, customer.Path.Length);
    }

    [Fact]
    public void A_wait_that_is_over_takes_its_branch_and_leads_out_in_the_end()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Goes(3 * Hour - TimeSpan.FromMilliseconds(1));
        Assert.Equal("visited", customer.StageIn("loan"));
        customer.Goes(TimeSpan.FromMilliseconds(1));
        Assert.Equal("reminded", customer.StageIn("loan"));
        customer.Goes(24 * Hour);
        Assert.Equal(["->visited Entered", "visited>reminded Time", "reminded>- Time"], customer.Path);
        Assert.Equal(3 * Hour.TotalMilliseconds, customer.Moves[1].StayedMs);
    }

    [Fact]
    public void After_a_pause_waits_end_in_their_order_as_if_there_had_been_none()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.NowMs += 7 * TestBank.Bank.DayMs;
        customer.Restart();
        customer.FireDue();
        Assert.Equal(["->visited Entered", "visited>reminded Time", "reminded>- Time"], customer.Path);
        Assert.Equal(TestBank.Bank.Now + (long)(27 * Hour).TotalMilliseconds, customer.Moves[2].AtMs);
    }

    [Fact]
    public void An_event_that_comes_while_a_timer_is_late_finds_the_customer_where_the_timer_would_have_led()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.NowMs += (long)(4 * Hour).TotalMilliseconds;
        customer.Happens("b");
        Assert.Equal(["->visited Entered", "visited>reminded Time", "reminded>applied Event"], customer.Path);
    }

    [Fact]
    public void A_timer_of_an_older_generation_or_fired_twice_or_too_early_does_nothing()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        var first = customer.Timers["j1"];
        customer.Fire(first);
        Assert.Single(customer.Path);

        customer.Goes(3 * Hour);
        customer.Fire(first);
        customer.Fire(first);
        Assert.Equal(2, customer.Path.Length);

        customer.Happens("b");
        customer.Fire(first);
        Assert.Empty(customer.Timers);
        Assert.Equal(3, customer.Path.Length);
    }

    [Fact]
    public void A_clock_that_steps_back_fires_nothing_twice()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Goes(3 * Hour);
        customer.NowMs -= (long)Hour.TotalMilliseconds;
        customer.FireDue();
        customer.Goes(Hour);
        Assert.Equal(["->visited Entered", "visited>reminded Time"], customer.Path);
    }

    [Fact]
    public void An_event_of_before_the_stage_changes_nothing_unless_the_journey_waits_for_late_ones()
    {
        var late = Loan.Clone();
        late.Lateness = Duration.FromTimeSpan(Hour);
        foreach (var (journey, stage) in new[] { (Loan, "visited"), (late, null) })
        {
            var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
            customer.Happens("a");
            customer.Happens("b", ago: TimeSpan.FromMinutes(30));
            Assert.Equal(stage, customer.StageIn("loan"));
        }
    }

    [Fact]
    public void Events_that_came_before_those_that_they_follow_are_taken_in_their_order()
    {
        var journey = Journey("loan", "a", Stage("visited", On("b", "applied")), Stage("applied", On("c", "signed")), Stage("signed"));
        journey.Lateness = Duration.FromTimeSpan(Hour);
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a", ago: 0.5 * Hour);
        customer.Happens("c", ago: 0.1 * Hour);
        Assert.Equal("visited", customer.StageIn("loan"));
        customer.Happens("b", ago: 0.2 * Hour);
        Assert.Equal(["->visited Entered", "visited>applied Event", "applied>signed Event"], customer.Path);
    }

    [Fact]
    public void Conditions_branch_on_arrival_and_whenever_tags_change()
    {
        var customer = new JourneyCustomer(Compiled(Journey(
            "loan", "a", Stage("start", When("tags.age >= 60", "old"), When("tags.age >= 18", "young")),
            Stage("young", When("tags.age >= 60", "old")), Stage("old"))), TestBank.Bank.Now);
        customer.Happens("a");
        Assert.Equal("start", customer.StageIn("loan"));
        customer.Sets("age", 20);
        Assert.Equal("young", customer.StageIn("loan"));
        customer.Sets("age", 61);
        Assert.Equal(["->start Entered", "start>young Condition", "young>old Condition"], customer.Path);
    }

    [Fact]
    public void It_waits_until_the_banks_clock_shows_the_time_and_tries_again_each_day()
    {
        // It is noon in Shanghai.
        var customer = new JourneyCustomer(
            Compiled(Journey("loan", "a", Stage("start", At("09:30", "called", "tags.age > 0")), Stage("called"))), TestBank.Bank.Now);
        customer.Happens("a");
        Assert.Equal(TestBank.Bank.Now + (long)(21.5 * Hour).TotalMilliseconds, customer.Timers["j1"].DueAtMs);
        customer.Goes(22 * Hour);
        Assert.Equal("start", customer.StageIn("loan"));
        customer.State.Tags.Set(1, Domain.Tags.TagValue.Integer(5), customer.NowMs, Domain.Tags.TagSource.Api);
        customer.Goes(24 * Hour);
        Assert.Equal("start>called Time", customer.Path[^1]);
    }

    [Theory]
    [InlineData("Asia/Bangkok", 1)]
    [InlineData("Asia/Tokyo", -1)]
    public void When_the_bank_moves_to_another_time_zone_those_who_wait_for_a_local_time_miss_no_day(string zone, int later)
    {
        var journey = Journey("loan", "a", Stage("start", At("09:30", "called")), Stage("called"));
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        var due = customer.Timers["j1"].DueAtMs!.Value;
        var bank = Bank(journey);
        bank.TimeZone = zone;
        customer.Catalog = CatalogCompiler.Compile(bank, customer.Catalog.Symbols, 2).Catalog!;

        // The timer that was set still fires when it was due.
        customer.Goes(24 * Hour);
        Assert.Equal("start>called Time", customer.Path[^1]);
        Assert.Equal(due + (later * Hour).TotalMilliseconds, customer.Moves[^1].AtMs);
    }

    [Fact]
    public void What_a_stage_does_is_in_the_same_commit_and_other_journeys_hear_it()
    {
        var first = Journey("first", "a", Stage("start", On("b", "done")), Stage("done"));
        first.Stages[1].OnEnter.Add(new StageAction { SetTag = new() { TagId = "mood", Value = "keen" } });
        first.Stages[1].OnEnter.Add(new StageAction { EmitEventTypeId = "c" });
        first.Stages[1].OnEnter.Add(new StageAction { Contact = new() { ActionId = "loan", PlacementIds = { "text" } } });
        var second = Journey("second", "c", Stage("start", When("tags.mood == \"keen\"", "end")), Stage("end"));
        var customer = new JourneyCustomer(Compiled(first, second), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Happens("b");
        Assert.Equal(["->start Entered", "start>done Event", "->start Entered", "start>end Condition"], customer.Path);
        var done = Assert.Single(customer.Done);
        Assert.Equal(("first/done", "j1.1.2.2"), (((Domain.Journeys.ContactAction)done.StageAction).Order.CampaignId, done.IdempotencyKey));
    }

    [Fact]
    public void Who_refused_personalization_leaves_by_the_exit_rule_and_is_moved_by_no_condition_of_the_profile()
    {
        var journey = Journey(
            "loan", "a", Stage("visited", When("!has(tags.age) || tags.age > 0", "applied"), After(3 * Hour, "reminded")),
            Stage("reminded", After(24 * Hour, "")), Stage("applied"));
        journey.ExitWhen = "tags.age < 18";
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Change(static walk =>
            walk.State.Consents.Set(0, Domain.Primitives.Purpose.Personalization, isGranted: false, TestBank.Bank.Now));
        customer.Happens("a");
        customer.Sets("age", 20);
        Assert.Equal("visited", customer.StageIn("loan"));

        customer.Sets("age", 17);
        Assert.Equal("visited>- ExitRule", customer.Path[^1]);
    }

    [Fact]
    public void Whoever_meets_the_exit_rule_leaves_and_may_enter_again_after_the_pause()
    {
        var journey = Loan.Clone();
        journey.ExitWhen = "tags.age < 18";
        journey.Entry.AgainAfter = Duration.FromTimeSpan(Hour);
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Sets("age", 17);
        Assert.Equal("visited>- ExitRule", customer.Path[^1]);
        Assert.Empty(customer.Timers);

        customer.Sets("age", 18);
        customer.Happens("a");
        Assert.Null(customer.StageIn("loan"));
        customer.Goes(Hour);
        customer.Happens("a");
        Assert.Equal("visited", customer.StageIn("loan"));
        Assert.Equal(2, customer.State.Journeys.Find(1)!.Value.Entries);
    }

    [Fact]
    public void The_goal_is_counted_once_for_each_entry()
    {
        var journey = Journey("loan", "a", Stage("one", On("b", "two")), Stage("two", On("b", "one")));
        journey.GoalStageIds.Add("two");
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            customer.Happens(customer.Moves.Count == 0 ? "a" : "b");
        }

        Assert.Equal(1, customer.Moves.Count(static move => move.Cause == TransitionCause.Goal));
    }

    [Fact]
    public void Those_under_way_finish_on_their_version_unless_a_mapping_takes_them_over()
    {
        var second = Journey("loan", "a", Stage("arrived", On("c", "done")), Stage("done"));
        second.Version = 2;
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Catalog = With(Loan, second);
        customer.Happens("d");
        Assert.Equal((1, "visited"), (customer.State.Journeys.Find(1)!.Value.Version, customer.StageIn("loan")));

        second.Mappings.Add(
            new JourneyMapping { FromVersion = 1, Stages = { new StageMapping { FromStageId = "visited", ToStageId = "arrived" } } });
        customer.Catalog = With(Loan, second);
        customer.Happens("c");
        Assert.Equal(["->visited Entered", "visited>- Mapped", "->arrived Mapped", "arrived>done Event"], customer.Path);
        Assert.Empty(customer.Timers);

        Domain.Catalogs.Catalog With(params Journey[] journeys) =>
            CatalogCompiler.Compile(Bank(journeys), customer.Catalog.Symbols, 2).Catalog!;
    }

    [Fact]
    public void Each_version_counts_whom_it_has_also_after_a_mapping()
    {
        var second = Journey("loan", "a", Stage("visited", On("c", "done")), Stage("arrived", On("c", "done")), Stage("done"));
        (second.Version, second.Stages[0].Transitions[0].ToStageId) = (2, "arrived");
        second.Mappings.Add(
            new JourneyMapping { FromVersion = 1, Stages = { new StageMapping { FromStageId = "visited", ToStageId = "arrived" } } });
        second.GoalStageIds.Add("arrived");
        JourneyCustomer[] customers = [new(Compiled(Loan), TestBank.Bank.Now), new(Compiled(Loan), TestBank.Bank.Now)];
        var both = CatalogCompiler.Compile(Bank(Loan, second), customers[0].Catalog.Symbols, 2).Catalog!;
        customers[0].Happens("a");
        customers[0].Catalog = customers[1].Catalog = both;
        customers[0].Happens("d");
        customers[1].Happens("a");

        var reports = JourneyReports.Create(
            1, customers.SelectMany(static customer => customer.Moves).Select(static move => new Domain.Journeys.JourneyCount(move, 1)),
            both).ToArray();

        Assert.Equal([(1, 1, 0), (2, 2, 2)], reports.Select(static report => (report.Version, (int)report.Entered, (int)report.InNow)));
        Assert.Equal(
            [("visited", 1), ("arrived", 1), ("done", 0)], reports[1].Stages.Select(static stage => (stage.StageId, (int)stage.InNow)));
        Assert.Equal(1, reports[1].Converted);
        Assert.Equal("visited>arrived Mapped", $"{customers[0].NameOf(Told().From)}>{customers[0].NameOf(Told().To)} {Told().Cause}");

        // As earlier releases counted it.
        var earlier = new Domain.Journeys.JourneyMove(
            1, 2, 0, customers[0].Moves[0].To, Told().To, TransitionCause.Mapped, 0, TestBank.Bank.Now, 5);
        var report = Assert.Single(JourneyReports.Create(1, [new(earlier, 1)], both));
        Assert.Equal((1, 1), (report.Entered, report.InNow));

        Domain.Journeys.JourneyMove Told() => customers[0].State.Journeys.Path[^1];
    }

    [Fact]
    public void When_the_definition_is_gone_the_customer_leaves_at_the_next_touch()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Catalog = CatalogCompiler.Compile(Bank(), customer.Catalog.Symbols, 2).Catalog!;
        customer.Goes(3 * Hour);
        Assert.Equal(TransitionCause.Removed, customer.Moves[^1].Cause);
        Assert.Empty(customer.Timers);
    }

    [Fact]
    public void Operators_move_take_out_and_restart()
    {
        var customer = new JourneyCustomer(Compiled(Loan), TestBank.Bank.Now);
        customer.Change(static walk => Assert.False(walk.Walk.Exit(1)));
        customer.Change(static walk => Assert.True(walk.Walk.Restart(1)));
        var reminded = customer.Catalog.Symbols.Find(Domain.Primitives.SymbolKind.Stage, "loan/reminded");
        customer.Change(walk => Assert.True(walk.Walk.Move(1, reminded)));
        customer.Change(static walk => Assert.False(walk.Walk.Move(1, 99)));
        customer.Change(static walk => Assert.True(walk.Walk.Restart(1)));
        customer.Change(static walk => Assert.True(walk.Walk.Exit(1)));
        Assert.Equal(
            ["->visited Restarted", "visited>reminded Moved", "reminded>- Restarted", "->visited Restarted", "visited>- Exited"],
            customer.Path);
    }

    [Fact]
    public void A_customer_is_in_twenty_journeys_at_the_most()
    {
        var customer = new JourneyCustomer(
            Compiled([.. Enumerable.Range(0, 21).Select(static n => Journey($"j{n}", "a", Stage("start", On("b", "end")), Stage("end")))]),
            TestBank.Bank.Now);
        customer.Happens("a");
        Assert.Equal(20, customer.State.Journeys.Places.Length);
        Assert.Equal(TransitionCause.NoRoom, customer.Moves[^1].Cause);
        customer.Restart();
        customer.Happens("b");
        Assert.True(customer.State.Journeys.Places.IsEmpty);
    }

    [Fact]
    public void The_event_by_which_customers_enter_is_offered_to_the_first_stage()
    {
        var journey = Journey(
            "loan", "a", Stage("visited", On("b", "applying"), After(720 * Hour, "")), Stage("applying", After(2 * Hour, "left")),
            Stage("left"));
        journey.Entry.EventTypeIds.Add("b");
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("b");
        Assert.Equal(["->visited Entered", "visited>applying Event"], customer.Path);
        customer.Goes(2 * Hour);
        Assert.Equal("applying>left Time", customer.Path[^1]);
    }

    [Fact]
    public void A_late_event_from_before_the_customer_left_does_not_let_them_in_again()
    {
        var journey = Loan.Clone();
        journey.Entry.AgainAfter = Duration.FromTimeSpan(TimeSpan.Zero);
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        customer.Goes(Hour);
        customer.Happens("b");
        customer.Happens("a", ago: TimeSpan.FromMinutes(10));
        Assert.Null(customer.StageIn("loan"));
        customer.Happens("a");
        Assert.Equal("visited", customer.StageIn("loan"));
    }

    [Fact]
    public void Who_waits_in_a_stage_whose_definition_changed_gets_its_new_time_at_the_next_touch()
    {
        var before = Journey("loan", "a", Stage("drawn", On("b", "settled")), Stage("settled"));
        var customer = new JourneyCustomer(Compiled(before), TestBank.Bank.Now);
        customer.Happens("a");
        var after = Journey("loan", "a", Stage("drawn", On("b", "settled"), After(Hour, "settled")), Stage("settled"));
        customer.Catalog = CatalogCompiler.Compile(Bank(after), customer.Catalog.Symbols, 2).Catalog!;
        customer.Goes(2 * Hour);
        Assert.Equal("drawn", customer.StageIn("loan"));
        customer.Happens("d");
        customer.FireDue();
        Assert.Equal("drawn>settled Time", customer.Path[^1]);
        Assert.Equal(Hour.TotalMilliseconds, customer.Moves[^1].StayedMs);
    }
}
