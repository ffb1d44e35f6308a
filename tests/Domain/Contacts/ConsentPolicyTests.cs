using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>What consent means for decisions, and for contacts that wait, where a catalogue asks for a grant.</summary>
public sealed class ConsentPolicyTests
{
    private static readonly ConsentRule OptIn = new(Bank.App, Purpose.Marketing, IsOptIn: true, 30 * Bank.DayMs);

    [Fact]
    public void A_customer_never_heard_of_gets_no_marketing_where_a_channel_asks_for_a_grant()
    {
        var state = Bank.State();
        Assert.Equal(ReasonCode.Offered, ReasonOf(Bank.Catalog([Bank.Action(1)]), state));
        Assert.Equal(ReasonCode.Consent, ReasonOf(Asking(OptIn), state));

        state.Consents.Set(0, Purpose.Marketing, isGranted: true, Bank.Now - Bank.DayMs);
        Assert.Equal(ReasonCode.Offered, ReasonOf(Asking(OptIn), state));
        Assert.Equal(
            Bank.Now + (29 * Bank.DayMs), Asking(OptIn).ContactPolicy.ConsentEndsAtMs(state.Consents, Bank.App, Purpose.Marketing));
    }

    [Fact]
    public void A_grant_whose_lifetime_is_over_is_silence()
    {
        var state = Bank.State();
        state.Consents.Set(Bank.App, Purpose.Marketing, isGranted: true, Bank.Now - (30 * Bank.DayMs) + 1);
        Assert.Equal(ReasonCode.Offered, ReasonOf(Asking(OptIn), state));

        state = Bank.State();
        state.Consents.Set(Bank.App, Purpose.Marketing, isGranted: true, Bank.Now - (30 * Bank.DayMs));
        Assert.Equal(ReasonCode.Consent, ReasonOf(Asking(OptIn), state));
    }

    [Fact]
    public void Service_messages_are_bound_by_consent_only_where_the_channel_says_so_and_regulatory_ones_nowhere()
    {
        var refusing = Bank.State();
        refusing.Consents.Set(Bank.App, Purpose.Service, isGranted: false, Bank.Now);
        var asking = new ConsentRule(Bank.App, Purpose.Service, IsOptIn: false, 0);

        Assert.Equal(ReasonCode.Offered, ReasonOf(Bank.Catalog([Service]), refusing));
        Assert.Equal(ReasonCode.Consent, ReasonOf(Asking(asking, Service), refusing));
        Assert.Equal(ReasonCode.Offered, ReasonOf(Asking(asking, Service), Bank.State()));
        Assert.Equal(ReasonCode.Consent, ReasonOf(Asking(asking with { IsOptIn = true }, Service), Bank.State()));
        Assert.Equal(
            ReasonCode.Offered, ReasonOf(Asking(asking with { IsOptIn = true }, Service with { Purpose = Purpose.Regulatory }), refusing));
    }

