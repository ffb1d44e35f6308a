using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Deliveries;

/// <summary>Receipts that refuse: unsubscriptions, complaints, hard bounces.</summary>
public sealed class RefusingReceiptTests
{
    private const ushort Other = 9;

    private static readonly string ContactId = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "c"), 1).ToString();

    [Theory]
    [InlineData(DeliveryOutcome.Unsubscribed, true)]
    [InlineData(DeliveryOutcome.Bounced, true)]
    [InlineData(DeliveryOutcome.Complained, false)]
    public void It_refuses_marketing_in_its_channel_and_a_complaint_everywhere(DeliveryOutcome outcome, bool isElsewhereAllowed)
    {
        var state = new CustomerState();
        Assert.Equal(EventOutcome.Recorded, Settle(state, outcome, Bank.Now + 5));

        Assert.False(state.Consents.Allows(Bank.App, Purpose.Marketing));
        Assert.Equal(isElsewhereAllowed, state.Consents.Allows(Other, Purpose.Marketing));
        var word = Assert.Single(state.Effects!.Statements);
        Assert.Equal((ConsentSource.Receipt, ContactId, Bank.Now + 5), (word.Source, word.EvidenceId, word.AtMs));
        Assert.Equal(outcome, Assert.Single(state.Effects.Heard).Outcome);
    }

    [Fact]
    public void Told_again_after_a_later_grant_it_changes_nothing()
    {
        var state = new CustomerState();
        Settle(state, DeliveryOutcome.Unsubscribed, Bank.Now);
        state.Consents.Set(Bank.App, Purpose.Marketing, isGranted: true, Bank.Now + 1);
        Assert.Equal(EventOutcome.Duplicate, Settle(state, DeliveryOutcome.Unsubscribed, Bank.Now));
        Assert.True(state.Consents.Allows(Bank.App, Purpose.Marketing));
        Assert.Single(state.Effects!.Heard);
    }

    [Fact]
    public void A_complaint_that_comes_weeks_later_still_refuses()
    {
        var state = new CustomerState();
        Assert.Equal(EventOutcome.Recorded, Settle(state, DeliveryOutcome.Complained, Bank.Now - (40 * Bank.DayMs)));
        Assert.False(state.Consents.Allows(Bank.App, Purpose.Marketing));
    }

    [Fact]
    public void One_whose_clock_is_ahead_counts_as_of_now()
    {
        var state = new CustomerState();
        Settle(state, DeliveryOutcome.Unsubscribed, Bank.Now + Bank.DayMs);
        Assert.Equal(Bank.Now + 10, Assert.Single(state.Consents.Entries).AtMs);
    }

    private static EventOutcome Settle(CustomerState state, DeliveryOutcome outcome, long atMs) =>
        ContactSettling.Settle(state, new(ContactId, outcome, atMs), Bank.Catalog([Bank.Action(1)]), Bank.Now + 10);
}
