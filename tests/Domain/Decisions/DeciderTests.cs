using FsCheck.Xunit;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Tests.Decisions;

public sealed class DeciderTests
{
    private static readonly CapWindow ADay = CapWindow.Sliding(Bank.DayMs);

    [Fact]
    public void The_first_rule_that_does_not_hold_is_named()
    {
        var action = Bank.Action(
            1,
            (ReasonCode.Ineligible, "tags.age >= 18"),
            (ReasonCode.Ineligible, "!has(tags.secret)"),
            (ReasonCode.NotApplicable, "tags.vip"),
            (ReasonCode.Unsuitable, "tags.aum >= 1000"));

        Assert.Equal((ReasonCode.Ineligible, 0), Judge(action));
        Assert.Equal((ReasonCode.Ineligible, 1), Judge(action, (2, TagValue.Integer(18)), (8, TagValue.Integer(1))));
        Assert.Equal((ReasonCode.NotApplicable, 2), Judge(action, (2, TagValue.Integer(18))));
        Assert.Equal((ReasonCode.Unsuitable, 3), Judge(action, (2, TagValue.Integer(18)), (1, TagValue.Bool(true))));
        Assert.Equal(
            (ReasonCode.Offered, -1),
            Judge(action, (2, TagValue.Integer(18)), (1, TagValue.Bool(true)), (3, TagValue.Decimal(1000 * Decimal4.Scale))));
    }

    [Fact]
    public void Season_is_looked_at_before_rules_rules_before_consent_and_consent_before_caps()
    {
        var ruled = Bank.Action(1, (ReasonCode.Ineligible, "tags.age >= 18"));
        var state = Contacted(1);
        state.Consents.Set(Bank.App, Purpose.Marketing, isGranted: false, Bank.Now);
        ContactCap cap = new("daily", CapScope.All, 0, 1, ADay);

        Assert.Equal(ReasonCode.OutOfSeason, ReasonOf(Bank.Catalog([ruled with { StartsAtMs = Bank.Now + 1 }], cap), state));
        Assert.Equal(ReasonCode.Ineligible, ReasonOf(Bank.Catalog([ruled], cap), state));
        Assert.Equal(ReasonCode.Consent, ReasonOf(Bank.Catalog([Bank.Action(1)], cap), state));
        Assert.Equal(ReasonCode.CapReached, ReasonOf(Bank.Catalog([Bank.Action(1)], cap), Contacted(1)));
    }

    [Theory]
    [InlineData(0, 1, ReasonCode.Offered)]
    [InlineData(1, 2, ReasonCode.OutOfSeason)]
    [InlineData(-1, 0, ReasonCode.OutOfSeason)]
    public void An_action_is_in_season_from_its_start_until_before_its_end(int startMs, int endMs, ReasonCode expected) =>
        Assert.Equal(
            expected, ReasonOf(Bank.Catalog([Bank.Action(1) with { StartsAtMs = Bank.Now + startMs, EndsAtMs = Bank.Now + endMs }])));

    [Theory]
    [InlineData(Purpose.Marketing, ReasonCode.Consent, ReasonCode.CapReached)]
    [InlineData(Purpose.Service, ReasonCode.Offered, ReasonCode.Offered)]
    [InlineData(Purpose.Regulatory, ReasonCode.Offered, ReasonCode.Offered)]
    public void Consent_and_caps_bind_marketing_alone(Purpose purpose, ReasonCode whenRefused, ReasonCode whenCapped)
    {
        var catalog = Bank.Catalog([Bank.Action(1) with { Purpose = purpose }], new ContactCap("daily", CapScope.All, 0, 1, ADay));
        var silent = new CustomerState();
        foreach (var refused in Enum.GetValues<Purpose>())
        {
            silent.Consents.Set(0, refused, isGranted: false, Bank.Now);
        }

        Assert.Equal(whenRefused, ReasonOf(catalog, silent));
        Assert.Equal(whenCapped, ReasonOf(catalog, Contacted(1)));
    }

    [Fact]
    public void A_refusal_in_another_channel_silences_nothing_here()
    {
        var state = new CustomerState();
        state.Consents.Set(Bank.App + 1, Purpose.Marketing, isGranted: false, Bank.Now);

        Assert.Equal(ReasonCode.Offered, ReasonOf(Bank.Catalog([Bank.Action(1)]), state));
    }