    [Fact]
    public void A_contact_that_waits_asks_its_customer_again_once_a_newer_catalogue_asks_for_grants()
    {
        var id = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "c"), 1);
        var contact = new AskedContact(id, "app", "", "action1", "", Purpose.Marketing, Bank.Now + Bank.DayMs, MayHaveChanged: false);
        var action = Bank.Action(1) with { Treatments = [new Treatment("plain", ["home"], new Content("en", "", "", "", ""))] };

        Assert.Equal(
            HandOverAnswer.Goes,
            HandOver.Judge(contact, "c", Asking(OptIn, action).InForceSince(Bank.Now - Bank.DayMs), Bank.Now + 1).Answer);
        Assert.Equal(
            HandOverAnswer.AsksCustomer,
            HandOver.Judge(contact, "c", Asking(OptIn, action).InForceSince(Bank.Now + 1), Bank.Now + 1).Answer);
        Assert.Equal(DeliveryOutcome.VoidConsent, HandOver.Judge(id, Bank.View(Bank.State(), Asking(OptIn, action))).Outcome);
    }

    [Fact]
    public void Whoever_is_on_a_do_not_contact_list_gets_no_marketing_whatever_they_granted_and_service_all_the_same()
    {
        var catalog = Bank.Catalog([Bank.Action(1), Bank.Action(2) with { Purpose = Purpose.Service }], Lists);
        var listed = Bank.State((1, TagValue.Bool(true)));
        listed.Consents.Set(0, Purpose.Marketing, isGranted: true, Bank.Now);

        Assert.Equal(ReasonCode.Offered, VerdictOf(catalog, Bank.State(), 1).Reason);
        Assert.Equal(ReasonCode.Offered, VerdictOf(catalog, listed, 2).Reason);
        var verdict = VerdictOf(catalog, listed, 1);
        Assert.Equal((ReasonCode.DoNotContact, "complaint"), (verdict.Reason, AccessSource.GetName(verdict, null, catalog)));
    }

    [Fact]
    public void A_list_sees_a_profile_that_is_hidden_from_marketing_and_no_facts_of_the_call()
    {
        var catalog = Bank.Catalog([Bank.Action(1)], Lists);
        var listed = Bank.State((1, TagValue.Bool(true)));
        var hidden = new CustomerView(listed, catalog, [], Bank.Now, isPersonalized: false);
        var denied = new CustomerView(listed, catalog, [new ContextTag(1, TagValue.Bool(false))], Bank.Now);

        Assert.Equal(1, catalog.ContactPolicy.FindList(hidden));
        Assert.Equal(1, catalog.ContactPolicy.FindList(denied));
        Assert.Equal(-1, catalog.ContactPolicy.FindList(Bank.View(Bank.State(), catalog)));
    }

    [Fact]
    public void A_contact_that_waits_is_void_once_its_customer_is_on_a_list()
    {
        var catalog = Bank.Catalog([Bank.Action(1)], Lists);
        var id = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "c"), 1);

        Assert.Equal(DeliveryOutcome.VoidPolicy, HandOver.Judge(id, Bank.View(Bank.State((1, TagValue.Bool(true))), catalog)).Outcome);
        Assert.Equal(default, HandOver.Judge(id, Bank.View(Bank.State(), catalog)));
        Assert.True(catalog.ContactPolicy.MayBindAnew);
    }

    [Theory]
    [InlineData("tags.vip || tags.city == 'x'", false)]
    [InlineData("tags.vip || tags.since <= now", true)]
    [InlineData("tags.logins < 1", true)]
    [InlineData("!has(tags.city) && contacts.used('weekly') > 1", true)]
    public void A_customer_who_is_as_before_is_asked_again_where_time_alone_may_bring_one_onto_a_list(string condition, bool isAsked)
    {
        var list = new DoNotContactList("left", Expression.Condition(condition, Bank.Schema));
        var action = Bank.Action(1) with { Treatments = [new Treatment("plain", ["home"], new Content("en", "", "", "", ""))] };
        var catalog = Bank.Catalog([action], new ContactRules { DoNotContact = [list] }).InForceSince(Bank.Now - Bank.DayMs);
        var waiting = new AskedContact(
            new(DecisionId.Create(Bank.Now, Bank.Home, "c"), 1), "app", "", "a1", "", Purpose.Marketing, Bank.Now + Bank.DayMs,
            MayHaveChanged: false);

        Assert.Equal(isAsked ? HandOverAnswer.AsksCustomer : HandOverAnswer.Goes, HandOver.Judge(waiting, "c", catalog, Bank.Now).Answer);
    }

    private static ContactRules Lists { get; } = new()
    {
        DoNotContact =
        [
            new("deceased", Expression.Condition("tags.age > 200", Bank.Schema)),
            new("complaint", Expression.Condition("tags.vip", Bank.Schema)),
        ],
    };

    private static Verdict VerdictOf(Catalog catalog, CustomerState state, ushort action) =>
        Bank.Decide(catalog, state).Verdicts.Single(verdict => verdict.Action == action);

    private static BankAction Service => Bank.Action(1) with { Purpose = Purpose.Service };

    private static Catalog Asking(ConsentRule rule, BankAction? action = null) =>
        Bank.Catalog([action ?? Bank.Action(1)], new ContactRules { Consents = [rule] });

    private static ReasonCode ReasonOf(Catalog catalog, CustomerState state) => Bank.Decide(catalog, state).Verdicts[0].Reason;
}
