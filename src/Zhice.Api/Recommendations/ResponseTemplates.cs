using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Zhice.Domain.Catalogs;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Content = Zhice.V1.Content;
using Decision = Zhice.Domain.Decisions.Decision;
using Placement = Zhice.Domain.Catalogs.Placement;

namespace Zhice.Api.Recommendations;

/// <summary>Replies for each catalogue that is alive: what never changes in them is made once.</summary>
internal sealed class ResponseTemplates
{
    private readonly ConditionalWeakTable<Catalog, ResponseTemplate> _forms = [];
    private ResponseTemplate? _latest;

    public ResponseTemplate Get(Catalog catalog)
    {
        var latest = _latest;
        if (latest is null || latest.Catalog != catalog)
        {
            // A form holds its catalogue, so only the one of the present catalogue is held here; the table's are let go.
            _latest = latest = _forms.GetValue(catalog, static made => new ResponseTemplate(made));
        }

        return latest;
    }
}

/// <summary>Replies by one catalogue. Messages in it are shared by replies: nobody may change them.</summary>
internal sealed class ResponseTemplate
{
    private static readonly Reason Offered = Explanation.Sentence(Domain.Primitives.ReasonCode.Offered, "");

    private readonly FrozenDictionary<ushort, OfferTemplate>?[] _byPlacement;

    public ResponseTemplate(Catalog catalog)
    {
        Catalog = catalog;
        _byPlacement = new FrozenDictionary<ushort, OfferTemplate>?[
            catalog.Placements.Count == 0 ? 1 : catalog.Placements.Values.Max(static placement => placement.Number) + 1];
        Encoded = new(this);
    }

    public Catalog Catalog { get; }

    /// <summary>The same replies as bytes.</summary>
    public EncodedResponse Encoded { get; }

    /// <summary>Above the number of each placement.</summary>
    public int Placements => _byPlacement.Length;

    /// <summary>The reply that a decision by this catalogue is.</summary>
    public RecommendResponse ToResponse(Decision decision)
    {
        var response = new RecommendResponse { DecisionId = decision.Id.ToString() };
        if (decision.Arms.Length > 0)
        {
            response.Arms.AddRange(Explanation.GetArms(decision, Catalog));
        }

        var offered = decision.Offered;
        if (offered.IsEmpty || FindOffers(decision.Id.Placement) is not { } offers)
        {
            response.Fallback = FindFallback(decision.Id.Placement);
            return response;
        }

        response.Recommendations.Capacity = offered.Length;
        for (var i = 0; i < offered.Length; i++)
        {
            ref readonly var verdict = ref offered[i];
            if (offers.TryGetValue(verdict.Action, out var offer))
            {
                var recommendation = new Recommendation
                {
                    ActionId = offer.ActionId,
                    TreatmentId = offer.Treatments[verdict.Treatment].Id,
                    Rank = i + 1,
                    Score = verdict.Score,
                    Propensity = verdict.Propensity,
                    ValueFen = offer.ValueFen,
                    Lever = offer.Lever,
                    Content = offer.Treatments[verdict.Treatment].Content,
                    ContextWeight = verdict.ContextWeight,
                    Exploration = verdict.Exploration,
                };
                recommendation.Reasons.Capacity = 1;
                recommendation.Reasons.Add(Offered);
                response.Recommendations.Add(recommendation);
            }
        }

        return response;
    }

    /// <summary>What a placement shows when it has nothing to offer; null when it then shows nothing.</summary>
    public Content? FindFallback(ushort placement) => Catalog.Placement(placement)?.Fallback is { } fallback ? ToContent(fallback) : null;

    /// <summary>What a placement may offer, by the numbers of actions; null for one that the catalogue has not.</summary>
    public FrozenDictionary<ushort, OfferTemplate>? FindOffers(ushort number)
    {
        if (number >= _byPlacement.Length || Catalog.Placement(number) is not { } placement)
        {
            return null;
        }

        return Volatile.Read(ref _byPlacement[number]) ?? Make(placement);
    }

    private FrozenDictionary<ushort, OfferTemplate> Make(Placement placement)
    {
        var offers = placement.Candidates.ToFrozenDictionary(
            candidate => candidate.Action.Number,
            candidate => new OfferTemplate(
                candidate.Action.Id,
                candidate.Action.ValueFen,
                candidate.Action.Lever,
                [.. candidate.Treatments.Select(treatment => ToTemplate(candidate.Action, treatment))]));
        Volatile.Write(ref _byPlacement[placement.Number], offers);
        return offers;
    }

    private static Content ToContent(Domain.Catalogs.Content content) => new()
    {
        Language = content.Language,
        Title = content.Title,
        Body = content.Body,
        DeepLink = content.DeepLink,
        TemplateId = content.TemplateId,
    };

    private static TreatmentTemplate ToTemplate(BankAction action, Domain.Catalogs.Treatment treatment)
    {
        var content = ToContent(treatment.Content);
        return new(
            treatment.Id,
            content,
            new Recommendation { ActionId = action.Id, TreatmentId = treatment.Id }.ToByteArray(),
            new Recommendation
            {
                ValueFen = action.ValueFen, Lever = action.Lever, Content = content, Reasons = { Offered },
            }.ToByteArray());
    }
}

/// <summary>What never changes in the recommendations of an action.</summary>
internal sealed record OfferTemplate(string ActionId, long ValueFen, double Lever, TreatmentTemplate[] Treatments);

/// <summary>What never changes in the recommendations of a treatment.</summary>
/// <param name="Id">The treatment.</param>
/// <param name="Content">What is shown.</param>
/// <param name="Head">The bytes of the fields before the rank.</param>
/// <param name="Tail">The bytes of the fields between the propensity and the context weight.</param>
internal sealed record TreatmentTemplate(string Id, Content Content, byte[] Head, byte[] Tail);
