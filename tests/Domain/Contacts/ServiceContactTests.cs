using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Contacts;

/// <summary>Service messages are bound by the caps and spacings that name them, and by nothing else.</summary>
public sealed class ServiceContactTests
{
    private static readonly DecisionId Made = DecisionId.Create(Bank.Now, Bank.Home, "020235");

    private const BoundPurposes Both = BoundPurposes.Marketing | BoundPurposes.Service;

    private static readonly ContactCap OneADay = new("daily", CapScope.All, 0, 1, CapWindow.Sliding(Bank.DayMs));

    [Fact]
    public void A_cap_of_marketing_neither_counts_nor_binds_service()
    {
        var (catalog, state) = (BankOf([OneADay]), new CustomerState());
        Say(state, catalog, 2);
        Assert.Equal([3, 2, 1], Offered(catalog, state));
        Assert.True(state.Contacts.IsEmpty);
    }

    [Fact]
    public void A_cap_that_names_both_counts_and_binds_both_but_nothing_that_law_asks_for()
    {
        var catalog = BankOf([OneADay with { Purposes = Both }]);
        foreach (var said in new ushort[] { 1, 2 })
        {
            var state = new CustomerState();
            Say(state, catalog, said);
            Assert.Equal([3], Offered(catalog, state));

            var back = CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state));
            Assert.Equal([3], Offered(catalog, back));
            EventRecording.VoidContact(back, Contact(said), catalog);
            Assert.Equal([3, 2], Offered(catalog, back));
        }

        var warned = new CustomerState();
        Say(warned, catalog, 3);
        Assert.Equal([3, 2], Offered(catalog, warned));
    }

    [Fact]
    public void A_cap_of_service_alone_leaves_marketing_be()
    {
        var (catalog, state) = (BankOf([OneADay with { Purposes = BoundPurposes.Service }]), new CustomerState());
        Say(state, catalog, 1);
        Assert.Equal([3, 2, 1], Offered(catalog, state));
        Say(state, catalog, 2);
        Assert.Equal([3, 1], Offered(catalog, state));
    }

    [Fact]
    public void A_spacing_that_names_service_spaces_it()
    {
        var catalog = BankOf([], new() { Spacings = [new("app", Bank.App, 1000) { Purposes = Both }] });
        var state = new CustomerState();
        Say(state, catalog, 1);
        Assert.Equal([3], Offered(catalog, state));
        Assert.Equal([3, 2], Offered(catalog, new CustomerState()));
    }

    [Fact]
    public void A_slot_that_is_held_for_service_outlives_a_restart()
    {
        var (catalog, state) = (BankOf([OneADay with { Purposes = Both }]), new CustomerState());
        Assert.True(EventRecording.HoldContact(state, Contact(2), Bank.Now + Bank.DayMs, catalog));
        Assert.Equal([3], Offered(catalog, CustomerStateCodec.FromBytes(CustomerStateCodec.ToBytes(state))));
    }

    [Fact]
    public void Consent_quiet_hours_and_cool_downs_do_not_bind_service()
    {
        var catalog = BankOf(
            [OneADay with { Purposes = Both }],
            new() { QuietHours = [new("app", Bank.App, 0, 1439)], CoolDowns = [new("a", 2, 0, Bank.DayMs, 0)] });
        var state = new CustomerState();
        state.Consents.Set(0, Purpose.Marketing, isGranted: false, Bank.Now);
        state.ContactAnswers.Dismissed(2, 1, Bank.Now);
        Assert.Equal([3, 2], Offered(catalog, state));
    }

    private static Catalog BankOf(ContactCap[] caps, ContactRules? rules = null) => Bank.Catalog(
        [Bank.Action(1), Bank.Action(2) with { Purpose = Purpose.Service }, Bank.Action(3) with { Purpose = Purpose.Regulatory }],
        rules ?? ContactRules.None, caps);

    private static ContactId Contact(ushort action) => new(Made, action);

    private static void Say(CustomerState state, Catalog catalog, ushort action) =>
        EventRecording.CountContact(state, Contact(action), Bank.Now, catalog);

    private static IEnumerable<int> Offered(Catalog catalog, CustomerState state) =>
        Bank.Decide(catalog, state).Offered.ToArray().Select(static verdict => (int)verdict.Action);
}
