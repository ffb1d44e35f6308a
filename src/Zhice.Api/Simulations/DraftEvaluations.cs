using Google.Protobuf;
using Zhice.Api.Catalogs;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Simulations;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Simulations;

/// <summary>What a draft would have been worth by the log of decisions.</summary>
internal sealed class DraftEvaluations(IGrainFactory grains, Catalog now, TimeProvider time)
{
    public async Task<EvaluateDraftResponse> CreateAsync(EvaluateDraftRequest request, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        if (request.Draft is null)
        {
            check.Add("draft", FieldReasons.Required, "must be set; to look at the catalogue in force, send it");
        }

        _ = CatalogDraft.Read(request.Draft, now, check);
        var scope = new LogScopes(now, time).Read(request.PlacementId, request.OutcomeId, (request.FromDate, request.ToDate), request.MinEffectiveRounds, check);
        check.ThrowIfAny();
        var result = await grains.GetGrain<IDraftEvaluationGrain>(Guid.NewGuid()).Evaluate(
            new(request.Draft!.ToByteArray(), request.PlacementId, request.OutcomeId, scope.FromMs, scope.ToMs, scope.MinRounds), cancellation);
        return ToResponse(result);
    }

    private static EvaluateDraftResponse ToResponse(DraftEvaluation result) => new()
    {
        Decisions = result.Decisions, Unusable = result.Unusable, Forgotten = result.Forgotten, Own = LogScopes.ToEstimate(result.Own),
        Ips = LogScopes.ToEstimate(result.Value?.Ips), Snips = LogScopes.ToEstimate(result.Value?.Snips),
        DoublyRobust = LogScopes.ToEstimate(result.Value?.DoublyRobust),
        EffectiveRounds = result.Value?.EffectiveRounds ?? 0, Unsupported = result.Value?.Unsupported ?? 0, Refusal = result.Refusal,
        IsCut = result.IsCut,
    };
}
