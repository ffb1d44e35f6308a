using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Decisions;

public sealed class ArbitrationTests
{
    private static readonly Content NoContent = new("en", "", "", "", "");

    [Fact]
    public void A_context_weight_multiplies_the_scores_of_its_actions_while_its_condition_holds()
    {
        var catalog = With(
            [Bank.Action(1) with { ContextWeights = 0b11 }, Bank.Action(2) with { ContextWeights = 0b10 }],
            [Weight("vip", "tags.vip", 4), Weight("always", "!has(tags.secret)", 0.5)]);
        var vip = new CustomerState();
        vip.Tags.Set(1, TagValue.Bool(true), Bank.Now, TagSource.Api);

        Assert.Equal([(1, 0.5, 50.0), (2, 0.5, 50.0)], Scores(Bank.Decide(catalog, new CustomerState())));
        Assert.Equal([(1, 2.0, 200.0), (2, 0.5, 50.0)], Scores(Bank.Decide(catalog, vip)));
    }

    [Fact]
    public void An_answer_has_no_more_of_a_category_than_the_placement_allows()
    {
        var catalog = Bank.Catalog([Best(1, 9, 1), Best(2, 8, 1), Best(3, 7, 2), Best(4, 6, 1) with { Purpose = Purpose.Regulatory }]);
        var decision = Decide(catalog, placement => placement with { MaxPerCategory = 1 });

        Assert.Equal([4, 3], Offered(decision));
        Assert.All(
            decision.Verdicts.Where(static verdict => verdict.Action < 3),
            static verdict => Assert.Equal(ReasonCode.Diversity, verdict.Reason));
    }

    [Fact]
    public void A_fixed_slot_belongs_to_its_action_while_that_may_be_offered()
    {
        var slots = ImmutableArray.Create(new FixedSlot(2, 4));
        var open = Bank.Catalog([Best(1, 9, 1), Best(2, 8, 1), Best(3, 7, 1), Best(4, 20, 1)]);
        var shut = Bank.Catalog([Best(1, 9, 1), Best(2, 8, 1), Best(3, 7, 1), Best(4, 20, 1) with { EndsAtMs = Bank.Now }]);

        Assert.Equal([1, 4, 2, 3], Offered(Decide(open, placement => placement with { FixedSlots = slots })));
        Assert.Equal([1, 2, 3], Offered(Decide(shut, placement => placement with { FixedSlots = slots })));
        Assert.Equal([1, 4], Offered(Decide(open, placement => placement with { FixedSlots = slots }, limit: 2)));
    }

    [Fact]
    public void The_owner_of_a_rank_that_the_answer_does_not_reach_competes_like_all_others()
    {
        var catalog = Bank.Catalog([Best(1, 900, 1), Best(2, 9, 1), Best(3, 8, 1), Best(4, 7, 1)]);
        var slots = ImmutableArray.Create(new FixedSlot(5, 1), new FixedSlot(2, 4));
        Assert.Equal([1, 4, 2], Offered(Decide(catalog, placement => placement with { FixedSlots = slots }, limit: 3)));
        Assert.Equal([1], Offered(Decide(catalog, placement => placement with { FixedSlots = slots }, limit: 1)));
    }

    [Fact]
    public void Regulatory_actions_rank_before_service_and_service_before_marketing_whatever_they_score()
    {
        var catalog = Bank.Catalog(
        [
            Best(1, 900, 1), Best(2, 800, 1), Best(3, 2, 1) with { Purpose = Purpose.Service },
            Best(4, 3, 1) with { Purpose = Purpose.Service },
            Best(5, 0, 1) with { Purpose = Purpose.Regulatory },
        ]);
        var decision = Bank.Decide(catalog, new CustomerState(), limit: 4);
        Assert.Equal([5, 4, 3, 1], Offered(decision));
        Assert.Equal(ReasonCode.LowerPriority, decision.Verdicts.Single(static verdict => verdict.Action == 2).Reason);
    }

    [Fact]
    public void A_sale_takes_no_rank_from_a_warning_even_where_it_owns_one()
    {
        var catalog = Bank.Catalog([Best(1, 900, 1), Best(2, 1, 1) with { Purpose = Purpose.Regulatory }, Best(3, 5, 1)]);
        Assert.Equal([2, 1, 3], Offered(Decide(catalog, static placement => placement with { FixedSlots = [new(1, 1)] })));
        Assert.Equal([1, 2, 3], Offered(Decide(catalog, static placement => placement with { FixedSlots = [new(2, 2)] })));
    }

    [Fact]
    public void The_owner_of_a_late_rank_moves_up_when_there_is_nobody_before_it() =>
        Assert.Equal(
            [1, 2],
            Offered(Decide(Bank.Catalog([Best(1, 9, 1), Best(2, 20, 1)]), placement => placement with { FixedSlots = [new(5, 2)] })));

