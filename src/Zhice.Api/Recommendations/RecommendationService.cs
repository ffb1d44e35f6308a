using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs.Yaml;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Decision = Zhice.Domain.Decisions.Decision;

namespace Zhice.Api.Recommendations;

/// <summary>What should we say to this customer, here, now, and may we?</summary>
internal sealed class RecommendationService(
    IGrainFactory grains, ILocalCustomers local, ICatalogs catalogs, ResponseTemplates forms, TimeProvider clock)
    : V1.RecommendationService.RecommendationServiceBase
{
    /// <remarks>Hot path: no LINQ; allocates the query, the reply and little else.</remarks>
    [Call(CallClass.Recommend, Roles.App | Roles.Agent, Repeat = RepeatRule.UnlessCounted, Audit = AuditRule.None)]
    public override async Task<RecommendResponse> Recommend(RecommendRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        var (facts, budget) = RecommendReading.Read(request, catalog, check);
        check.ThrowIfAny();
        if (!catalog.Placements.TryGetValue(request.PlacementId, out var placement))
        {
            throw PlacementNotFound(request.PlacementId, catalog);
        }

        var customer = grains.Customer(request.CustomerId);
        var limit = request.HasLimit ? request.Limit : placement.DefaultLimit;
        if (request.DryRun)
        {
            var rehearsed = await customer.Rehearse(new(placement.Id, limit, facts, "", 0, request.NonPersonalized));
            var catalogThen = await GetCatalog(rehearsed.Decision);
            var reply = forms.Get(catalogThen).ToResponse(rehearsed.Decision);
            reply.Explanation = new Explanation(catalogThen, context.GetCaller().Roles).Explain(rehearsed.Decision, rehearsed.Checks, rehearsed.ShownProbabilities);
            return reply;
        }

        Decision? decision;
        if (placement.CommitsAtDecision)
        {
            var bodyHash = request.RequestId.Length == 0 ? 0 : BodyHash.Compute(request);
            var answer = await customer.RecommendAndCount(
                new(placement.Id, limit, facts, request.RequestId, bodyHash, request.NonPersonalized, local.Silo));
            decision = answer.Outcome == ChangeOutcome.RequestIdReused ? throw Refusals.RequestIdReused() : answer.Decision!;
        }
        else
        {
            var query = new RecommendQuery(placement.Id, limit, facts, "", 0, request.NonPersonalized, local.Silo);
            decision = TryRecommendHere(request.CustomerId, query)
                ?? (placement.Fallback is null
                    ? await customer.Recommend(query)
                    : await InTimeAsync(customer.Recommend(query).AsTask(), budget));
            if (decision is null)
            {
                return Late(request.CustomerId, placement, catalog);
            }
        }

        return forms.Get(await GetCatalog(decision)).ToResponse(decision);
    }

    [Call(CallClass.Read, Roles.Agent, Audit = AuditRule.SensitiveRead)]
    public override async Task<GetDecisionResponse> GetDecision(GetDecisionRequest request, ServerCallContext context)
    {
        var id = ReadId(request.CustomerId, request.DecisionId);
        var explained = await grains.Customer(request.CustomerId).Explain(id);
        var catalog = explained is null ? null : await catalogs.FindAsync(explained.Decision.CatalogVersion);
        return explained is null || catalog is null
            ? throw NotKept(id)
            : new()
            {
                Decision = new Explanation(catalog, context.GetCaller().Roles)
                    .Explain(explained.Decision, explained.Checks, explained.ShownProbabilities),
            };
    }

    [Call(CallClass.Read, Roles.Agent, Audit = AuditRule.SensitiveRead)]
    public override async Task<ReplayDecisionResponse> ReplayDecision(ReplayDecisionRequest request, ServerCallContext context)
    {
        var id = ReadId(request.CustomerId, request.DecisionId);
        var replayed = await grains.Customer(request.CustomerId).ReplayDecision(id);
        var catalog = replayed is null ? null : await catalogs.FindAsync(replayed.Logged.CatalogVersion);
        if (replayed is null || catalog is null)
        {
            throw NotKept(id);
        }

        var explanation = new Explanation(catalog, context.GetCaller().Roles);
        return new()
        {
            Identical = replayed.IsSame, Logged = explanation.Explain(replayed.Logged, []), Replayed = explanation.Explain(replayed.Again, []),
        };
    }

    private Decision? TryRecommendHere(string customerId, RecommendQuery query)
    {
        var buffers = DecisionBuffers.Rent();
        var decision = local.TryRecommend(
            customerId, new(query.PlacementId, query.Limit, query.Context, query.IsNonPersonalized), buffers, out var lent)
            ? lent.ToDecision()
            : null;
        buffers.Return();
        return decision;
    }

    private static DecisionId ReadId(string customerId, string decisionId)
    {
        var check = new RequestCheck();
        var isCustomer = check.Id("customer_id", customerId);
        if (!DecisionId.TryParse(decisionId, out var id))
        {
            check.Add("decision_id", FieldReasons.Malformed, "is no decision id: 'd' and 32 hexadecimal digits");
        }
        else if (isCustomer && !id.IsFor(customerId))
        {
            check.Add("decision_id", FieldReasons.Mismatch, "was not made for this customer");
        }

        check.ThrowIfAny();
        return id;
    }

    private static RpcException NotKept(DecisionId id) => ApiError.Fail(
        ErrorReasons.DecisionNotFound, "The decision is not, or no longer, kept.", ("decision_id", id.ToString()));

    private async ValueTask<Catalog> GetCatalog(Decision decision) =>
        catalogs.Current is { } current && current.Version == decision.CatalogVersion
            ? current
            : await catalogs.FindAsync(decision.CatalogVersion) ?? throw Refusals.CatalogVersionNotFound(decision.CatalogVersion);

    // A decision that is late goes on and is thrown away: it is a read. One that failed is no late one.
    private static async Task<Decision?> InTimeAsync(Task<Decision> deciding, TimeSpan budget)
    {
        await ((Task)deciding).WaitAsync(budget).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return deciding.IsCompleted ? await deciding : null;
    }

    private RecommendResponse Late(string customerId, Domain.Catalogs.Placement placement, Catalog catalog) => new()
    {
        DecisionId = DecisionId.Create(clock.GetUtcNow().ToUnixTimeMilliseconds(), placement.Number, customerId).ToString(),
        Fallback = forms.Get(catalog).FindFallback(placement.Number),
    };

    private static RpcException PlacementNotFound(string id, Catalog catalog)
    {
        var check = new RequestCheck();
        check.Unknown("placement_id", "placement", id, catalog.Placements.Keys);
        return ApiError.Fail(
            ErrorReasons.PlacementNotFound, $"placement_id: {check.Violations[0].Description}", ("placement_id", id));
    }
}
