using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Stocks;
using Zhice.V1;
using Content = Zhice.V1.Content;
using Decision = Zhice.Domain.Decisions.Decision;

namespace Zhice.Case;

/// <summary>What every peer does with a customer's state: the product's own decision, and the same reply.</summary>
public sealed class CaseDecider
{
    private readonly Domain.Catalogs.Placement _placement = CaseCatalog.Compiled.Placements[CaseCatalog.Placement];
    private readonly PropensityModels _models = new();
    private readonly DecisionKey _key = new(DecisionKey.NewSecret(), 0);
    private readonly Dictionary<ushort, Offer> _offers;

    /// <summary>Models of all actions have learned something.</summary>
    public CaseDecider()
    {
        _offers = _placement.Candidates.ToDictionary(static candidate => candidate.Action.Number, static candidate => new Offer(candidate));
        foreach (var action in CaseCatalog.Compiled.Actions)
        {
            _models.Use(action.Number, Taught(action.Number));
        }
    }

    /// <summary>Decides on a state, now.</summary>
    public RecommendResponse Decide(string customerId, CustomerState state)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var view = new CustomerView(state, CaseCatalog.Compiled, [], nowMs) { Id = customerId, Version = 1 };
        return ToResponse(Decider.Decide(
            _key.Create(nowMs, _placement.Number, customerId), view, _placement, _models, UnlimitedStock.Instance,
            _placement.DefaultLimit));
    }

    private RecommendResponse ToResponse(Decision decision)
    {
        var response = new RecommendResponse { DecisionId = decision.Id.ToString() };
        foreach (ref readonly var verdict in decision.Offered)
        {
            var offer = _offers[verdict.Action];
            response.Recommendations.Add(new Recommendation
            {
                ActionId = offer.Action.Id,
                TreatmentId = offer.TreatmentId,
                Rank = response.Recommendations.Count + 1,
                Score = verdict.Score,
                Propensity = verdict.Propensity,
                ValueFen = offer.Action.ValueFen,
                Lever = offer.Action.Lever,
                Content = offer.Content,
                Reasons = { offer.Reason },
                ContextWeight = verdict.ContextWeight,
                Exploration = verdict.Exploration,
            });
        }

        return response;
    }

    private static BayesianModel Taught(int seed)
    {
        var (dice, model) = (new Random(seed), new BayesianModel());
        for (var lesson = 0; lesson < 200; lesson++)
        {
            model.Learn(
                0.05, [0, .. Enumerable.Range(0, CaseTags.Count).Select(_ => (uint)dice.Next(1, FeatureVector.Slots))], dice.Next(10) == 0);
        }

        return model;
    }

    // What never changes in a reply is made once; replies share it.
    private sealed class Offer(Candidate candidate)
    {
        public BankAction Action => candidate.Action;

        public string TreatmentId { get; } = candidate.Treatments[0].Id;

        public Content Content { get; } = new()
        {
            Language = candidate.Treatments[0].Content.Language, Title = candidate.Treatments[0].Content.Title,
            Body = candidate.Treatments[0].Content.Body, DeepLink = candidate.Treatments[0].Content.DeepLink,
        };

        public Reason Reason { get; } = new() { Code = ReasonCode.Offered, Message = "Offered" };
    }
}