    [Fact]
    public void A_reached_cap_is_named_by_its_place_in_the_catalogue()
    {
        var catalog = Bank.Catalog(
            [Bank.Action(1), Bank.Action(2)],
            new ContactCap("weekly", CapScope.All, 0, 9, CapWindow.Sliding(7 * Bank.DayMs)),
            new ContactCap("each_action_daily", CapScope.Action, 0, 1, ADay));

        var decision = Bank.Decide(catalog, Contacted(1));
        Assert.Equal((2, ReasonCode.Offered), (decision.Verdicts[0].Action, decision.Verdicts[0].Reason));
        Assert.Equal(new Verdict(1, ReasonCode.CapReached, 1, 0, 0, 0), decision.Verdicts[1]);
    }

    [Fact]
    public void The_score_is_propensity_times_value_times_lever_and_the_best_come_first()
    {
        var decision = Bank.Decide(
            Bank.Catalog(
            [
                Bank.Action(1) with { PriorPropensity = 0.5, ValueFen = 100, Lever = 1 },
                Bank.Action(2) with { PriorPropensity = 0.25, ValueFen = 1000, Lever = 1 },
                Bank.Action(3) with { PriorPropensity = 0.125, ValueFen = 1000, Lever = 4 },
            ]),
            new CustomerState());

        Assert.Equal(
            [(3, 500.0), (2, 250.0), (1, 50.0)], decision.Offered.ToArray().Select(static verdict => ((int)verdict.Action, verdict.Score)));
        Assert.All(decision.Verdicts, static verdict => Assert.Equal(0U, verdict.ModelVersion));
    }

    [Fact]
    public void What_a_model_learned_of_customers_like_this_one_changes_the_order()
    {
        var catalog = Bank.Catalog([Bank.Action(1), Bank.Action(2)]);
        var before = Bank.Decide(catalog, new CustomerState());
        var model = new BayesianModel();
        for (var i = 0; i < 50; i++)
        {
            model.Learn(0.1, before.Features.AsSpan(), accepted: true);
        }

        var models = new PropensityModels();
        models.Use(2, model);
        var after = Bank.Decide(catalog, new CustomerState(), models: models);
        Assert.Equal((1, 2), (before.Verdicts[0].Action, after.Verdicts[0].Action));
        Assert.Equal(model.Predict(0.1, after.Features.AsSpan()), after.Verdicts[0].Propensity);
        Assert.Equal(50U, after.Verdicts[0].ModelVersion);
    }

    [Fact]
    public void Equal_scores_keep_the_catalogues_order()
    {
        var decision = Bank.Decide(
            Bank.Catalog(Enumerable.Range(1, 30).Select(static i => Bank.Action((ushort)i))), new CustomerState(), limit: 10);

        Assert.Equal(Enumerable.Range(1, 30), decision.Verdicts.Select(static verdict => (int)verdict.Action));
        Assert.Equal(10, decision.OfferedCount);
    }

    [Fact]
    public void Behind_the_limit_an_action_is_outranked_and_keeps_its_score()
    {
        var decision = Bank.Decide(
            Bank.Catalog([Bank.Action(1), Bank.Action(2), Bank.Action(3) with { Lever = 2 }]), new CustomerState(), limit: 1);

        Assert.Equal([3, 1, 2], decision.Verdicts.Select(static verdict => (int)verdict.Action));
        Assert.Equal(
            [ReasonCode.Offered, ReasonCode.LowerPriority, ReasonCode.LowerPriority],
            decision.Verdicts.Select(static verdict => verdict.Reason));
        Assert.Equal([200.0, 100.0, 100.0], decision.Verdicts.Select(static verdict => verdict.Score));
    }

