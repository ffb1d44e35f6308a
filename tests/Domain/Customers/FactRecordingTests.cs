using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Customers;

/// <summary>Which facts a change of a customer makes true.</summary>
public sealed class FactRecordingTests
{
    private const ushort Deposit = 1;
    private const ushort Opened = 7;

    private static readonly Catalog Catalog = new(
        1, new SymbolTable([new(SymbolKind.EventType, "login")]), new("Asia/Shanghai"), Bank.Tags, [], [], [], [], [])
    {
        Outcomes = [new("deposit", Deposit, Opened, "amount", [1], 30 * Bank.DayMs)],
    };

    [Fact]
    public void An_outcome_is_booked_on_the_last_touch_before_it_and_follows_every_touch_within_the_window()
    {
        var state = new CustomerState();
        var (old, first, last, later) =
            (Touch(state, 1, -31, 10), Touch(state, 1, -20, 11), Touch(state, 1, -3, 12), Touch(state, 1, 1, 13));
        Touch(state, 2, -1, 14);

        Record(state, Open("e1", 12_345.678));

        Assert.Equal(
            [
                new Fact(FactKind.Outcome, "e1", Bank.Now, Today, 12) { Code = Deposit, AmountFen = 1_234_568, About = Text(last) },
                new Fact(FactKind.Converted, "e1", Bank.Now, Today, 11) { Code = Deposit, AmountFen = 1_234_568, About = Text(first) },
                new Fact(FactKind.Converted, "e1", Bank.Now, Today, 12) { Code = Deposit, AmountFen = 1_234_568, About = Text(last) },
            ],
            Facts(state));
        Assert.False(state.Touches.Find(old)!.Value.IsFollowedBy(Deposit));
        Assert.False(state.Touches.Find(later)!.Value.IsFollowedBy(Deposit));
    }

    [Fact]
    public void A_repeated_event_counts_once_and_a_second_outcome_is_one_again()
    {
        var state = new CustomerState();
        Touch(state, 1, -3, 12);
        Record(state, Open("e1", 5));
        Record(state, Open("e1", 5));
        Record(state, Open("e2", 7));
        Assert.Equal(
            [(FactKind.Outcome, 500L), (FactKind.Converted, 500L), (FactKind.Outcome, 700L), (FactKind.ConvertedAgain, 700L)],
            Facts(state).Select(static fact => (fact.Kind, fact.AmountFen)));
    }

    [Fact]
    public void A_late_outcome_moves_the_figures_of_its_own_day()
    {
        var state = new CustomerState();
        Touch(state, 1, -6, 12);
        Record(state, Open("e1", 5) with { AtMs = Bank.Now - (5 * Bank.DayMs) });
        Assert.All(Facts(state), static fact => Assert.Equal(Today - 5, fact.Day));
    }

    [Fact]
    public void An_outcome_of_a_customer_who_was_held_out_is_booked_on_nothing_and_counted_for_the_lift()
    {
        var state = new CustomerState();
        Touch(state, 1, -3, 12, isHeldOut: true);
        Record(state, Open("e1", 5));
        Record(state, Open("e2", 5));
        Assert.Equal(
            [FactKind.Outcome, FactKind.HeldOutConverted, FactKind.Outcome, FactKind.HeldOutConvertedAgain],
            Facts(state).Select(static fact => fact.Kind));
        Assert.All(Facts(state).Where(static fact => fact.Kind == FactKind.Outcome), static fact => Assert.Equal("", fact.About));
    }

    [Fact]
    public void Nothing_is_booked_on_a_void_contact_and_it_still_counts_for_the_lift()
    {
        var state = new CustomerState();
        var first = Touch(state, 1, -3, 12);
        var last = Touch(state, 1, -2, 13);
        EventRecording.VoidContact(state, last, Catalog);
        Record(state, Open("e1", 5));
        Assert.Equal([Text(first), Text(first), Text(last)], Facts(state).Select(static fact => fact.About));
    }

    [Theory]
    [InlineData(FactRecording.ContactProperty)]
    [InlineData(FactRecording.DecisionProperty)]
    public void What_the_core_system_names_is_booked_however_long_ago_it_was(string property)
    {
        var state = new CustomerState();
        var named = Touch(state, 2, -60, 12);
        Touch(state, 1, -1, 13);
        var name = property == FactRecording.ContactProperty ? Text(named) : named.Decision.ToString();
        Record(state, Open("e1", 5) with { Properties = [new(property, TagValue.String(name))] });
        Record(state, Open("e2", 5) with { Properties = [new(property, TagValue.String("elsewhere"))] });
        Assert.Equal([Text(named), ""], Facts(state).Where(static fact => fact.Kind == FactKind.Outcome).Select(static fact => fact.About));
    }

    [Fact]
    public void An_amount_beyond_all_bounds_does_not_overflow()
    {
        var state = new CustomerState();
        Record(state, Open("e1", 0) with { Properties = [new("amount", TagValue.Integer(long.MaxValue))] });
        Record(state, Open("e2", 0) with { Properties = [new("amount", TagValue.Decimal(long.MinValue))] });
        Record(state, Open("e3", 0) with { Properties = [new("amount", TagValue.String("5"))] });
        Assert.Equal([10_000_000_000_000L, -10_000_000_000_000L, 0L], Facts(state).Select(static fact => fact.AmountFen));
    }

