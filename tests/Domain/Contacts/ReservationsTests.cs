using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

public sealed class ReservationsTests
{
    private const long ExpiryMs = 30 * 60_000;

    private static readonly ContactCap OneADay = new("daily", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs)) { Reserve = true };

    private static readonly Catalog Catalog = Bank.Catalog([Bank.Action(1), Bank.Action(2)], OneADay);

    [Fact]
    public void A_slot_is_held_for_a_decision_and_used_up_when_it_is_seen()
    {
        var state = Reserved(out var contact);
        Assert.Equal(ReasonCode.CapReached, AskAt(state, Bank.Now + ExpiryMs - 1));

        EventRecording.CountContact(state, contact, Bank.Now + 60_000, Catalog);
        Assert.True(state.Reservations.All.IsEmpty);
        Assert.Equal(1, state.Contacts.CountSince(CapScope.Action, 1, 0, CountMoment.Impression));
        Assert.Equal(ReasonCode.CapReached, AskAt(state, Bank.Now + Bank.DayMs));
        Assert.Equal(default, AskAt(state, Bank.Now + 60_000 + Bank.DayMs));
    }

    [Fact]
    public void A_slot_is_given_back_when_the_contact_is_void_or_too_old()
    {
        var state = Reserved(out var contact);
        Assert.Equal(default, AskAt(state, Bank.Now + ExpiryMs));

        EventRecording.VoidContact(state, contact, Catalog);
        EventRecording.VoidContact(state, contact, Catalog);
        Assert.Equal(default, AskAt(state, Bank.Now));
    }

    [Fact]
    public void The_same_decision_holds_one_slot_and_none_once_it_was_seen()
    {
        var state = Reserved(out var contact);
        EventRecording.ReserveContact(state, contact, Catalog);
        Assert.Equal(1, state.Reservations.All.Length);

        EventRecording.CountContact(state, contact, Bank.Now, Catalog);
        EventRecording.ReserveContact(state, contact, Catalog);
        Assert.Equal(0, state.Reservations.All.Length);
    }

    [Fact]
    public void A_counted_contact_that_is_void_gives_its_place_back_unless_it_was_answered()
    {
        var (state, contact) = (new CustomerState(), Contact(1));
        EventRecording.CountContact(state, contact, Bank.Now, Catalog);
        EventRecording.VoidContact(state, contact, Catalog);
        EventRecording.VoidContact(state, contact, Catalog);
        Assert.Equal(0, state.Contacts.CountSince(CapScope.All, 0, 0));

        EventRecording.CountContact(state, contact, Bank.Now, Catalog);
        state.ContactLog.Answer(contact, FeedbackType.Click, Bank.Now);
        EventRecording.VoidContact(state, contact, Catalog);
        Assert.Equal(1, state.Contacts.CountSince(CapScope.All, 0, 0));
    }

    [Fact]
    public void Slots_that_are_held_survive_as_bytes_and_a_clone_keeps_its_own()
    {
        var state = Reserved(out var contact);
        var clone = state.Clone();
        clone.Reservations.End(contact);
        var back = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state));

        Assert.Equal(state.Reservations.All.ToArray(), back.Reservations.All.ToArray());
        Assert.Equal(ReasonCode.CapReached, AskAt(back, Bank.Now));
        Assert.Equal(default, AskAt(clone, Bank.Now));
    }

    [Fact]
    public void With_no_room_for_one_more_reservation_a_cap_that_reserves_is_reached()
    {
        var state = new CustomerState();
        var policy = new ContactPolicy([OneADay with { Limit = 1000 }], new BankCalendar("Asia/Shanghai"));
        ContactRequest ask = new(Purpose.Marketing, new(1, 1, 1, 1), CountMoment.Impression);
        for (ushort action = 1; action <= Reservations.Capacity; action++)
        {
            Assert.False(policy.FirstRefusal(state.ContactState, ask, Bank.Now).IsRefused);
            Assert.True(state.Reservations.TryReserve(new(Contact(action), ask.Scopes, ask.Moment, Bank.Now + 1), Bank.Now));
        }

        Assert.Equal(ReasonCode.CapReached, policy.FirstRefusal(state.ContactState, ask, Bank.Now).Reason);
        Assert.False(state.Reservations.TryReserve(new(Contact(999), ask.Scopes, ask.Moment, Bank.Now + 1), Bank.Now));
        Assert.True(state.Reservations.TryReserve(new(Contact(999), ask.Scopes, ask.Moment, Bank.Now + 2), Bank.Now + 1));
    }

    [Fact]
    public void The_last_slot_is_held_for_an_action_of_priority()
    {
        var (policy, memory) = (
            new ContactPolicy([OneADay with { Limit = 2, HoldLastForPriority = 5 }], new BankCalendar("Asia/Shanghai")),
            new ContactState(new(), new(), new(), new()));
        ContactRequest low = new(Purpose.Marketing, new(1, 1, 1, 1), CountMoment.Impression, 4);
        ContactRequest high = low with { Priority = 5 };
        Assert.False(policy.FirstRefusal(memory, low, Bank.Now).IsRefused);
        Assert.True(policy.FirstRefusal(memory, low, Bank.Now, [low]).IsRefused);
        Assert.False(policy.FirstRefusal(memory, high, Bank.Now, [low]).IsRefused);
        Assert.True(policy.FirstRefusal(memory, high, Bank.Now, [low, high]).IsRefused);
    }

    private static CustomerState Reserved(out ContactId contact)
    {
        var state = new CustomerState();
        contact = Contact(1);
        Assert.Equal(default, AskAt(state, Bank.Now));
        EventRecording.ReserveContact(state, contact, Catalog);
        return state;
    }

    private static ContactId Contact(ushort action) => new(new(((ulong)Bank.Now << 16) | Bank.Home, 42), action);

    private static ReasonCode AskAt(CustomerState state, long nowMs) => Catalog.ContactPolicy.FirstRefusal(
        state.ContactState, Catalog.Placements["home"].AskFor(Catalog.Action(2)!, 0), nowMs).Reason;
}