    [Theory]
    [InlineData(int.MinValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(49, 49)]
    [InlineData(50, 50)]
    [InlineData(51, 50)]
    [InlineData(int.MaxValue, 50)]
    public void At_most_50_are_offered_whatever_is_asked(int limit, int offered) =>
        Assert.Equal(
            offered,
            Bank.Decide(
                Bank.Catalog(Enumerable.Range(1, 80).Select(static i => Bank.Action((ushort)i))), new CustomerState(), limit).OfferedCount);

    [Fact]
    public void One_answer_offers_no_more_than_the_caps_have_left_and_the_next_category_moves_up()
    {
        var catalog = Bank.Catalog(
            [
                Bank.Action(1) with { Lever = 9 },
                Bank.Action(2) with { Lever = 8 },
                Bank.Action(3) with { Lever = 7, Purpose = Purpose.Service },
                Bank.Action(4) with { Lever = 6, Category = 2 },
            ],
            new ContactCap("each_category_daily", CapScope.Category, 0, 1, ADay));

        var decision = Bank.Decide(catalog, new CustomerState(), limit: 3);
        Assert.Equal([3, 1, 4, 2], decision.Verdicts.Select(static verdict => (int)verdict.Action));
        var capped = decision.Verdicts[3];
        Assert.Equal((2, ReasonCode.CapReached, 0), (capped.Action, capped.Reason, capped.AccessSource));
        Assert.Equal(800, capped.Score);
    }

    [Fact]
    public void A_placement_without_candidates_has_nothing_to_say()
    {
        var decision = Bank.Decide(Bank.Catalog([]), new CustomerState());

        Assert.Empty(decision.Verdicts);
        Assert.Equal(0, decision.OfferedCount);
    }

    public readonly record struct Draft(byte Category, byte Lever, byte Purpose, bool IsOver, bool IsForAdults);

    public readonly record struct CapDraft(byte Scope, byte Limit);

    [Property(MaxTest = 300)]
    public void Every_candidate_has_one_verdict_the_offers_are_the_best_that_the_caps_allow_and_nothing_else_stays_behind_without_cause(
        Draft[] drafts, CapDraft[] capDrafts, byte[] contacted, byte limit)
    {
        BankAction[] actions = [.. drafts.Take(200).Select(ActionOf)];
        ContactCap[] caps = [.. capDrafts.Select(static (cap, i) =>
            new ContactCap($"cap{i}", (CapScope)((cap.Scope % 4) + 1), 0, (cap.Limit % 4) + 1, ADay))];
        var catalog = Bank.Catalog(actions, caps);
        var state = Contacted([.. contacted.Take(3).Select(static number => (ushort)((number % 5) + 1))]);

        var decision = Bank.Decide(catalog, state, limit);
        Assert.Equal(
            actions.Select(static action => action.Number).Order(), decision.Verdicts.Select(static verdict => verdict.Action).Order());
        Assert.Equal(
            NaiveOffers(catalog, state, Math.Min((int)limit, Decider.MaxLimit)),
            decision.Offered.ToArray().Select(static verdict => verdict.Action));

        var others = decision.Verdicts[decision.OfferedCount..];
        Assert.DoesNotContain(others, static verdict => verdict.Reason == ReasonCode.Offered);
        Assert.Equal(others.Select(static verdict => verdict.Action).Order(), others.Select(static verdict => verdict.Action));
        Assert.All(
            others, verdict => Assert.Equal(verdict.Reason is ReasonCode.Ineligible or ReasonCode.CapReached, verdict.AccessSource >= 0));
        Assert.True(
            decision.OfferedCount == Math.Min((int)limit, Decider.MaxLimit)
                || others.All(static verdict => verdict.Reason != ReasonCode.LowerPriority));
    }

    [Fact]
    public void A_decision_allocates_its_verdicts_and_nothing_else_for_each_candidate()
    {
        var state = new CustomerState();
        state.Tags.Set(2, TagValue.Integer(40), Bank.Now, TagSource.Api);
        state.Tags.Set(6, TagValue.String("北京"), Bank.Now, TagSource.Api);

        var growth = AllocatedFor(40, state) - AllocatedFor(10, state);
        Assert.InRange(growth, 0, 30 * 40);
    }

    private static long AllocatedFor(int candidates, CustomerState state)
    {
        var catalog = Bank.Catalog(
            Enumerable.Range(1, candidates).Select(static i => Bank.Action(
                (ushort)i, (ReasonCode.Ineligible, "tags.age >= 18"), (ReasonCode.NotApplicable, "tags.city in [\"天津\", \"北京\"]"))),
            new ContactCap("daily", CapScope.All, 0, 40, CapWindow.Calendar(CalendarPeriod.Day)),
            new ContactCap("each_action_weekly", CapScope.Action, 0, 3, CapWindow.Calendar(CalendarPeriod.Week)));
        var (placement, models) = (catalog.Placements["home"], new PropensityModels());
        var view = Bank.View(state, catalog);
        var id = DecisionId.Create(Bank.Now, Bank.Home, "020235");
        Decider.Decide(id, view, placement, models, UnlimitedStock.Instance, 3);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Decider.Decide(id, view, placement, models, UnlimitedStock.Instance, 3);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Of_a_group_that_excludes_each_other_the_best_is_offered_alone_and_the_group_is_named()
    {
        var catalog = Bank.Catalog([Bank.Action(1), Bank.Action(2) with { Lever = 2 }, Bank.Action(3)]);
        var excluding = new Catalog(
            1, catalog.Symbols, catalog.Calendar, catalog.Tags, [.. catalog.Channels.Values], [.. catalog.Placements.Values],
            catalog.Actions, ["login"],
            [], new ContactRules { Exclusions = [new("either", [1, 2], Bank.DayMs)] });

        var decision = Bank.Decide(excluding, new CustomerState());

        Assert.Equal([2, 3], decision.Offered.ToArray().Select(static verdict => (int)verdict.Action));
        Assert.Equal(
            (1, ReasonCode.Suppressed, 0), (decision.Verdicts[2].Action, decision.Verdicts[2].Reason, decision.Verdicts[2].AccessSource));
        Assert.Equal(new PolicyPart(PolicyPartKind.Exclusion, "either"), excluding.ContactPolicy.Parts[0]);
    }

    private static BankAction ActionOf(Draft draft, int i)
    {
        (ReasonCode, string)[] rules = draft.IsForAdults ? [(ReasonCode.Ineligible, "tags.age >= 18")] : [];
        return Bank.Action((ushort)(i + 1), rules) with
        {
            Category = (ushort)((draft.Category % 3) + 1),
            Lever = draft.Lever % 5,
            Purpose = (Purpose)((draft.Purpose % 3) + 1),
            EndsAtMs = draft.IsOver ? Bank.Now : long.MaxValue,
        };
    }

    // Takes the best that may be offered, makes the contact, and looks again.
    private static List<ushort> NaiveOffers(Catalog catalog, CustomerState state, int limit)
    {
        var history = state.Contacts.Clone();
        var left = catalog.Actions.Where(static action => action.EndsAtMs > Bank.Now && action.Rules.IsEmpty).ToList();
        var offers = new List<ushort>();
        while (offers.Count < limit && left.Count > 0)
        {
            var tier = left.Max(static action => action.Purpose);
            var best = left.Where(action => action.Purpose == tier)
                .MaxBy(static action => action.PriorPropensity * action.ValueFen * action.Lever)!;
            left.Remove(best);
            var scopes = new ContactScopes(Bank.App, best.Category, best.Number);
            if (best.Purpose != Purpose.Marketing)
            {
                offers.Add(best.Number);
            }
            else if (!catalog.ContactPolicy.FirstRefusal(
                new(history, new(), new(), new()), new(Purpose.Marketing, scopes), Bank.Now).IsRefused)
            {
                offers.Add(best.Number);
                history.Record(scopes, Bank.Now, catalog.KeptContacts);
            }
        }

        return offers;
    }

    private static CustomerState Contacted(params ushort[] actions)
    {
        var state = new CustomerState();
        foreach (var action in actions)
        {
            state.Contacts.Record(new ContactScopes(Bank.App, 1, action), Bank.Now - 1, 16);
        }

        return state;
    }

    private static ReasonCode ReasonOf(Catalog catalog, CustomerState? state = null) =>
        Bank.Decide(catalog, state ?? new CustomerState()).Verdicts.Single().Reason;

    private static (ReasonCode, int) Judge(BankAction action, params (ushort Tag, TagValue Value)[] tags)
    {
        var state = new CustomerState();
        foreach (var (tag, value) in tags)
        {
            state.Tags.Set(tag, value, Bank.Now, TagSource.Api);
        }

        var verdict = Bank.Decide(Bank.Catalog([action]), state).Verdicts.Single();
        return (verdict.Reason, verdict.AccessSource);
    }
}
