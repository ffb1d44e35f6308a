using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Learning;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using PolicyJudgement = Zhice.Contracts.Simulations.PolicyJudgement;
using Purpose = Zhice.Domain.Primitives.Purpose;

namespace Zhice.Api.Simulations;

/// <summary>What the challenger of a model would have been worth by the log of decisions.</summary>
internal sealed class ChallengerEvaluations(IGrainFactory grains, Catalog now, TimeProvider time)
{
    public async Task<EvaluateChallengerResponse> CreateAsync(EvaluateChallengerRequest request, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        _ = check.Id("action_id", request.ActionId);
        var scope = new LogScopes(now, time).Read(
            request.PlacementId, request.OutcomeId, (request.FromDate, request.ToDate), request.MinEffectiveRounds, check);
        var action = now.FindAction(request.ActionId);
        if (action is { Purpose: not Purpose.Marketing })
        {
            check.Add("action_id", FieldReasons.Mismatch, "is not a marketing action; only marketing actions have a model");
        }

        check.ThrowIfAny();
        var name = RequestCheck.Clip(request.ActionId);
        var learner = grains.GetGrain<ILearnerGrain>((action ?? throw ApiError.Fail(
            ErrorReasons.ActionNotFound,
            $"The catalogue in force has no action '{name}'{NearestName.Hint(name, now.Actions.Select(static each => each.Id))}.",
            ("action_id", name))).FirstId);
        var challenger = await learner.LoadChallenger() ?? throw ApiError.Fail(
            ErrorReasons.NoChallenger, "The action has no challenger: start one, and let it learn first.", ("action_id", name));
        var champion = await learner.Load();
        var result = await grains.GetGrain<IDraftEvaluationGrain>(Guid.NewGuid()).EvaluateModels(
            new(
                request.ActionId, champion?.Bytes ?? [], challenger, request.PlacementId, request.OutcomeId, scope.FromMs, scope.ToMs,
                scope.MinRounds),
            cancellation);
        return new()
        {
            Decisions = result.Decisions, Unusable = result.Unusable, Forgotten = result.Forgotten, Own = LogScopes.ToEstimate(result.Own),
            Champion = ToJudgement(result.Champion), Challenger = ToJudgement(result.Challenger),
            ChallengerLessons = BayesianModel.FromBytes(challenger).Learned, IsCut = result.IsCut,
        };
    }

    private static V1.PolicyJudgement ToJudgement(PolicyJudgement judged) => new()
    {
        Ips = LogScopes.ToEstimate(judged.Value?.Ips), Snips = LogScopes.ToEstimate(judged.Value?.Snips),
        DoublyRobust = LogScopes.ToEstimate(judged.Value?.DoublyRobust), EffectiveRounds = judged.Value?.EffectiveRounds ?? 0,
        Unsupported = judged.Value?.Unsupported ?? 0, Refusal = judged.Refusal,
    };
}
