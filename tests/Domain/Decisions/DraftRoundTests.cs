using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Measurement.OffPolicy;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stocks;

namespace Zhice.Domain.Tests.Decisions;

/// <summary>Drafts that are judged by the decisions of another catalogue.</summary>
public sealed class DraftRoundTests
{
    private const int Decisions = 4_000;

    // What customers do: of those who see an action first, so many accept.
    private static readonly Dictionary<ushort, double> Rates = new() { [3] = 0.30, [4] = 0.10, [5] = 0.20 };

    [Fact]
    public void A_draft_is_worth_what_it_brings_where_it_is_in_force()
    {
        var (now, draft, models) = (Create(1, explores: true), Create(1.5, explores: true), Learn());
        var truth = Enumerable.Range(0, Decisions).Average(i => Rates[Decide(draft, $"other-{i}", models).Verdicts[0].Action]);
        var (rounds, shown, dice) = (new List<JudgedRound>(), 0.0, new Random(7));
        for (var i = 0; i < Decisions; i++)
        {
            var record = Log(now, $"customer-{i}", models);
            var round = DraftRound.Find(record, now, draft, models)!.Value;
            var reward = dice.NextDouble() < Rates[round.Offer.Action] ? 1 : 0;
            shown += Rates[round.Offer.Action] / Decisions;
            rounds.Add(new(reward, round.Logged, round.Draft, round.Unsupported));
        }

        var value = OffPolicyEvaluation.Judge(rounds.ToArray(), SupportRules.Default).Value!.Value;
        Assert.InRange(value.Snips.Value, truth - 0.03, truth + 0.03);
        Assert.InRange(truth, value.Snips.Low - 0.01, value.Snips.High + 0.01);
        Assert.True(Math.Abs(truth - shown) > 0.01, "The draft is to differ from what is in force.");
    }

    [Fact]
    public void A_challenger_is_worth_what_it_brings_where_it_ranks_also_when_it_is_judged_doubly_robust()
    {
        // The challenger has found out that few accept action 4.
        var (now, models, ranks, challenger) = (Create(1, explores: true), Learn(), Learn(), LearnOne(accepted: 2));
        ranks.Use(4, challenger, 40);
        var truth = Enumerable.Range(0, Decisions).Average(i => Rates[Decide(now, $"other-{i}", ranks).Verdicts[0].Action]);
        var (rounds, shown, dice) = (new List<JudgedRound>(), 0.0, new Random(9));
        for (var i = 0; i < Decisions; i++)
        {
            var round = DraftRound.Find(Log(now, $"customer-{i}", models), now, models, [(now, new(4, challenger))])![0];
            var reward = dice.NextDouble() < Rates[round.Offer.Action] ? 1 : 0;
            shown += Rates[round.Offer.Action] / Decisions;
            rounds.Add(new(reward, round.Logged, round.Draft, round.Unsupported, round.PredictedShown, round.PredictedTarget));
        }

        var value = OffPolicyEvaluation.Judge(rounds.ToArray(), SupportRules.Default).Value!.Value;
        Assert.InRange(value.Snips.Value, truth - 0.02, truth + 0.02);
        Assert.InRange(value.DoublyRobust.Value, truth - 0.02, truth + 0.02);
        Assert.True(truth - shown > 0.01, "The challenger is to choose otherwise than the log.");
        Assert.All(rounds, static round => Assert.True(round is { PredictedShown: > 0 and < 1, PredictedTarget: > 0 and < 1 }));
    }

    [Fact]
    public void A_model_in_its_own_place_chooses_as_the_log_did()
    {
        var (now, models) = (Create(1, explores: true), Learn());
        for (var i = 0; i < 100; i++)
        {
            var round = DraftRound.Find(Log(now, $"customer-{i}", models), now, models, [(now, new(4, LearnOne(4)))])![0];
            Assert.Equal(0, round.Unsupported);
            Assert.InRange(round.Draft, round.Logged - 0.01, round.Logged + 0.01);
        }
    }

    [Fact]
    public void The_same_catalogue_shows_the_same_with_the_same_probability()
    {
        var (now, models) = (Create(1, explores: true), Learn());
        for (var i = 0; i < 100; i++)
        {
            var round = DraftRound.Find(Log(now, $"customer-{i}", models), now, now, models)!.Value;
            Assert.Equal(0, round.Unsupported);
            Assert.InRange(round.Draft, round.Logged - 0.01, round.Logged + 0.01);
        }
    }

