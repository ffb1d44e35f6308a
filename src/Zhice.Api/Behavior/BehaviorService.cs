using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Behavior;
using Zhice.Contracts.Catalogs;
using Zhice.V1;

namespace Zhice.Api.Behavior;

/// <summary>What customers do.</summary>
internal sealed class BehaviorService(IGrainFactory grains, ICatalogs catalogs, BehaviorScopes scopes, BehaviorAudiences audiences)
    : V1.BehaviorService.BehaviorServiceBase
{
    private const Roles Readers = Roles.Analyst | Roles.Operator | Roles.Approver;
    private const int MaxCounts = 10_000;
    private const int MaxPaths = 1_000;
    private const int UsualPaths = 20;

    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<CountEventsResponse> CountEvents(CountEventsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var days = scopes.ReadDays(request.Scope, check);
        var question = BehaviorQueries.ReadCounts("query", request.Query, catalogs.Current, check);
        var scope = await scopes.ReadAsync(request.Scope, days, check);
        var answer = await Behavior.Count(scope, question).WaitAsync(context.CancellationToken);
        return Floor(context).Apply(new CountEventsResponse
        {
            Basis = BehaviorMap.ToBasis(answer.Basis, scope),
            Counts = { answer.Rows.Take(MaxCounts).Select(BehaviorMap.ToCount) },
            IsCut = answer.Rows.Length > MaxCounts,
        });
    }

    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<GetFunnelResponse> GetFunnel(GetFunnelRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var days = scopes.ReadDays(request.Scope, check);
        var question = BehaviorQueries.ReadFunnel("query", request.Query, catalogs.Current, check);
        var scope = await scopes.ReadAsync(request.Scope, days, check);
        var answer = await Behavior.Funnel(scope, question).WaitAsync(context.CancellationToken);
        return Floor(context).Apply(new GetFunnelResponse
        {
            Basis = BehaviorMap.ToBasis(answer.Basis, scope), Steps = { answer.Rows.Select(BehaviorMap.ToStep) },
        });
    }

    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<GetRetentionResponse> GetRetention(GetRetentionRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var days = scopes.ReadDays(request.Scope, check);
        var question = BehaviorQueries.ReadRetention("query", request.Query, scopes.GetDaysOver(days), catalogs.Current, check);
        var scope = await scopes.ReadAsync(request.Scope, days, check);
        var answer = await Behavior.Retention(scope, question).WaitAsync(context.CancellationToken);
        return Floor(context).Apply(new GetRetentionResponse
        {
            Basis = BehaviorMap.ToBasis(answer.Basis, scope), Cohorts = { answer.Rows.Select(BehaviorMap.ToCohort) },
        });
    }

    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<GetPathsResponse> GetPaths(GetPathsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var days = scopes.ReadDays(request.Scope, check);
        var question = BehaviorQueries.ReadPaths("query", request.Query, catalogs.Current, check);
        var limit = BehaviorQueries.Number("limit", request.Limit, UsualPaths, MaxPaths, check);
        var scope = await scopes.ReadAsync(request.Scope, days, check);
        var answer = await Behavior.Paths(scope, question, limit).WaitAsync(context.CancellationToken);
        return Floor(context).Apply(new GetPathsResponse
        {
            Basis = BehaviorMap.ToBasis(answer.Basis, scope), Paths = { answer.Rows.Select(BehaviorMap.ToPath) },
            OtherCustomers = answer.Others,
        });
    }

    [Call(CallClass.Bulk, Roles.Operator, Audit = AuditRule.Change)]
    public override Task<SaveBehaviorAudienceResponse> SaveBehaviorAudience(
        SaveBehaviorAudienceRequest request, ServerCallContext context) =>
        audiences.SaveAsync(request, context.GetCaller(), context.CancellationToken);

    private BehaviorFloor Floor(ServerCallContext context) => new(scopes.GetFloor(context.GetCaller()));

    private IBehaviorGrain Behavior => grains.GetGrain<IBehaviorGrain>(0);
}
