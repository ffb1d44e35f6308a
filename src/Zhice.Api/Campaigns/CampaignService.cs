using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Deliveries;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs.Campaigns;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Approvals;
using Zhice.Domain.Campaigns;
using Zhice.V1;

namespace Zhice.Api.Campaigns;

/// <summary>Campaigns: written, approved, run, watched.</summary>
internal sealed partial class CampaignService(
    IGrainFactory grains, ICatalogs catalogs, CampaignReviews reviews, ApiOptions options, TimeProvider clock)
    : V1.CampaignService.CampaignServiceBase
{
    private const int MaxNameBytes = 128;
    private const int MaxCommentBytes = 1024;
    private const int MaxDefinitionBytes = 64 * 1024;
    private const int DefaultPage = 20;
    private const int MaxOnPage = 100;
    private const int CountsAtOnce = 1_000;
    private const string Campaigns = "campaigns";

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<SaveCampaignResponse> SaveCampaign(SaveCampaignRequest request, ServerCallContext context)
    {
        var (check, question) = (new RequestCheck(), default(AudienceQuestion));
        check.Text("etag", request.Etag, MaxNameBytes);
        if (request.Campaign is null)
        {
            check.Add("campaign", FieldReasons.Required, "must be set");
        }
        else if (request.Campaign.CalculateSize() is var bytes and > MaxDefinitionBytes)
        {
            check.Add("campaign", FieldReasons.TooLong, $"has {bytes} bytes; at most {MaxDefinitionBytes} are allowed");
        }
        else if (Checked(request.Campaign, check) is { } definition)
        {
            check.ThrowIfAny();
            question = await QuestionAsync(definition);
        }

        check.ThrowIfAny();
        var answer = await Grain(request.Campaign!.CampaignId)
            .Save(new(request.Campaign.ToByteArray(), request.Etag, context.GetCaller().Name, request.ValidateOnly));
        var response = new SaveCampaignResponse { Status = ToStatus(answer, request.Campaign.CampaignId, "be changed") };
        response.Status.Etag = await reviews.EtagAsync(answer.Campaign!);
        response.Warnings.AddRange(await WarningsAsync(request.Campaign, question!));
        return response;
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<GetCampaignResponse> GetCampaign(GetCampaignRequest request, ServerCallContext context)
    {
        var campaign = await FindAsync(request.CampaignId);
        var response = new GetCampaignResponse { Status = CampaignMap.ToStatus(campaign) };
        response.Status.Deliveries = await DeliveriesAsync(request.CampaignId);
        (response.Review, response.Status.Etag) = request.Review
            ? await reviews.OfAsync(campaign)
            : (null, await reviews.EtagAsync(campaign));
        CampaignFloor.Apply(response.Status, FloorOf(context));
        return response;
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListCampaignsResponse> ListCampaigns(ListCampaignsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        var after = PageToken.ReadId(Campaigns, request.PageToken, check);
        for (var i = 0; i < request.States.Count; i++)
        {
            if (request.States[i] == V1.CampaignState.Unspecified || !Enum.IsDefined(request.States[i]))
            {
                check.Add($"states[{i}]", FieldReasons.UnknownName, "is no state of a campaign; right are DRAFT, RUNNING and so on");
            }
        }

        check.ThrowIfAny();
        var response = new ListCampaignsResponse();
        var entries = await grains.GetGrain<ICampaignListGrain>(ICampaignListGrain.Key).All();
        response.Counts.Add(
            entries.CountBy(static entry => entry.State).OrderBy(static state => state.Key)
                .Select(static state => new CampaignStateCount { State = (V1.CampaignState)state.Key, Campaigns = state.Value }));
        foreach (var entry in entries)
        {
            if (string.CompareOrdinal(entry.CampaignId, after) <= 0
                || (request.States.Count > 0 && !request.States.Contains((V1.CampaignState)entry.State)))
            {
                continue;
            }

            if (response.Campaigns.Count == size)
            {
                response.NextPageToken = PageToken.WriteId(Campaigns, response.Campaigns[^1].Campaign.CampaignId);
                break;
            }

            if (await Grain(entry.CampaignId).Find() is { } campaign)
            {
                response.Campaigns.Add(CampaignFloor.Apply(CampaignMap.ToStatus(campaign), FloorOf(context)));
            }
        }

        return response;
    }

    [Call(CallClass.Write, Roles.Approver, Audit = AuditRule.Change)]
    public override async Task<ApproveCampaignResponse> ApproveCampaign(ApproveCampaignRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("etag", request.Etag, MaxNameBytes);
        check.ThrowIfAny();
        if (await reviews.EtagAsync(await FindAsync(request.CampaignId)) is var shown && shown != request.Etag)
        {
            throw Stale(shown);
        }

        return new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Approve, context.GetCaller(), "", request.Etag, "be approved") };
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<ScheduleCampaignResponse> ScheduleCampaign(ScheduleCampaignRequest request, ServerCallContext context)
    {
        if (await FindAsync(request.CampaignId) is { State: Domain.Campaigns.CampaignState.Approved } approved
            && await reviews.IsChangedAsync(approved))
        {
            throw ApiError.Fail(
                ErrorReasons.CampaignState,
                "The campaign's action, texts, placements or saved audience are others than those that were approved. Read it again, and have it approved again.",
                ("campaign_id", request.CampaignId),
                ("state", "approved"));
        }

        return new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Schedule, context.GetCaller(), "", "", "be scheduled; approve it first") };
    }

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<PauseCampaignResponse> PauseCampaign(PauseCampaignRequest request, ServerCallContext context) =>
        new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Pause, context.GetCaller(), request.Comment, "", "be paused") };

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<ResumeCampaignResponse> ResumeCampaign(ResumeCampaignRequest request, ServerCallContext context) =>
        new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Resume, context.GetCaller(), "", request.Etag, "be resumed") };

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<CancelCampaignResponse> CancelCampaign(CancelCampaignRequest request, ServerCallContext context) =>
        new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Cancel, context.GetCaller(), request.Comment, "", "be cancelled") };

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<RecallCampaignResponse> RecallCampaign(RecallCampaignRequest request, ServerCallContext context) =>
        new() { Status = await TakeAsync(request.CampaignId, CampaignStep.Recall, context.GetCaller(), request.Comment, "", "be recalled; nothing of it was sent yet") };

    [Call(CallClass.Watch, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task WatchCampaign(
        WatchCampaignRequest request, IServerStreamWriter<WatchCampaignResponse> responseStream, ServerCallContext context)
    {
        var campaign = await FindAsync(request.CampaignId);
        while (true)
        {
            await responseStream.WriteAsync(
                new() { Status = CampaignFloor.Apply(CampaignMap.ToStatus(campaign), FloorOf(context)) }, context.CancellationToken);
            if (campaign.State.IsOver())
            {
                return;
            }

            // News come many times a second; who watches wants one.
            await Task.Delay(TimeSpan.FromMilliseconds(300), context.CancellationToken);
            campaign = await Grain(request.CampaignId).WaitForNews(campaign.News, context.CancellationToken)
                ?? throw NotFound(request.CampaignId);
        }
    }

    [Call(CallClass.Bulk, Roles.Analyst | Roles.Operator | Roles.Approver, Audit = AuditRule.None)]
    public override async Task RehearseCampaign(
        RehearseCampaignRequest request, IServerStreamWriter<RehearseCampaignResponse> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Campaign is null)
        {
            check.Add("campaign", FieldReasons.Required, "must be set");
        }

        var definition = request.Campaign is null ? null : Checked(request.Campaign, check, isRehearsal: true);
        var atMs = definition is null ? 0 : RehearsedAt(request, definition, check);
        check.ThrowIfAny();
        var question = await QuestionAsync(definition!);
        var (floor, run) = (FloorOf(context), default(CampaignRun));
        var order = new RehearsalRequest(definition!.Order with { Audience = question.Expression }, question.List, atMs);
        await foreach (
            var counts in grains.GetGrain<IRehearsalGrain>(Guid.NewGuid())
                .Rehearse(order, context.CancellationToken)
                .WithCancellation(context.CancellationToken))
        {
            run = CampaignMap.ToRun(counts);
            run.StartTime = Values.ToTimestamp(atMs);
            if (!floor.Hides(run.Matched))
            {
                await responseStream.WriteAsync(new() { Run = run }, context.CancellationToken);
            }
        }

        // What each rule does to one person would be an answer about that person.
        if (run is not null && floor.Hides(run.Matched))
        {
            check.Add(
                "campaign.audience", FieldReasons.NotAllowed,
                $"matches fewer than {floor.Min} customers, which your roles do not show; widen it, or ask an operator");
            check.ThrowIfAny();
        }
    }

    private CountFloor FloorOf(ServerCallContext context) => CountFloor.For(context.GetCaller(), options);

    private async Task<CampaignDeliveries> DeliveriesAsync(string campaignId)
    {
        var records = grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        var deliveries = new CampaignDeliveries { Waiting = { (await records.CountWaiting("", campaignId)).Select(DeliveryMap.ToCount) } };
        var sums = new SortedDictionary<DeliveryOutcome, long>();
        Domain.Deliveries.DeliveryCount? last = null;
        for (var page = ImmutableArray<Domain.Deliveries.DeliveryCount>.Empty; last is null || page.Length == CountsAtOnce;)
        {
            page = await records.ListCounts(campaignId, last, CountsAtOnce);
            foreach (var tally in page)
            {
                sums[(DeliveryOutcome)tally.Outcome] = sums.GetValueOrDefault((DeliveryOutcome)tally.Outcome) + tally.Count;
            }

            if (page.IsEmpty)
            {
                break;
            }

            last = page[^1];
        }

        deliveries.Outcomes.AddRange(sums.Select(static sum => new CampaignOutcomeCount { Outcome = sum.Key, Count = sum.Value }));
        return deliveries;
    }

    private async Task<CampaignStatus> TakeAsync(
        string campaignId, CampaignStep step, Caller caller, string comment, string etag, string verb)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", campaignId);
        check.Text("comment", comment, MaxCommentBytes);
        check.ThrowIfAny();
        return ToStatus(await Grain(campaignId).Take(step, caller.Name, comment, etag), campaignId, verb);
    }

    // A start that has passed since the campaign was saved is rehearsed as of now.
    private CampaignDefinition? Checked(Campaign campaign, RequestCheck check, bool isRehearsal = false)
    {
        var (definition, faults) = CampaignCompiler.Compile(campaign, catalogs.Current, revision: 1);
        foreach (var fault in faults)
        {
            check.Add($"campaign.{fault.Path}", FieldReasons.CatalogFault, fault.Description);
        }

        foreach (var fault in definition is null ? [] : CampaignSchedule.FindFaults(
            isRehearsal ? definition with { StartsAtMs = Math.Max(definition.StartsAtMs, NowMs) } : definition, catalogs.Current, NowMs))
        {
            check.Add($"campaign.{fault.Path}", FieldReasons.OutOfRange, fault.Description);
        }

        return definition;
    }

    private static CampaignStatus ToStatus(CampaignAnswer answer, string campaignId, string verb)
    {
        switch (answer.Outcome)
        {
            case CampaignOutcome.NotFound:
                throw NotFound(campaignId);
            case CampaignOutcome.Faulty:
                var check = new RequestCheck();
                foreach (var fault in answer.Faults)
                {
                    check.Add($"campaign.{fault.Path}", FieldReasons.CatalogFault, fault.Description);
                }

                throw check.ToStatus().ToRpcException();
            case CampaignOutcome.Stale:
                throw Stale(answer.Campaign?.Etag ?? "");
            case CampaignOutcome.OwnApproval:
                throw ApiError.Fail(
                    ErrorReasons.OwnApproval,
                    $"{string.Join(", ", Authors.With(answer.Campaign!.Authors, answer.Campaign.Author).Select(static name => $"'{name}'"))} wrote it since it was approved last; another person must approve it.",
                    ("campaign_id", campaignId));
            case CampaignOutcome.Forbidden:
                var state = answer.Campaign?.State.ToString().ToLowerInvariant() ?? "new";
                throw ApiError.Fail(
                    ErrorReasons.CampaignState, $"The campaign is {state}: it cannot {verb}.", ("campaign_id", campaignId),
                    ("state", state));
            default:
                return CampaignMap.ToStatus(answer.Campaign!);
        }
    }

    private async Task<CampaignRecord> FindAsync(string campaignId)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", campaignId);
        check.ThrowIfAny();
        return await Grain(campaignId).Find() ?? throw NotFound(campaignId);
    }

    private static RpcException Stale(string etag) => ApiError.Fail(
        ErrorReasons.StaleEtag,
        "The campaign, or an action, text, placement or audience of it, is another than the one that was read. Read it again.",
        ("etag", etag));

    private static RpcException NotFound(string campaignId) =>
        ApiError.Fail(ErrorReasons.CampaignNotFound, $"There is no campaign '{campaignId}'.", ("campaign_id", campaignId));

    private ICampaignGrain Grain(string campaignId) => grains.GetGrain<ICampaignGrain>(campaignId);
}
