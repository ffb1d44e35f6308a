using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.HandOffs;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.HandOffs;

public sealed class JourneyHandOffTests
{
    [Fact]
    public void A_journey_hands_over_whom_the_rules_of_the_action_allow()
    {
        Assert.Equal(ReasonCode.Offered, Judge(Bank.State((1, TagValue.Bool(false)))));
        Assert.Equal(ReasonCode.Ineligible, Judge(Bank.State((1, TagValue.Bool(true)))));
        Assert.Equal(ReasonCode.OutOfSeason, Judge(Bank.State((1, TagValue.Bool(false))), nowMs: Bank.Now + Bank.DayMs));
    }

    [Fact]
    public void Who_refused_the_channel_or_the_use_of_the_profile_is_not_handed_over()
    {
        var refused = Bank.State((1, TagValue.Bool(false)));
        refused.Consents.Set(Bank.App, Purpose.Marketing, isGranted: false, Bank.Now);
        Assert.Equal(ReasonCode.Consent, Judge(refused));

        var hidden = Bank.State((1, TagValue.Bool(false)));
        hidden.Consents.Set(0, Purpose.Personalization, isGranted: false, Bank.Now);
        Assert.Equal(ReasonCode.Ineligible, Judge(hidden));
        Assert.Equal(ReasonCode.Offered, Judge(hidden, Purpose.Service));
    }

    [Fact]
    public void Quiet_hours_and_caps_are_the_persons_own_affair()
    {
        var often = Bank.State((1, TagValue.Bool(false)));
        often.Contacts.Record(new(Bank.App, 1, 1), Bank.Now - 1, 10);
        Assert.Equal(ReasonCode.Offered, Judge(often));
    }

    private static ReasonCode Judge(CustomerState state, Purpose purpose = Purpose.Marketing, long nowMs = Bank.Now)
    {
        var catalog = Bank.Catalog(
            [Bank.Action(1, (ReasonCode.Ineligible, "!tags.vip")) with { Purpose = purpose, EndsAtMs = Bank.Now + 1 }],
            new ContactRules { QuietHours = [new("app", Bank.App, 0, 1439)] },
            new ContactCap("one", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs)));
        var view = new CustomerView(
            state, catalog, [], nowMs, state.Consents.Allows(channel: 0, Purpose.Personalization)) { Id = "020235" };
        return JourneyHandOff.Judge("action1", "home", view);
    }
}
