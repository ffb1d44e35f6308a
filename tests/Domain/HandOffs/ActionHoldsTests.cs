using Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.HandOffs;

public sealed class ActionHoldsTests
{
    private const ushort Branch = 7;

    [Fact]
    public void Another_channel_holds_back_until_the_hold_ends_and_the_agents_own_goes_on()
    {
        var catalog = Bank.Catalog([Bank.Action(1), Bank.Action(2)]);
        var held = Held(Hold(1, Branch, Bank.Now + 1));

        Assert.Equal([ReasonCode.Held, ReasonCode.Offered], Reasons(Bank.Decide(catalog, held)));
        Assert.Equal([ReasonCode.Offered, ReasonCode.Offered], Reasons(Bank.Decide(catalog, Held(Hold(1, Branch, Bank.Now)))));
        Assert.Equal([ReasonCode.Offered, ReasonCode.Offered], Reasons(Bank.Decide(catalog, Held(Hold(1, Bank.App, Bank.Now + 1)))));

        Assert.True(held.Holds.End(Hold(1, Branch, 0).Contact));
        Assert.False(held.Holds.End(Hold(1, Branch, 0).Contact));
        Assert.Equal([ReasonCode.Offered, ReasonCode.Offered], Reasons(Bank.Decide(catalog, held)));
    }

    [Fact]
    public void A_hold_binds_marketing_alone_and_its_check_names_the_owner()
    {
        var held = Held(Hold(1, Branch, Bank.Now + 1));
        var service = Bank.Catalog([Bank.Action(1) with { Purpose = Purpose.Service }]);
        Assert.Equal([ReasonCode.Offered], Reasons(Bank.Decide(service, held)));

        var catalog = Bank.Catalog([Bank.Action(1)]);
        var checks = CandidateChecks.List(Bank.Decide(catalog, held), Bank.View(held, catalog), catalog.Placements["home"], new());
        var check = Assert.Single(checks[0].Checks, static each => each.Reason == ReasonCode.Held);
        Assert.False(check.IsPassed);
        Assert.Contains(check.Inputs, static input => input is { Name: "owner", Value: "wang" });
    }

    [Fact]
    public void An_owner_goes_on_under_the_same_id_and_a_customer_has_a_bounded_number()
    {
        var holds = new ActionHolds();
        var first = holds.TryHold(Hold(1, Branch, Bank.Now + 10), Bank.Now)!.Value;
        var longer = holds.TryHold(Hold(1, Branch, Bank.Now + 99, decidedAtMs: Bank.Now + 5), Bank.Now + 5)!.Value;
        Assert.Equal((first.Contact, Bank.Now + 99, 1), (longer.Contact, longer.ExpiresAtMs, holds.All.Length));

        for (ushort action = 2; action <= ActionHolds.Capacity; action++)
        {
            Assert.NotNull(holds.TryHold(Hold(action, Branch, Bank.Now + 50), Bank.Now));
        }

        Assert.Null(holds.TryHold(Hold(99, Branch, Bank.Now + 50), Bank.Now));
        Assert.NotNull(holds.TryHold(Hold(99, Branch, Bank.Now + 80), Bank.Now + 50));
    }

    [Fact]
    public void A_state_keeps_its_holds_and_one_without_is_read_by_those_who_do_not_know_them()
    {
        var read = CustomerStateCodec.FromBytes(
            CustomerStateCodec.ToBytes(Held(Hold(1, Branch, Bank.Now + 1), Hold(2, Bank.App, Bank.Now + 2))));

        Assert.Equal([Hold(1, Branch, Bank.Now + 1), Hold(2, Bank.App, Bank.Now + 2)], read.Holds.All.ToArray());
        Assert.Equal((4, 3), (CustomerStateCodec.ToBytes(read)[0], CustomerStateCodec.ToBytes(new())[0]));
    }

    [Fact]
    public void An_outcome_is_the_customers_answer_once_and_a_release_is_none()
    {
        var catalog = Bank.Catalog([Bank.Action(1)]);
        var contact = Hold(1, Branch, 0).Contact;
        Assert.Null(new HoldEnd(contact, HoldOutcome.Released).FeedbackIn(catalog, Bank.Now));

        var state = new CustomerState();
        var answer = new HoldEnd(contact, HoldOutcome.Accepted).FeedbackIn(catalog, Bank.Now)!;
        Assert.Equal(EventOutcome.Recorded, EventRecording.Record(state, answer, catalog, Bank.Now).Outcome);
        Assert.Equal(EventOutcome.Duplicate, EventRecording.Record(state, answer, catalog, Bank.Now).Outcome);
        Assert.Equal(FeedbackType.Acceptance, Assert.Single(state.ContactLog.All.ToArray()).Answer);
    }

    private static ActionHold Hold(ushort action, ushort channel, long expiresAtMs, long decidedAtMs = Bank.Now) =>
        new(new(new((ulong)decidedAtMs << 16, action), action), channel, "wang", expiresAtMs);

    private static CustomerState Held(params ActionHold[] holds)
    {
        var state = new CustomerState();
        foreach (var hold in holds)
        {
            state.Holds.TryHold(hold, 0);
        }

        return state;
    }

    private static IEnumerable<ReasonCode> Reasons(Decision decision) =>
        decision.Verdicts.OrderBy(static verdict => verdict.Action).Select(static verdict => verdict.Reason);
}
