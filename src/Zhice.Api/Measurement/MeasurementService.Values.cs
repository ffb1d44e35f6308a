using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Requests;
using Zhice.Contracts.Measurement;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <summary>The figures by which a bank is judged, of those reached and held out.</summary>
internal sealed partial class MeasurementService
{
    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<GetValueResponse> GetValue(GetValueRequest request, ServerCallContext context)
    {
        var (catalog, check) = (catalogs.Current, new RequestCheck());
        var question = ValueRequests.Read(request, catalog, check);
        check.ThrowIfAny();
        var campaign = await FindCampaign(request.CampaignId);
        var answer = await grains.GetGrain<IValueGrain>(0).Compare(question).WaitAsync(context.CancellationToken);
        return FloorOf(context).Apply(ValueReport.Create(answer, question, campaign, catalog));
    }
}
