using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Catalogs;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Simulations;
using Zhice.V1;

namespace Zhice.Api.Simulations;

/// <summary>What would be said if the catalogue were another.</summary>
internal sealed class SimulationService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time, ApiOptions options) : V1.SimulationService.SimulationServiceBase
{
    [Call(CallClass.Bulk, Roles.Analyst | Roles.Operator | Roles.Approver, Audit = AuditRule.None)]
    public override async Task Simulate(
        SimulateRequest request, IServerStreamWriter<SimulateResponse> responseStream, ServerCallContext context)
    {
        var now = catalogs.Current;
        var check = new RequestCheck();
        var draft = CatalogDraft.Read(request.Draft, now, check);
        var query = SimulationQueries.Read(request, now, draft, check);
        check.ThrowIfAny();
        var simulation = grains.GetGrain<ISimulationGrain>(Guid.NewGuid());
        var floor = CountFloor.For(context.GetCaller(), options);
        await foreach (var news in simulation.Simulate(query, context.CancellationToken).WithCancellation(context.CancellationToken))
        {
            var message = SimulateResponse.Parser.ParseFrom(news);
            SimulationFloor.Apply(message, floor);
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    [Call(CallClass.Bulk, Roles.Analyst | Roles.Operator | Roles.Approver, Audit = AuditRule.None)]
    public override Task<EvaluateDraftResponse> EvaluateDraft(EvaluateDraftRequest request, ServerCallContext context) =>
        new DraftEvaluations(grains, catalogs.Current, time).CreateAsync(request, context.CancellationToken);

    [Call(CallClass.Bulk, Roles.Analyst | Roles.Operator | Roles.Approver, Audit = AuditRule.None)]
    public override Task<EvaluateChallengerResponse> EvaluateChallenger(EvaluateChallengerRequest request, ServerCallContext context) =>
        new ChallengerEvaluations(grains, catalogs.Current, time).CreateAsync(request, context.CancellationToken);
}
