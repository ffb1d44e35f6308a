using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>What binds a category binds its groups: 1 and 2 are groups of 3.</summary>
public sealed class ParentCategoryTests
{
    private static readonly DecisionId Made = DecisionId.Create(Bank.Now, Bank.Home, "020235");

    private static readonly ContactRules Loans = new() { Categories = new([KeyValuePair.Create((ushort)1, (ushort)3), KeyValuePair.Create((ushort)2, (ushort)3)]) };

    private static readonly ContactCap OneAMonth = new("loans_1_a_month", CapScope.Category, 3, 1, CapWindow.Sliding(30 * Bank.DayMs));

    [Fact]
    public void A_cap_of_a_category_counts_and_binds_its_groups()
    {
        var (catalog, state) = (Bank.Catalog([In(1, 1), In(2, 2), In(3, 3), In(4, 4)], Loans, OneAMonth), new CustomerState());
        Assert.Equal([1, 4], Offered(catalog, state));

        Say(state, catalog, 1);
        Assert.Equal([4], Offered(catalog, state));
        Assert.Equal(1, catalog.ContactPolicy.Used("loans_1_a_month", state.ContactState, Bank.Now));
        Assert.Equal(
            (1, (ushort)3),
            Assert.Single(catalog.ContactPolicy.Uses(state.ContactState, Bank.Now)) is var use ? (use.Used, use.ScopeNumber) : default);

        var back = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state));
        Assert.Equal([4], Offered(catalog, back));
        EventRecording.VoidContact(back, Contact(1), catalog);
        Assert.Equal([1, 4], Offered(catalog, back));
    }

    [Fact]
    public void A_slot_that_is_held_for_a_group_is_held_in_the_category()
    {
        var (catalog, state) = (Bank.Catalog([In(1, 1), In(2, 2)], Loans, OneAMonth), new CustomerState());
        Assert.True(EventRecording.HoldContact(state, Contact(1), Bank.Now + Bank.DayMs, catalog));
        Assert.Equal(1, catalog.ContactPolicy.Used("loans_1_a_month", state.ContactState, Bank.Now));
        Assert.Empty(Offered(catalog, state));
    }

    [Fact]
    public void A_cap_of_each_category_counts_a_contact_in_its_group_and_in_the_category_above()
    {
        var cap = OneAMonth with { ScopeNumber = 0, Limit = 2 };
        var (catalog, state) = (Bank.Catalog([In(1, 1), In(2, 2), In(3, 3), In(4, 4)], Loans, cap), new CustomerState());
        Say(state, catalog, 1);
        Say(state, catalog, 2);
        Assert.Equal([4], Offered(catalog, state));
        Assert.Equal(
            [(1, 1), (2, 1), (3, 2)],
            catalog.ContactPolicy.Uses(state.ContactState, Bank.Now).Select(static use => ((int)use.ScopeNumber, use.Used)));
    }

    [Fact]
    public void A_cool_down_of_a_category_hears_the_answers_to_its_groups()
    {
        var catalog = Bank.Catalog(
            [In(1, 1), In(2, 2), In(3, 3), In(4, 4)], Loans with { CoolDowns = [new("loans", 0, 3, Bank.DayMs, 0)] });
        var state = new CustomerState();
        state.ContactAnswers.Dismissed(1, 1, Bank.Now - 1);
        Assert.Equal([4], Offered(catalog, state));
    }

    [Fact]
    public void A_cool_down_of_a_group_lets_the_category_and_its_other_groups_be()
    {
        var catalog = Bank.Catalog([In(1, 1), In(2, 2), In(3, 3)], Loans with { CoolDowns = [new("car_loans", 0, 1, Bank.DayMs, 0)] });
        var state = new CustomerState();
        state.ContactAnswers.Dismissed(1, 1, Bank.Now - 1);
        Assert.Equal([2, 3], Offered(catalog, state));
    }

    [Fact]
    public void An_answer_has_no_more_of_a_category_with_its_groups_than_the_placement_allows()
    {
        var catalog = Bank.Catalog([In(1, 1), In(2, 2), In(3, 3), In(4, 4)], Loans);
        var decision = Bank.Decide(catalog, new CustomerState(), placement: catalog.Placements["home"] with { MaxPerCategory = 2 });
        Assert.Equal([1, 2, 4], decision.Offered.ToArray().Select(static verdict => (int)verdict.Action));
        Assert.Equal(ReasonCode.Diversity, decision.Verdicts.Single(static verdict => verdict.Action == 3).Reason);
    }

    private static BankAction In(ushort number, ushort category) => Bank.Action(number) with { Category = category, Lever = 10 - number };

    private static ContactId Contact(ushort action) => new(Made, action);

    private static void Say(CustomerState state, Catalog catalog, ushort action) =>
        EventRecording.CountContact(state, Contact(action), Bank.Now, catalog);

    private static IEnumerable<int> Offered(Catalog catalog, CustomerState state) =>
        Bank.Decide(catalog, state).Offered.ToArray().Select(static verdict => (int)verdict.Action);
}
