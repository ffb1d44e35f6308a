using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Catalogs;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Settings = Zhice.Domain.Learning.ModelSettings;

namespace Zhice.Api.Learning;

/// <summary>The models that rank, one for each action.</summary>
internal sealed class LearningService(IGrainFactory grains, ICatalogs catalogs, TimeProvider clock) : V1.LearningService.LearningServiceBase
{
    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var reports = await Task.WhenAll(catalog.Actions.Where(static action => action.Purpose == Domain.Primitives.Purpose.Marketing)
            .Select(action => grains.GetGrain<ILearnerGrain>(action.FirstId).Describe().AsTask()));
        return new() { Models = { reports.Select(ToModel) }, Features = ModelMap.ToFeatures(catalog) };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.AuditAdmin, Audit = AuditRule.None)]
    public override async Task<GetModelCardResponse> GetModelCard(GetModelCardRequest request, ServerCallContext context)
    {
        var learner = Learner(request.ActionId);
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        var action = ModelledAction(request.ActionId, catalog, check);
        check.ThrowIfAny();
        return new() { Card = ModelCardMap.ToCard(await learner.DescribeCard(), action, catalog, clock.GetUtcNow()) };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.AuditAdmin, Audit = AuditRule.None)]
    public override async Task<GetModelHistoryResponse> GetModelHistory(GetModelHistoryRequest request, ServerCallContext context)
    {
        var learner = Learner(request.ActionId);
        var check = new RequestCheck();
        _ = ModelledAction(request.ActionId, catalogs.Current, check);
        check.ThrowIfAny();
        return ModelHistoryMap.ToHistory(await learner.DescribeHistory());
    }

    [Call(CallClass.Bulk, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.AuditAdmin, Audit = AuditRule.None)]
    public override async Task<GetFairnessReportResponse> GetFairnessReport(GetFairnessReportRequest request, ServerCallContext context)
    {
        _ = Learner(request.ActionId);
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        var action = ModelledAction(request.ActionId, catalog, check);
        var query = FairnessMap.ToQuery(request, action, catalog, check);
        check.ThrowIfAny();
        var grain = grains.GetGrain<IFairnessGrain>(Guid.NewGuid());
        await foreach (var news in grain.Measure(query, context.CancellationToken).WithCancellation(context.CancellationToken))
        {
            if (news.Report is { } report)
            {
                return new() { Report = FairnessMap.ToReport(report, query, catalog, clock.GetUtcNow()) };
            }
        }

        throw new InvalidOperationException("A fairness report ended without its result.");
    }

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<FreezeModelResponse> FreezeModel(FreezeModelRequest request, ServerCallContext context) =>
        new() { Model = ToModel(await Learner(request.ActionId).SetFrozen(true, context.GetCaller().Name)) };

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<UnfreezeModelResponse> UnfreezeModel(UnfreezeModelRequest request, ServerCallContext context) =>
        new() { Model = ToModel(await Learner(request.ActionId).SetFrozen(false, context.GetCaller().Name)) };

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<StartChallengerResponse> StartChallenger(StartChallengerRequest request, ServerCallContext context)
    {
        var learner = Learner(request.ActionId);
        return new() { Model = ToModel(await learner.StartChallenger(ToSettings(request.Settings), context.GetCaller().Name)) };
    }

    [Call(CallClass.Write, Roles.Approver, Audit = AuditRule.Change)]
    public override async Task<PromoteChallengerResponse> PromoteChallenger(PromoteChallengerRequest request, ServerCallContext context)
    {
        var report = await Learner(request.ActionId).PromoteChallenger(context.GetCaller().Name) ?? throw ApiError.Fail(
            ErrorReasons.NoChallenger,
            "The action has no challenger: start one, and let it learn first.",
            ("action_id", request.ActionId));
        return new() { Model = ToModel(report) };
    }

    private static BankAction ModelledAction(string actionId, Catalog catalog, RequestCheck check)
    {
        var action = catalog.FindAction(actionId)!;
        if (action.Purpose != Domain.Primitives.Purpose.Marketing)
        {
            check.Add("action_id", FieldReasons.Mismatch, "is not a marketing action; only marketing actions have a model");
        }

        return action;
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
            check.Add(
                "settings.prior_variance", FieldReasons.OutOfRange,
                $"must be above 0 and at most {Settings.MaxPriorVariance}; 0 stands for 0.1");
        }

        if (!(settings with { PriorVariance = defaults.PriorVariance }).AreValid)
        {
            check.Add("settings.drift", FieldReasons.OutOfRange, $"must be from 0 to {Settings.MaxDrift:0.00}");
        }

        check.ThrowIfAny();
        return settings;
    }

    private Model ToModel(LearnerReport report) => new()
    {
        ActionId = catalogs.Current.FindAction(report.ActionId)?.Id ?? report.ActionId,
        Version = report.Version,
        IsFrozen = report.IsFrozen,
        Champion = ModelMap.ToScore(report.Champion),
        Challenger = report.Challenger is { } challenger ? ModelMap.ToScore(challenger) : null,
    };
}