    [Fact]
    public void A_log_that_never_explored_supports_no_draft_that_chooses_otherwise()
    {
        var (now, draft, models) = (Create(1, explores: false), Create(1_000, explores: false), Learn());
        var rounds = Enumerable.Range(0, 200).Select(i => DraftRound.Find(Log(now, $"customer-{i}", models), now, draft, models)!.Value).ToList();
        Assert.All(rounds, static round => Assert.Equal((1, 0, 1), (round.Logged, round.Draft, round.Unsupported)));
        var judged = OffPolicyEvaluation.Judge([.. rounds.Select(static each => new JudgedRound(0, each.Logged, each.Draft, each.Unsupported))], SupportRules.Default);
        Assert.Contains("never shown", judged.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_without_an_offer_or_without_probabilities_tells_nothing()
    {
        var (now, models) = (Create(1, explores: true), Learn());
        var record = Log(now, "c", models);
        Assert.Null(DraftRound.Find(record with { ShownProbabilities = [] }, now, now, models));
        Assert.Null(DraftRound.Find(record with { Treatments = [0] }, now, now, models));
        Assert.Null(DraftRound.Find(record with { Decision = record.Decision with { OfferedCount = 0 } }, now, now, models));
        Assert.Equal(0, DraftRound.Find(record, now, Catalog.Empty, models)!.Value.Draft);
    }

    [Fact]
    public void What_became_of_an_offer_is_known_while_the_state_can_know_it()
    {
        var state = new CustomerState();
        var offer = new ContactId(DecisionId.Create(Bank.Now, Bank.Home, "c"), 3);
        Assert.False(OfferRewards.Find(state, offer, outcome: null));
        state.ContactLog.Add(offer, Bank.Now);
        state.ContactLog.Answer(offer, FeedbackType.Acceptance, Bank.Now);
        Assert.True(OfferRewards.Find(state, offer, outcome: null));
        for (var i = 1; i <= 64; i++)
        {
            state.ContactLog.Add(new(DecisionId.Create(Bank.Now + i, Bank.Home, "c"), 3), Bank.Now + i);
        }

        Assert.Null(OfferRewards.Find(state, offer, outcome: null));
    }

    private static Catalog Create(double lever, bool explores)
    {
        var catalog = Bank.Catalog([Bank.Action(3), Bank.Action(4) with { Lever = lever }, Bank.Action(5)]);
        return new(
            catalog.Version, catalog.Symbols, catalog.Calendar, catalog.Tags, [.. catalog.Channels.Values],
            [catalog.Placements["home"] with { Explores = explores }], catalog.Actions, [], catalog.Caps);
    }

    private static PropensityModels Learn()
    {
        var models = new PropensityModels();
        foreach (var action in new ushort[] { 3, 4, 5 })
        {
            models.Use(action, LearnOne(4), 20);
        }

        return models;
    }

    // A model that has learned so many acceptances, of 20 lessons.
    private static BayesianModel LearnOne(int accepted)
    {
        var model = new BayesianModel();
        for (var i = 0; i < 20; i++)
        {
            model.Learn(0.1, [0], accepted: i % 5 == 0 && i / 5 < accepted);
        }

        return model;
    }

    private static Decision Decide(Catalog catalog, string customerId, PropensityModels models) => Decider.Decide(
        IdFor(customerId), View(catalog, customerId), catalog.Placements["home"], models, UnlimitedStock.Instance, 2);

    private static CustomerView View(Catalog catalog, string customerId) => Bank.View(new CustomerState(), catalog) with { Id = customerId };

    private static DecisionRecord Log(Catalog catalog, string customerId, PropensityModels models)
    {
        var decision = Decide(catalog, customerId, models);
        return new(decision, CustomerStateCodec.ToBytes(new CustomerState()), [], 2)
        {
            ShownProbabilities = ShownProbabilities.Compute(decision, View(catalog, customerId), catalog.Placements["home"], models, 2),
        };
    }

    // Draws the same in each run, so that what is estimated is estimated as well.
    private static DecisionId IdFor(string customerId)
    {
        const ulong Drawn = 0xFFFF_FFFF_FFFF;
        var id = DecisionId.Create(Bank.Now, Bank.Home, customerId);
        return id with { Low = (id.Low & ~Drawn) | (FeatureVector.GetSeed(customerId) & Drawn) };
    }
}
