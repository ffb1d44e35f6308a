using System.Globalization;
using FsCheck.Xunit;
using Xunit;
using Zhice.Catalogs;
using Zhice.Domain.Audiences;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.TestBank;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>Do-not-contact lists that name an uploaded audience.</summary>
public sealed class UploadedListTests
{
    private const string Customer = "020235";

    [Property]
    public bool A_set_has_everyone_who_was_put_in_and_nobody_else(int[] members, int other) =>
        CustomerSet.FromHashes([.. members.Distinct().Select(HashOf)]) is var set
        && members.All(member => set.Has(HashOf(member)))
        && set.Has(HashOf(other)) == members.Contains(other);

    [Fact]
    public void A_set_of_many_has_each_of_them()
    {
        var set = CustomerSet.FromHashes([.. Enumerable.Range(0, 100_000).Select(HashOf)]);
        Assert.All(Enumerable.Range(0, 100_000), member => Assert.True(set.Has(HashOf(member))));
        Assert.DoesNotContain(Enumerable.Range(100_000, 100_000), other => set.Has(HashOf(other)));
    }

    [Fact]
    public void A_member_gets_no_marketing_and_service_all_the_same()
    {
        var catalog = Catalog.With(Listing("dnc_regulator", Customer));
        Assert.Equal(ReasonCode.Offered, VerdictOf(catalog, 2).Reason);
        Assert.Equal(ReasonCode.Offered, VerdictOf(catalog, 3).Reason);
        var verdict = VerdictOf(catalog, 1);
        Assert.Equal((ReasonCode.DoNotContact, "regulator"), (verdict.Reason, AccessSource.GetName(verdict, null, catalog)));
        Assert.Equal(ReasonCode.Offered, VerdictOf(Catalog.With(Listing("dnc_regulator", "another")), 1).Reason);
    }

    [Fact]
    public void A_list_that_was_not_read_has_everyone()
    {
        Assert.Equal(ReasonCode.DoNotContact, VerdictOf(Catalog, 1).Reason);
        Assert.Equal(ReasonCode.DoNotContact, VerdictOf(Catalog.With(Listing("another", Customer)), 1).Reason);
        Assert.Equal(HandOverAnswer.Void, HandOver.Judge(Waiting(1), Customer, Catalog, Bank.Now).Answer);
    }

    [Fact]
    public void A_contact_that_waits_is_void_once_its_customer_is_a_member_though_nothing_of_the_customer_changed()
    {
        var (on, off) = (Catalog.With(Listing("dnc_regulator", Customer)), Catalog.With(Listing("dnc_regulator", "another")));
        Assert.Equal(HandOverVerdict.Void(DeliveryOutcome.VoidPolicy), HandOver.Judge(Waiting(1), Customer, on, Bank.Now));
        Assert.Equal(HandOverAnswer.Goes, HandOver.Judge(Waiting(1), Customer, off, Bank.Now).Answer);
        Assert.Equal(HandOverAnswer.Goes, HandOver.Judge(Waiting(2), Customer, on, Bank.Now).Answer);
        Assert.Equal(HandOverAnswer.Goes, HandOver.Judge(Waiting(3), Customer, on, Bank.Now).Answer);
        Assert.Equal(DeliveryOutcome.VoidPolicy, HandOver.Judge(Waiting(1).Id, Bank.View(Bank.State(), on)).Outcome);
    }

    [Fact]
    public void A_decision_is_made_again_as_it_was_though_the_list_has_changed_since()
    {
        foreach (var then in new[] { Listing("dnc_regulator", Customer), Listing("dnc_regulator", "another") })
        {
            var decision = Bank.Decide(Catalog.With(then), Bank.State());
            var record = new DecisionRecord(decision, CustomerStateCodec.ToBytes(Bank.State()), [], 50);
            Assert.True(DecisionRecord.IsSame(decision, record.Replay(Catalog.With(Listing("dnc_regulator")))!));
        }
    }

    [Fact]
    public void The_checks_of_a_decision_name_each_list_and_whether_the_customer_is_on_it()
    {
        var catalog = Catalog.With(Listing("dnc_regulator", Customer));
        var checks = CandidateChecks.List(
            Bank.Decide(catalog, Bank.State()), Bank.View(Bank.State(), catalog), catalog.Placements["home"], new())
            .Single(static each => each.Action == 1).Checks;
        Assert.Equal(
            [("complaint", true), ("regulator", false)],
            checks.Where(static check => check.Reason == ReasonCode.DoNotContact).Select(static check => (check.RuleId, check.IsPassed)));
    }

    private static Catalog Catalog { get; } = Bank.Catalog(
        [Act(1, Purpose.Marketing), Act(2, Purpose.Service), Act(3, Purpose.Regulatory)],
        new ContactRules { DoNotContact = [new("complaint", Expression.Condition("tags.vip", Bank.Schema)), new("regulator", "dnc_regulator")] });

    private static BankAction Act(ushort number, Purpose purpose) =>
        Bank.Action(number) with { Purpose = purpose, Treatments = [new Treatment("plain", ["home"], new Content("en", "", "", "", ""))] };

    private static ListedCustomers Listing(string audienceId, params string[] customers) =>
        ListedCustomers.Create(
            Catalog.ContactPolicy, id => id == audienceId ? CustomerSet.FromHashes([.. customers.Select(CustomerSet.Hash)]) : null);

    private static AskedContact Waiting(ushort action) => new(
        new ContactId(DecisionId.Create(Bank.Now, Bank.Home, Customer), action), "app", "", $"action{action}", "", (Purpose)0,
        Bank.Now + Bank.DayMs, MayHaveChanged: false);

    private static Verdict VerdictOf(Catalog catalog, ushort action) =>
        Bank.Decide(catalog, Bank.State()).Verdicts.Single(verdict => verdict.Action == action);

    private static ulong HashOf(int customer) => CustomerSet.Hash(customer.ToString(CultureInfo.InvariantCulture));
}
