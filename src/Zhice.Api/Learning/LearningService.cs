using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.V1;
using Settings = Zhice.Domain.Learning.ModelSettings;

namespace Zhice.Api.Learning;

/// <summary>The models that rank, one for each action.</summary>
internal sealed class LearningService(IGrainFactory grains, ICatalogs catalogs) : V1.LearningService.LearningServiceBase
{
    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var reports = await Task.WhenAll(catalog.Actions.Where(static action => action.Purpose == Domain.Primitives.Purpose.Marketing)
            .Select(action => grains.GetGrain<ILearnerGrain>(action.FirstId).Describe().AsTask()));
        return new() { Models = { reports.Select(ToModel) }, Features = ToFeatures(catalog) };
    }

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<FreezeModelResponse> FreezeModel(FreezeModelRequest request, ServerCallContext context) =>
        new() { Model = ToModel(await Learner(request.ActionId).SetFrozen(true)) };

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<UnfreezeModelResponse> UnfreezeModel(UnfreezeModelRequest request, ServerCallContext context) =>
        new() { Model = ToModel(await Learner(request.ActionId).SetFrozen(false)) };

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<StartChallengerResponse> StartChallenger(StartChallengerRequest request, ServerCallContext context)
    {
        var learner = Learner(request.ActionId);
        return new() { Model = ToModel(await learner.StartChallenger(ToSettings(request.Settings))) };
    }

    [Call(CallClass.Write, Roles.Approver, Audit = AuditRule.Change)]
    public override async Task<PromoteChallengerResponse> PromoteChallenger(PromoteChallengerRequest request, ServerCallContext context)
    {
        var report = await Learner(request.ActionId).PromoteChallenger() ?? throw ApiError.Fail(
            ErrorReasons.NoChallenger,
            "The action has no challenger: start one, and let it learn first.",
            ("action_id", request.ActionId));
        return new() { Model = ToModel(report) };
    }

    private ILearnerGrain Learner(string actionId)
    {
        var check = new RequestCheck();
        check.Id("action_id", actionId);
        check.ThrowIfAny();
        return catalogs.Current.FindAction(actionId) is { } action
            ? grains.GetGrain<ILearnerGrain>(action.FirstId)
            : throw ApiError.Fail(
                ErrorReasons.ActionNotFound, "The catalogue in force has no such action.", ("action_id", RequestCheck.Clip(actionId)));
    }

    private static Settings ToSettings(ModelSettings? wanted)
    {
        var defaults = Settings.Default;
        var settings = new Settings(
            wanted is { PriorVariance: not 0 } ? (float)wanted.PriorVariance : defaults.PriorVariance,
            wanted is { HasDrift: true } ? (float)wanted.Drift : defaults.Drift);
        var check = new RequestCheck();
        if (!(settings with { Drift = 0 }).AreValid)
        {
            check.Add("settings.prior_variance", FieldReasons.OutOfRange, $"must be above 0 and at most {Settings.MaxPriorVariance}; 0 stands for 0.1");
        }

        if (!(settings with { PriorVariance = defaults.PriorVariance }).AreValid)
        {
            check.Add("settings.drift", FieldReasons.OutOfRange, $"must be from 0 to {Settings.MaxDrift:0.00}");
        }

        check.ThrowIfAny();
        return settings;
    }

    private static ModelFeatures ToFeatures(Domain.Catalogs.Catalog catalog) => new()
    {
        TagCount = catalog.Tags.Count(static tag => tag.Unread is null),
        MaxTags = Domain.Learning.FeatureVector.MaxTags,
        UnreadTags =
        {
            catalog.Tags.Where(static tag => tag.Unread is not null)
                .Select(static tag => new UnreadTag { TagId = tag.Id, Reason = (UnreadReason)tag.Unread! }),
        },
    };

    private Model ToModel(LearnerReport report) => new()
    {
        ActionId = catalogs.Current.FindAction(report.ActionId)?.Id ?? report.ActionId,
        Version = report.Version,
        IsFrozen = report.IsFrozen,
        Champion = ToScore(report.Champion),
        Challenger = report.Challenger is { } challenger ? ToScore(challenger) : null,
    };

    private static ModelScore ToScore(ModelReport report)
    {
        var score = new ModelScore
        {
            Settings = new() { PriorVariance = report.Settings.PriorVariance, Drift = report.Settings.Drift },
            Learned = report.Learned,
        };
        if (report.LogLoss is { } loss)
        {
            score.LogLoss = loss;
        }

        if (report.Auc is { } auc)
        {
            score.Auc = auc;
        }

        if (report.CalibrationError is { } error)
        {
            score.CalibrationError = error;
        }

        return score;
    }
}