    [Fact]
    public void An_answer_to_an_offer_that_nobody_counted_makes_it_a_touch()
    {
        var state = new CustomerState();
        var offer = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "020235"), 1);
        Record(state, new() { Id = "a1", Type = 9, AtMs = Bank.Now, Feedback = FeedbackType.Click, Decision = offer.Decision, Action = 1, ContrastArm = "contrast:no_levers" });
        Record(state, new() { Id = "a2", Type = 9, AtMs = Bank.Now, Feedback = FeedbackType.Click, Decision = offer.Decision, Action = 1 });
        Record(state, Open("e1", 5));
        Assert.Equal([FactKind.Clicked, FactKind.Outcome, FactKind.Converted], Facts(state).Select(static fact => fact.Kind));
        Assert.All(Facts(state), fact => Assert.Equal(Text(offer), fact.Kind == FactKind.Clicked ? fact.Key : fact.About));
        Assert.Equal(
            (FactRecording.GetGroup(offer, "", Catalog) with { Arm = "contrast:no_levers" }).GetId(), Facts(state).ToArray()[0].GroupId);
        Assert.Single(Facts(state).Select(static fact => fact.GroupId).Distinct());
    }

    [Fact]
    public void A_receipt_is_recorded_once_by_the_group_of_its_contact()
    {
        var state = new CustomerState();
        var contact = Touch(state, 1, -1, 12);
        foreach (var outcome in new[] { DeliveryOutcome.Delivered, DeliveryOutcome.Delivered, DeliveryOutcome.Bounced, DeliveryOutcome.Complained })
        {
            ContactSettling.Settle(state, new(Text(contact), outcome, Bank.Now), Catalog, Bank.Now);
        }

        Assert.Equal(
            [
                (FactKind.Delivered, 0, 12L), (FactKind.NotArrived, (int)DeliveryOutcome.Bounced, 12L),
                (FactKind.Refused, (int)DeliveryOutcome.Complained, 12L)],
            Facts(state).Select(static fact => (fact.Kind, fact.Code, fact.GroupId)));
    }

    [Fact]
    public void The_last_32_touches_of_90_days_are_kept_and_come_back_from_bytes()
    {
        var state = new CustomerState();
        Touch(state, 1, -91, 1);
        for (var i = 0; i < 40; i++)
        {
            Touch(state, 1, -40 + i, i);
        }

        Assert.Equal(
            Enumerable.Range(8, 32).Select(static i => (long)i), state.Touches.All.ToArray().Select(static touch => touch.GroupId));
        Record(state, Open("e1", 5));
        EventRecording.VoidContact(state, state.Touches.All[3].Id, Catalog);
        Touch(state, 1, 0, long.MinValue, isHeldOut: true);
        var bytes = CustomerStateCodec.ToBytes(state);
        Assert.Equal(10, bytes[0]);
        Assert.Equal(state.Touches.All.ToArray(), CustomerStateCodec.FromBytes(bytes).Touches.All.ToArray());
        Assert.Equal(bytes, CustomerStateCodec.ToBytes(state.Clone()));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CustomerStateCodec.FromBytes(bytes[..length]));
        }
    }

    [Fact]
    public void Groups_with_other_names_have_other_ids_wherever_a_name_ends()
    {
        FactGroup[] groups =
        [
            new(), new() { Campaign = "a" }, new() { Journey = "a" }, new() { Campaign = "ab" }, new() { Campaign = "a", Journey = "b" },
            new() { EventType = "a" },
            new() { Campaign = new string('长', 200) }, new() { Campaign = new string('长', 201) },
        ];
        Assert.Equal(groups.Length, groups.Select(static group => group.GetId()).Distinct().Count());
        Assert.All(groups, static group => Assert.Equal(group, FactGroup.FromNames(group.Names)));

        // The ids are stored.
        Assert.Equal(4_596_467_017_472_465_740, new FactGroup { Campaign = "summer", Action = "deposit" }.GetId());
    }

    [Fact]
    public void An_outcome_whose_amount_cannot_be_read_counts_with_0_and_is_noticed()
    {
        var state = new CustomerState();
        var (missing, text) = (Open("e1", 5) with { Properties = [] }, Open("e2", 5) with { Properties = [new("amount", TagValue.String("5"))] });
        Record(state, missing);
        Record(state, text);
        Assert.Equal([0L, 0L], Facts(state).Select(static fact => fact.AmountFen));
        Assert.Equal(
            [1, 1, 0, 0], new[] { missing, text, Open("e3", 0), missing with { Type = 9 } }.Select(each => FactRecording.CountWithoutAmount(each, Catalog)));
    }

    private static int Today => Catalog.Calendar.GetDay(Bank.Now);

    private static string Text(ContactId id) => id.ToString();

    private static ContactId Touch(CustomerState state, ushort action, int day, long groupId, bool isHeldOut = false)
    {
        var atMs = Bank.Now + (day * Bank.DayMs);
        var id = new ContactId(DecisionId.Create(atMs, Bank.Home, "020235"), action);
        FactRecording.Touch(state, new(id, atMs, groupId, isHeldOut), fact: null, Math.Max(atMs, 0));
        return id;
    }

    private static void Record(CustomerState state, CustomerEvent customerEvent) =>
        EventRecording.Record(state, customerEvent, Catalog, Bank.Now);

    private static CustomerEvent Open(string id, double yuan) =>
        new() { Id = id, Type = Opened, AtMs = Bank.Now, Properties = [new("amount", TagValue.Decimal((long)Math.Round(yuan * Decimal4.Scale)))] };

    private static IReadOnlyList<Fact> Facts(CustomerState state) =>
        [.. (state.Effects?.Facts ?? []).Select(static fact => fact with { Group = null })];
}
