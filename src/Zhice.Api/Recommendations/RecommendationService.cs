using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Decision = Zhice.Domain.Decisions.Decision;

namespace Zhice.Api.Recommendations;

/// <summary>What should we say to this customer, here, now, and may we?</summary>
internal sealed class RecommendationService(IGrainFactory grains, ICatalogs catalogs) : V1.RecommendationService.RecommendationServiceBase
{
    private const int MostContext = 32;

    private readonly ReplyForms _forms = new();

    /// <remarks>Hot path: no LINQ; allocates the query, the reply and little else.</remarks>
    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.Id("placement_id", request.PlacementId);
        check.Text("request_id", request.RequestId, RequestCheck.MostIdBytes);
        if (request.HasLimit && request.Limit is < 1 or > Decider.MaxLimit)
        {
            check.Add("limit", FieldReasons.OutOfRange, $"is {request.Limit}; 1 to {Decider.MaxLimit} are allowed");
        }

        var facts = ReadContext(request, catalog, check);
        check.ThrowIfAny();
        if (!catalog.Placements.TryGetValue(request.PlacementId, out var placement))
        {
            throw PlacementNotFound(request.PlacementId, catalog);
        }

        var customer = grains.GetGrain<ICustomerGrain>(request.CustomerId);
        var limit = request.HasLimit ? request.Limit : placement.DefaultLimit;
        Decision? decision;
        if (placement.CommitsAtDecision)
        {
            var bodyHash = request.RequestId.Length == 0 ? 0 : BodyHash.Of(request);
            var answer = await customer.RecommendAndCount(new(placement.Id, limit, facts, request.RequestId, bodyHash));
            decision = answer.Outcome == ChangeOutcome.RequestIdReused ? throw Refusals.RequestIdReused() : answer.Decision!;
        }
        else
        {
            decision = await customer.Recommend(new(placement.Id, limit, facts, "", 0));
        }

        return await ToResponse(decision);
    }

    public override async Task<GetDecisionResponse> GetDecision(GetDecisionRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var isCustomer = check.Id("customer_id", request.CustomerId);
        if (!DecisionId.TryParse(request.DecisionId, out var id))
        {
            check.Add("decision_id", FieldReasons.Malformed, "is no decision id: 'd' and 32 hexadecimal digits");
        }
        else if (isCustomer && !id.IsFor(request.CustomerId))
        {
            check.Add("decision_id", FieldReasons.Mismatch, "was not made for this customer");
        }

        check.ThrowIfAny();
        var decision = await grains.GetGrain<ICustomerGrain>(request.CustomerId).FindDecision(id);
        var catalog = decision is null ? null : await catalogs.FindAsync(decision.CatalogVersion);
        if (decision is null || catalog is null)
        {
            throw ApiError.Fail(
                ErrorReasons.DecisionNotFound, "The decision is not, or no longer, kept.", ("decision_id", id.ToString()));
        }

        return new GetDecisionResponse { Decision = Explanation.Of(decision, catalog) };
    }

    private async ValueTask<RecommendResponse> ToResponse(Decision decision)
    {
        var catalog = catalogs.Current;
        if (catalog.Version != decision.CatalogVersion)
        {
            catalog = await catalogs.FindAsync(decision.CatalogVersion)
                ?? throw Refusals.CatalogVersionNotFound(decision.CatalogVersion);
        }

        return _forms.Of(catalog).ToResponse(decision);
    }

    private static ImmutableArray<ContextTag> ReadContext(RecommendRequest request, Catalog catalog, RequestCheck check)
    {
        if (request.Context.Count == 0)
        {
            return [];
        }

        if (request.Context.Count > MostContext)
        {
            check.Add("context", FieldReasons.TooMany, $"has {request.Context.Count} entries; at most {MostContext} are allowed");
            return [];
        }

        var facts = new ContextTag[request.Context.Count];
        var count = 0;
        foreach (var (id, value) in request.Context)
        {
            check.EnterKey("context", id);
            if (!catalog.TagsById.TryGetValue(id, out var tag))
            {
                check.Unknown("", "tag", id, catalog.TagsById.Keys);
            }
            else if (Values.TryRead(value, tag, "", check, out var fact))
            {
                facts[count++] = new(tag.Number, fact);
            }
        }

        check.ExitKey();
        return ImmutableCollectionsMarshal.AsImmutableArray(facts);
    }

    private static RpcException PlacementNotFound(string id, Catalog catalog)
    {
        var check = new RequestCheck();
        check.Unknown("placement_id", "placement", id, catalog.Placements.Keys);
        return ApiError.Fail(
            ErrorReasons.PlacementNotFound, $"placement_id: {check.Violations[0].Description}", ("placement_id", id));
    }
}
