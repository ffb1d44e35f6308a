using Zhice.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.V1;
using static Zhice.TestBank.TestJourneys;
using ContactAction = Zhice.Domain.Journeys.ContactAction;
using StageContactOutcome = Zhice.Domain.Journeys.StageContactOutcome;
using FeedbackType = Zhice.Domain.Primitives.FeedbackType;

namespace Zhice.Domain.Tests.Journeys;

public sealed class StageContactTests
{
    private static readonly ContactId Contact = new(DecisionId.Create(TestBank.Bank.Now, 1, "020235"), 1);

    [Theory]
    [InlineData(StageContactOutcome.Blocked, "blocked")]
    [InlineData(StageContactOutcome.Sent, "sent")]
    [InlineData(StageContactOutcome.Seen, "seen")]
    [InlineData(StageContactOutcome.Answered, "seen")]
    public void A_transition_asks_what_became_of_the_stages_contact(StageContactOutcome outcome, string stage)
    {
        var customer = Invited(
            On(V1.StageContactOutcome.Blocked, "blocked"), On(V1.StageContactOutcome.Seen, "seen"),
            On(V1.StageContactOutcome.Sent, "sent"));
        customer.Change(walk => walk.Walk.Notify(Contact with { Action = 2 }, outcome, TestBank.Bank.Now));
        Assert.Equal("invited", customer.StageIn("loan"));
        customer.Restart();
        customer.Change(walk => walk.Walk.Notify(Contact, outcome, TestBank.Bank.Now));
        Assert.Equal($"invited>{stage} Contact", customer.Path[^1]);
    }

    [Fact]
    public void Feedback_on_the_contact_is_heard_and_on_another_contact_it_is_not()
    {
        var customer = Invited(On(V1.StageContactOutcome.Answered, "seen"), On("b", "blocked"), On("c", "sent"));
        customer.Change(walk => walk.Walk.After(Feedback(FeedbackType.Acceptance, Contact with { Action = 2 })));
        customer.Change(walk => walk.Walk.After(Feedback(FeedbackType.Impression, Contact)));
        Assert.Equal("invited", customer.StageIn("loan"));
        customer.Change(walk => walk.Walk.After(Feedback(FeedbackType.Acceptance, Contact)));
        Assert.Equal("invited>seen Contact", customer.Path[^1]);
    }

    [Fact]
    public void What_waits_of_a_stage_is_void_when_the_customer_leaves_it_unless_the_stage_says_otherwise()
    {
        foreach (var (isSaid, isVoid) in new (bool?, bool)[] { (null, true), (true, true), (false, false) })
        {
            var invited = Stage("invited", On("b", "seen"), On(V1.StageContactOutcome.Sent, "seen"));
            invited.OnEnter.Add(StageAction(isSaid));
            var customer = Enter(Journey("loan", "a", invited, Stage("seen")));
            Assert.Equal(!isVoid || customer.State.Journeys.StandBehind(1, Contact), customer.Voided.Count == 0);
            customer.Happens("b");
            Assert.Equal(isVoid ? [Contact] : [], customer.Voided);
            Assert.False(customer.State.Journeys.StandBehind(1, Contact));
        }
    }

    [Fact]
    public void A_contact_that_would_be_void_at_once_is_not_made_and_that_of_a_final_stage_is()
    {
        var passed = Stage("passed", When("tags.age >= 18", "end"), On("b", "end"));
        passed.OnEnter.Add(StageAction(null));
        var end = Stage("end");
        end.OnEnter.Add(StageAction(null));
        var customer = new JourneyCustomer(Compiled(Journey("loan", "a", passed, end)), TestBank.Bank.Now);
        customer.Sets("age", 20);
        customer.Happens("a");
        Assert.Equal("loan/end", ((ContactAction)Assert.Single(customer.Done).StageAction).Order.CampaignId);
    }

    [Fact]
    public void A_way_on_a_contact_needs_a_stage_that_makes_one_and_blocked_contacts_lead_round_no_ring()
    {
        Assert.Contains(
            "makes no contact", FaultOf(Journey("loan", "a", Stage("start", On(V1.StageContactOutcome.Sent, "end")), Stage("end"))),
            StringComparison.Ordinal);
        var (one, two) = (Stage("one", On(V1.StageContactOutcome.Blocked, "two")), Stage("two", On(V1.StageContactOutcome.Blocked, "one")));
        one.OnEnter.Add(StageAction(null));
        two.OnEnter.Add(StageAction(null));
        Assert.Contains("without waiting", FaultOf(Journey("loan", "a", one, two)), StringComparison.Ordinal);
        var final = Stage("end");
        final.OnEnter.Add(StageAction(true));
        Assert.Contains(
            "the stage is final", FaultOf(Journey("loan", "a", Stage("start", On("b", "end")), final)), StringComparison.Ordinal);

        static string FaultOf(Journey journey) =>
            Assert.Single(CatalogCompiler.Compile(Bank(journey), SymbolTable.Empty, 1).Faults).Description;
    }

    // A customer in "invited", whose contact was made.
    private static JourneyCustomer Invited(params JourneyTransition[] ways)
    {
        var invited = Stage("invited", ways);
        invited.OnEnter.Add(StageAction(null));
        return Enter(
            Journey("loan", "a", [invited, .. ways.Select(static way => way.ToStageId).Distinct().Select(static id => Stage(id))]));
    }

    private static JourneyCustomer Enter(Journey journey)
    {
        var customer = new JourneyCustomer(Compiled(journey), TestBank.Bank.Now);
        customer.Happens("a");
        var task = Assert.Single(customer.Done);
        customer.Change(walk => walk.Walk.KeepContact(task, Contact));
        return customer;
    }

    private static CustomerEvent Feedback(FeedbackType feedback, ContactId contact) =>
        new() { Id = $"{feedback}", Type = 0, AtMs = TestBank.Bank.Now, Feedback = feedback, Decision = contact.Decision, Action = contact.Action };

    private static StageAction StageAction(bool? isVoidOnLeave)
    {
        var stageAction = new StageAction { Contact = new() { ActionId = "loan", PlacementIds = { "text" } } };
        if (isVoidOnLeave is { } said)
        {
            stageAction.Contact.VoidOnLeave = said;
        }

        return stageAction;
    }

    private static JourneyTransition On(V1.StageContactOutcome outcome, string to) => new() { OnContact = outcome, ToStageId = to };

    private static JourneyTransition On(string eventType, string to) => TestJourneys.On(eventType, to);
}