    [Fact]
    public void The_first_treatment_that_fits_the_customer_is_shown()
    {
        var rich = new Treatment("rich", ["home"], NoContent) { Rules = [Bank.Rule(ReasonCode.Unsuitable, "tags.aum >= 1000")] };
        var plain = new Treatment("plain", ["home"], NoContent) { Rules = [Bank.Rule(ReasonCode.Ineligible, "!tags.vip")] };
        var action = Bank.Action(1, (ReasonCode.Ineligible, "!has(tags.secret)"));
        var state = new CustomerState();

        Assert.Equal((ReasonCode.Unsuitable, 1), Outcome(state));
        state.Tags.Set(1, TagValue.Bool(false), Bank.Now, TagSource.Api);
        Assert.Equal(1, Shown(state));
        state.Tags.Set(3, TagValue.Decimal(1000 * Decimal4.Scale), Bank.Now, TagSource.Api);
        Assert.Equal(0, Shown(state));

        Verdict Judge(CustomerState customer) => Decide(
            Bank.Catalog([action]), placement => placement with { Candidates = [new Candidate(action, [rich, plain])] },
            state: customer).Verdicts.Single();
        (ReasonCode, int) Outcome(CustomerState customer) => (Judge(customer).Reason, Judge(customer).AccessSource);
        int Shown(CustomerState customer) => Judge(customer) is { Reason: ReasonCode.Offered } verdict ? verdict.Treatment : -1;
    }

    [Fact]
    public void A_customer_in_a_holdout_hears_no_marketing_of_it_but_is_warned_of_fraud()
    {
        var catalog = With(
            [Best(1, 1, 1) with { Holdouts = 1 }, Best(2, 1, 1), Best(3, 1, 1) with { Holdouts = 1, Purpose = Purpose.Regulatory }]);
        catalog = Copy(catalog, holdouts: [new Holdout("all", Assignment.GetSalt("x"), Assignment.Parts)]);

        var decision = Bank.Decide(catalog, new CustomerState());
        Assert.Equal([3, 2], Offered(decision));
        Assert.Equal((ReasonCode.Holdout, (short)0), (decision.Verdicts[2].Reason, decision.Verdicts[2].AccessSource));
    }

    [Fact]
    public void An_action_for_one_arm_is_offered_to_that_arm_and_the_decision_says_the_arm()
    {
        var experiment = new Experiment
        {
            Id = "e", LayerSalt = 1, From = 0, To = Assignment.Parts, ArmSalt = 2, Arms = [new("a", 1), new("b", 2)],
        };
        var arm = new byte[1];
        Assignment.Arms([experiment], "020235", arm);
        var other = (byte)(3 - arm[0]);
        var catalog = Copy(
            Bank.Catalog([Best(1, 1, 1) with { OnlyFor = new(0, arm[0]) }, Best(2, 1, 1) with { OnlyFor = new(0, other) }]),
            experiments: [experiment]);

        var decision = Bank.Decide(catalog, new CustomerState());
        Assert.Equal([1], Offered(decision));
        Assert.Equal(arm, decision.Arms.ToArray());
        Assert.Equal(
            (ReasonCode.Holdout, (short)Decider.FirstExperiment), (decision.Verdicts[1].Reason, decision.Verdicts[1].AccessSource));
    }

    private static BankAction Best(ushort number, double lever, ushort category) =>
        Bank.Action(number) with { Lever = lever, Category = category };

    private static ContextWeight Weight(string id, string when, double weight) =>
        new(id, Bank.Rule(ReasonCode.Offered, when).Expression, weight);

    private static Catalog With(IEnumerable<BankAction> actions, ImmutableArray<ContextWeight> weights = default) =>
        Copy(Bank.Catalog(actions), weights: weights.IsDefault ? [] : weights);

    private static Catalog Copy(
        Catalog catalog, ImmutableArray<ContextWeight>? weights = null, ImmutableArray<Holdout>? holdouts = null,
        ImmutableArray<Experiment>? experiments = null) =>
        new(
            1, catalog.Symbols, catalog.Calendar, catalog.Tags, [.. catalog.Channels.Values], [.. catalog.Placements.Values],
            catalog.Actions, ["login"], catalog.Caps)
        {
            ContextWeights = weights ?? catalog.ContextWeights, Holdouts = holdouts ?? catalog.Holdouts,
            Experiments = experiments ?? catalog.Experiments,
        };

    private static Decision Decide(Catalog catalog, Func<Placement, Placement> change, int limit = 10, CustomerState? state = null) =>
        Bank.Decide(catalog, state ?? new CustomerState(), limit, placement: change(catalog.Placements["home"]));

    private static IEnumerable<int> Offered(Decision decision) => decision.Offered.ToArray().Select(static verdict => (int)verdict.Action);

    private static IEnumerable<(int, double, double)> Scores(Decision decision) =>
        decision.Verdicts.Select(static verdict => ((int)verdict.Action, verdict.ContextWeight, verdict.Score));
}
