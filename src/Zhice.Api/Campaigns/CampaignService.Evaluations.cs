using System.Buffers.Binary;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Campaigns;
using Zhice.V1;
using ReasonCode = Zhice.Domain.Primitives.ReasonCode;
using EvaluationOutcome = Zhice.Domain.Campaigns.EvaluationOutcome;

namespace Zhice.Api.Campaigns;

/// <content>What customers were judged to be, and why.</content>
internal sealed partial class CampaignService
{
    private const int DefaultEvaluations = 100;
    private const int MaxEvaluations = 1_000;
    private const int PlaceBytes = sizeof(short) + sizeof(long) + sizeof(int);

    [Call(CallClass.Read, Roles.Agent | Roles.Operator, Audit = AuditRule.SensitiveRead)]
    public override async Task<GetCampaignEvaluationResponse> GetCampaignEvaluation(
        GetCampaignEvaluationRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", request.CampaignId);
        check.Id("customer_id", request.CustomerId);
        CheckRun(request.Run, check);
        check.ThrowIfAny();
        var campaign = await FindAsync(request.CampaignId);
        var run = GetRunNumber(campaign, request.Run);
        var found = run == 0 ? null : await Evaluations(request.CampaignId).Find(run, campaign.Definition.IsTriggered, request.CustomerId);
        return new() { Run = run, Evaluation = found is { } evaluation ? CampaignMap.ToEvaluation(evaluation) : null };
    }

    [Call(CallClass.Read, Roles.Operator, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListCampaignEvaluationsResponse> ListCampaignEvaluations(
        ListCampaignEvaluationsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", request.CampaignId);
        check.Text("rule_id", request.RuleId, MaxNameBytes);
        CheckRun(request.Run, check);
        if (!Enum.IsDefined(request.Outcome))
        {
            check.Add("outcome", FieldReasons.UnknownName, $"{(int)request.Outcome} is no outcome");
        }

        if (!Enum.IsDefined(request.Reason))
        {
            check.Add("reason", FieldReasons.UnknownName, $"{(int)request.Reason} is no reason");
        }

        var size = check.PageSize(request.PageSize, DefaultEvaluations, MaxEvaluations);
        check.ThrowIfAny();
        var campaign = await FindAsync(request.CampaignId);
        var run = GetRunNumber(campaign, request.Run);
        var list = $"evaluations/{request.CampaignId}/{run}";
        var place = new byte[PlaceBytes];
        var isBegun = request.PageToken.Length > 0 && PageToken.TryRead(list, request.PageToken, place, check);
        check.ThrowIfAny();
        var query = new EvaluationQuery(
            run,
            request.Outcome == V1.EvaluationOutcome.Unspecified ? null : (EvaluationOutcome)request.Outcome,
            request.Reason == V1.ReasonCode.Unspecified ? null : (ReasonCode)request.Reason,
            request.RuleId,
            isBegun ? ReadPlace(place) : default,
            size);
        var response = new ListCampaignEvaluationsResponse { Run = run };
        if (run > 0)
        {
            var found = await Evaluations(request.CampaignId).List(query);
            response.Evaluations.AddRange(found.Evaluations.Select(CampaignMap.ToEvaluation));
            response.NextPageToken = found.Next is { } next ? PageToken.Write(list, WritePlace(next)) : "";
        }

        return response;
    }

    private static void CheckRun(long run, RequestCheck check)
    {
        if (run < 0)
        {
            check.Add("run", FieldReasons.OutOfRange, "is 1 or more, or 0 for the last run");
        }
    }

    private static long GetRunNumber(CampaignRecord campaign, long asked) =>
        asked > 0 ? asked : campaign.Runs.FirstOrDefault()?.Number ?? 0;

    private static EvaluationPlace ReadPlace(ReadOnlySpan<byte> place) => new(
        BinaryPrimitives.ReadInt16LittleEndian(place), BinaryPrimitives.ReadInt64LittleEndian(place[2..]),
        BinaryPrimitives.ReadInt32LittleEndian(place[10..]));

    private static byte[] WritePlace(EvaluationPlace place)
    {
        var bytes = new byte[PlaceBytes];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, place.Shard);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), place.Page);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), place.Row);
        return bytes;
    }

    private ICampaignEvaluationsGrain Evaluations(string campaignId) => grains.GetGrain<ICampaignEvaluationsGrain>(campaignId);
}
