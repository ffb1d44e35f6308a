using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Deliveries;

/// <summary>When a contact that a channel took counts towards the caps.</summary>
public sealed class ContactSettlingTests
{
    private const long HourMs = 3_600_000;

    private static readonly ContactCap Weekly = new("weekly", CapScope.All, 0, 2, CapWindow.Sliding(7 * Bank.DayMs));

    [Theory]
    [InlineData(CountMoment.Impression)]
    [InlineData(CountMoment.Send)]
    public void What_a_channel_took_counts_when_it_says_so_though_nobody_tells_what_is_seen(CountMoment countAt)
    {
        var (catalog, state) = (BankOf(countAt), new CustomerState());
        var sent = 0;
        for (var hour = 0; hour < 6 * 24; hour += 12)
        {
            var nowMs = Bank.Now + (hour * HourMs);
            if (!IsRefused(catalog, state, nowMs))
            {
                var contact = Contact(nowMs);
                Assert.True(EventRecording.HoldContact(state, contact, nowMs + Bank.DayMs, catalog));
                Settle(state, contact, DeliveryOutcome.Sent, nowMs + HourMs, catalog);
                Settle(state, contact, DeliveryOutcome.Delivered, nowMs + (2 * HourMs), catalog);
                sent++;
            }
        }

        Assert.Equal(2, sent);
    }

    [Fact]
    public void What_was_sent_and_is_then_seen_counts_once()
    {
        var (catalog, state, contact) = (BankOf(CountMoment.Impression), new CustomerState(), Contact(Bank.Now));
        EventRecording.HoldContact(state, contact, Bank.Now + HourMs, catalog);
        Settle(state, contact, DeliveryOutcome.Sent, Bank.Now + 1, catalog);
        EventRecording.Record(
            state, ContactSettling.ToFeedback(new(contact.ToString(), DeliveryOutcome.Opened, Bank.Now + 2), catalog)!, catalog,
            Bank.Now + 2);
        Assert.Equal(1, catalog.ContactPolicy.Used("weekly", state.ContactState, Bank.Now + 3));
    }

    [Fact]
    public void A_contact_that_a_gateway_got_in_the_last_moment_keeps_its_slot_until_its_end_is_told()
    {
        var (catalog, state, contact) = (BankOf(CountMoment.Send), new CustomerState(), Contact(Bank.Now));
        EventRecording.HoldContact(state, contact, Bank.Now + HourMs, catalog);
        Assert.Equal(1, catalog.ContactPolicy.Used("weekly", state.ContactState, Bank.Now + HourMs + 1));

        Settle(state, contact, DeliveryOutcome.Expired, Bank.Now + HourMs + 2, catalog);
        Assert.Equal(0, catalog.ContactPolicy.Used("weekly", state.ContactState, Bank.Now + HourMs + 3));
    }

    [Fact]
    public void No_other_contact_takes_the_room_of_those_that_are_acknowledged_after_their_expiry()
    {
        var (catalog, state, expiryMs) = (BankOf(CountMoment.Send), new CustomerState(), Bank.Now + 60_000);
        ContactId[] contacts = [Contact(Bank.Now), Contact(Bank.Now + 1)];
        Assert.All(contacts, contact => Assert.True(EventRecording.HoldContact(state, contact, expiryMs, catalog)));

        // The longest lease is an hour, and begins before the expiry.
        foreach (var laterMs in (ReadOnlySpan<long>)[0, 7_000, 80_000, HourMs])
        {
            Assert.True(IsRefused(catalog, state, expiryMs + laterMs));
        }

        foreach (var contact in contacts)
        {
            Settle(state, contact, DeliveryOutcome.Sent, expiryMs + HourMs, catalog);
            Assert.True(IsRefused(catalog, state, expiryMs + HourMs));
        }

        Assert.Equal(2, catalog.ContactPolicy.Used("weekly", state.ContactState, expiryMs + HourMs));
    }

    [Fact]
    public void A_dead_letter_that_is_sent_again_counts_by_the_treatment_that_was_shown()
    {
        var (catalog, state, contact) = (BankOf(CountMoment.Decision), new CustomerState(), Contact(Bank.Now));
        EventRecording.CountContact(state, contact, Bank.Now, catalog, treatment: 1);
        Settle(state, contact, DeliveryOutcome.GivenUp, Bank.Now + 1, catalog);
        Assert.Equal((0, 0), (Of(7), Of(8)));

        ContactSettling.Settle(
            state, new(contact.ToString(), DeliveryOutcome.Sent, Bank.Now + 2) { IsResent = true, TreatmentId = "t8" }, catalog,
            Bank.Now + 2);
        Assert.Equal((0, 1), (Of(7), Of(8)));

        int Of(ushort treatment) => state.Contacts.CountSince(CapScope.Treatment, treatment, 0);
    }

    private static Catalog BankOf(CountMoment countAt)
    {
        var action = Bank.Action(1);
        var plain = Bank.Catalog([action], Weekly);
        Treatment[] treatments = [.. new ushort[] { 7, 8 }.Select(static number =>
            new Treatment($"t{number}", ["home"], new Content("en", "", "", "", "")) { Number = number })];
        return new Catalog(
            1, plain.Symbols, plain.Calendar, Bank.Tags, [.. plain.Channels.Values],
            [
                plain.Placements["home"] with
                {
                    CountsAtDecision = countAt == CountMoment.Decision, CountAt = countAt,
                    Candidates = [new Candidate(action, [.. treatments])],
                },
            ],
            [action], ["login"], [Weekly], ContactRules.None);
    }

    private static ContactId Contact(long atMs) => new(DecisionId.Create(atMs, Bank.Home, "020235"), 1);

    private static void Settle(CustomerState state, ContactId contact, DeliveryOutcome outcome, long atMs, Catalog catalog) =>
        ContactSettling.Settle(state, new(contact.ToString(), outcome, atMs), catalog, atMs);

    private static bool IsRefused(Catalog catalog, CustomerState state, long nowMs) =>
        catalog.ContactPolicy.FirstRefusal(state.ContactState, catalog.Placements["home"].AskFor(catalog.Actions[0], 7), nowMs).IsRefused;
}
