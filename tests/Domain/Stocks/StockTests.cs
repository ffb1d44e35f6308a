using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Decisions.Checks;
using Zhice.Domain.Effects;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Stocks;

public sealed class StockTests
{
    private static readonly ActionStock Cards = new(Units: 100, HeldForMs: Bank.DayMs);
    private static readonly ActionStock Texts = new(Units: 100, HeldForMs: null);
    private static readonly Guid Lease = Guid.NewGuid();
    private static readonly ContactId Contact = new(DecisionId.Create(Bank.Now, Bank.Home, "020235"), 1);

    [Fact]
    public void An_action_of_which_nothing_is_left_is_out_of_stock_and_others_are_offered()
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Stock = Cards }, Bank.Action(2)]);
        Assert.Equal([ReasonCode.Offered, ReasonCode.Offered], Reasons(Decide(catalog, new(), new Shelf(1))));
        Assert.Equal([ReasonCode.OutOfStock, ReasonCode.Offered], Reasons(Decide(catalog, new(), new Shelf())));
    }

    [Fact]
    public void Stock_is_the_last_question_and_what_a_rule_refuses_is_told_by_the_rule()
    {
        var catalog = Bank.Catalog([Bank.Action(1, (ReasonCode.Ineligible, "tags.vip")) with { Stock = Cards }]);
        Assert.Equal([ReasonCode.Ineligible], Reasons(Decide(catalog, new(), new Shelf())));
    }

    [Fact]
    public void A_customer_for_whom_a_unit_is_kept_is_offered_it_again_and_takes_no_other()
    {
        var action = Bank.Action(1) with { Stock = Cards };
        var catalog = Bank.Catalog([action]);
        var state = new CustomerState();
        Assert.True(StockUse.IsNeeded(action, state, Bank.Now));
        StockUse.Take(state, Contact, Cards, Lease, voidAtMs: null);

        Assert.Equal([ReasonCode.Offered], Reasons(Decide(catalog, state, new Shelf())));
        Assert.False(StockUse.IsNeeded(action, state, Bank.Now + Bank.DayMs - 1));
        Assert.True(StockUse.IsNeeded(action, state, Bank.Now + Bank.DayMs));
        Assert.Equal(
            new TakenUnit(Contact.ToString(), Lease, Bank.Now + Bank.DayMs + StockUse.GraceMs, GoesBack: true),
            Assert.Single(state.Effects!.Taken));
    }

    [Theory]
    [InlineData(FeedbackType.Acceptance, true)]
    [InlineData(FeedbackType.Dismissal, false)]
    public void An_answer_ends_the_unit_that_is_kept(FeedbackType answer, bool isSpent)
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Stock = Cards }]);
        var state = new CustomerState();
        StockUse.Take(state, Contact, Cards, Lease, voidAtMs: null);

        // The answer may be to another offer of the same action: it is one unit all the same.
        var answered = new CustomerEvent
        {
            Id = "e1", Type = 2, AtMs = Bank.Now + 5, Channel = Bank.App, Feedback = answer, Action = 1,
            Decision = DecisionId.Create(Bank.Now + 1, Bank.Home, "020235"),
        };
        EventRecording.Record(state, answered, catalog, Bank.Now + 5);
        EventRecording.Record(state, answered with { Id = "e2" }, catalog, Bank.Now + 6);

        Assert.Equal(new EndedUnit(Contact.ToString(), isSpent, Bank.Now + 5), Assert.Single(state.Effects!.EndedUnits));
        Assert.True(state.Units.All.IsEmpty);
    }

    [Fact]
    public void An_impression_keeps_the_unit_and_an_acceptance_after_its_time_finds_none()
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Stock = Cards }]);
        var state = new CustomerState();
        StockUse.Take(state, Contact, Cards, Lease, voidAtMs: null);
        StockUse.Answer(state, 1, FeedbackType.Impression, Bank.Now);
        Assert.True(state.Units.Has(1, Bank.Now));
        StockUse.Answer(state, 1, FeedbackType.Acceptance, Bank.Now + Bank.DayMs);
        Assert.Empty(state.Effects!.EndedUnits);
    }

    [Fact]
    public void A_void_contact_gives_its_unit_back_kept_or_spent()
    {
        foreach (var stock in (ActionStock[])[Cards, Texts])
        {
            var catalog = Bank.Catalog([Bank.Action(1) with { Stock = stock }]);
            var state = new CustomerState();
            StockUse.Take(state, Contact, stock, Lease, voidAtMs: Bank.Now + 1_000);
            EventRecording.VoidContact(state, Contact, catalog);
            Assert.False(Assert.Single(state.Effects!.EndedUnits).IsSpent);
            Assert.True(state.Units.All.IsEmpty);
        }
    }

    [Fact]
    public void An_offer_that_spends_its_unit_at_once_keeps_nothing_and_takes_one_each_time()
    {
        var action = Bank.Action(1) with { Stock = Texts };
        var state = new CustomerState();
        StockUse.Take(state, Contact, Texts, Lease, voidAtMs: null);
        Assert.True(StockUse.IsNeeded(action, state, Bank.Now));
        Assert.Null(Assert.Single(state.Effects!.Taken).EndsAtMs);
    }

    [Fact]
    public void A_decision_is_made_again_as_it_was_whatever_the_stock_is_now()
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Stock = Cards }, Bank.Action(2) with { Stock = Cards }, Bank.Action(3)]);
        foreach (var shelf in (Shelf[])[new(), new(1), new(1, 2)])
        {
            var decision = Decide(catalog, new(), shelf);
            var record = new DecisionRecord(decision, CustomerStateCodec.ToBytes(new()), [], 3);
            Assert.True(DecisionRecord.IsSame(decision, DecisionRecord.FromBytes(record.ToBytes()).Replay(catalog)!));
        }
    }

    [Fact]
    public void The_check_tells_how_many_units_there_are_and_whether_one_is_kept()
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Stock = Cards }]);
        var decision = Decide(catalog, new(), new Shelf());
        var checks = CandidateChecks.List(decision, Bank.View(new(), catalog), catalog.Placements["home"], new());
        var check = Assert.Single(checks[0].Checks, static each => each.Reason == ReasonCode.OutOfStock);
        Assert.False(check.IsPassed);
        Assert.Equal([new("units", "100"), new("kept_for_the_customer", "false")], check.Inputs.AsEnumerable());
    }

    [Fact]
    public void Kept_units_survive_as_bytes_and_states_without_any_are_as_older_silos_read_them()
    {
        var state = new CustomerState();
        Assert.Equal(3, CustomerStateCodec.ToBytes(state)[0]);
        StockUse.Take(state, Contact, Cards, Lease, voidAtMs: null);
        var bytes = CustomerStateCodec.ToBytes(state);
        Assert.Equal(5, bytes[0]);
        Assert.Equal(new HeldUnit(Contact, Bank.Now + Bank.DayMs), Assert.Single(CustomerStateCodec.FromBytes(bytes).Units.All.ToArray()));
    }

    private static Decision Decide(Catalog catalog, CustomerState state, IStockLevels stock) => Decider.Decide(
        DecisionId.Create(Bank.Now, Bank.Home, "020235"), Bank.View(state, catalog), catalog.Placements["home"], new PropensityModels(),
        stock, 3);

    private static ReasonCode[] Reasons(Decision decision) =>
        [.. decision.Verdicts.OrderBy(static verdict => verdict.Action).Select(static verdict => verdict.Reason)];

    private sealed class Shelf(params ushort[] full) : IStockLevels
    {
        public bool HasLeft(BankAction action) => full.Contains(action.Number);
    }
}
