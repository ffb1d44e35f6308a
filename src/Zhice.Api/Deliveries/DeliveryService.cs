using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.V1;

namespace Zhice.Api.Deliveries;

/// <summary>Hands contacts to the gateways of channels, and hears what became of them.</summary>
internal sealed class DeliveryService(
    IGrainFactory grains, ICatalogs catalogs, ReceiptWriter receipts, TimeProvider time, IHostApplicationLifetime lifetime)
    : V1.DeliveryService.DeliveryServiceBase
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1_000;
    private const int MaxResent = 1_000;
    private static readonly TimeSpan PatienceWithStart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLife = TimeSpan.FromDays(30);

    // 1,000 settlements, each with its two ids and a reason.
    [Call(CallClass.Subscribe, Roles.Channel, MaxMessageBytes = 512 << 10)]
    public override async Task Subscribe(
        IAsyncStreamReader<SubscribeRequest> requestStream, IServerStreamWriter<SubscribeResponse> responseStream,
        ServerCallContext context)
    {
        // A stream that says nothing holds a place for nothing.
        using var patience = new CancellationTokenSource(PatienceWithStart, time);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, patience.Token);
        try
        {
            if (!await requestStream.MoveNext(first.Token))
            {
                return;
            }
        }
        catch (Exception fault) when (patience.IsCancellationRequested && fault is OperationCanceledException or RpcException)
        {
            var late = new RequestCheck();
            late.Add("start", FieldReasons.Required, "must come within 10 seconds");
            late.ThrowIfAny();
        }

        var check = new RequestCheck();
        if (requestStream.Current.Start is not { } start)
        {
            check.Add("start", FieldReasons.Required, "must be the first message");
            check.ThrowIfAny();
            return;
        }

        var terms = DeliveryMap.ToTerms(start, check);
        check.ThrowIfAny();
        CheckChannel(terms.ChannelId);
        CheckMayServe(context.GetCaller(), terms.ChannelId);
        var subscription = grains.GetGrain<ISubscriptionGrain>($"{terms.ChannelId}/{terms.Consumer}/{Guid.NewGuid():N}");
        using var stream = new DeliveryStream(subscription, terms, receipts, responseStream, time);
        await stream.RunAsync(requestStream, start.Credits, context.CancellationToken, lifetime.ApplicationStopping);
    }

    [Call(CallClass.Read, Roles.Channel | Roles.Ops, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListWaitingContactsResponse> ListWaitingContacts(
        ListWaitingContactsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Text("channel_id", request.ChannelId, RequestCheck.MaxIdBytes);
        check.Text("campaign_id", request.CampaignId, RequestCheck.MaxIdBytes);
        if (request.ChannelId.Length == 0 && request.CampaignId.Length == 0)
        {
            check.Add("channel_id", FieldReasons.Required, "must be set, or campaign_id must");
        }

        var size = check.PageSize(request.PageSize, DefaultPage, MaxPage);
        var before = request.WaitingSince is null ? long.MaxValue : check.Instant("waiting_since", request.WaitingSince);
        var after = DeliveryPages.ReadWaiting(request.ChannelId, request.CampaignId, request.PageToken, check);
        check.ThrowIfAny();
        if (request.ChannelId.Length > 0)
        {
            CheckChannel(request.ChannelId);
        }

        CheckMayRead(context.GetCaller(), request.ChannelId);

        var waiting = await Records.ListWaiting(request.ChannelId, request.CampaignId, before, after, size + 1);
        var response = new ListWaitingContactsResponse
        {
            Contacts = { waiting.Take(size).Select(DeliveryMap.ToWaiting) },
            NextPageToken = waiting.Length > size ? DeliveryPages.TokenAfter(request.ChannelId, request.CampaignId, waiting[size - 1]) : "",
        };
        if (after is null)
        {
            response.Counts.AddRange((await Records.CountWaiting(request.ChannelId, request.CampaignId)).Select(DeliveryMap.ToCount));
        }

        return response;
    }

    [Call(CallClass.Read, Roles.Channel | Roles.Ops, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Text("channel_id", request.ChannelId, RequestCheck.MaxIdBytes);
        var size = check.PageSize(request.PageSize, DefaultPage, MaxPage);
        var after = DeliveryPages.ReadDead(request.ChannelId, request.PageToken, check);
        check.ThrowIfAny();
        CheckMayRead(context.GetCaller(), request.ChannelId);
        var dead = await Records.ListDead(request.ChannelId, after, size + 1);
        return new()
        {
            DeadLetters = { dead.Take(size).Select(DeliveryMap.ToDeadLetter) },
            NextPageToken = dead.Length > size ? DeliveryPages.TokenAfter(request.ChannelId, dead[size - 1]) : "",
        };
    }

    [Call(CallClass.Write, Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<ResendDeadLettersResponse> ResendDeadLetters(ResendDeadLettersRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("channel_id", request.ChannelId);
        if (request.ContactIds.Count > MaxResent)
        {
            check.Add("contact_ids", FieldReasons.TooMany, $"has {request.ContactIds.Count} entries; at most {MaxResent} are allowed");
        }

        var life = check.Span(
            "time_to_live", request.TimeToLive, DefaultLife, ShortestLife, MaxLife,
            "must be from 1 minute to 30 days; unset stands for 1 day");
        check.ThrowIfAny();
        CheckChannel(request.ChannelId);
        var answers = await Records.Resend(request.ChannelId, [.. request.ContactIds], life);
        return new()
        {
            Resent = answers.Count(static answer => answer.Refusal == 0),
            Refused = { answers.Where(static answer => answer.Refusal != 0).Select(DeliveryMap.ToRefused) },
        };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListDeliveryCountsResponse> ListDeliveryCounts(ListDeliveryCountsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Text("campaign_id", request.CampaignId, RequestCheck.MaxIdBytes);
        var size = check.PageSize(request.PageSize, DefaultPage, MaxPage);
        var after = DeliveryPages.ReadCount(request.CampaignId, request.PageToken, check);
        check.ThrowIfAny();
        var counts = await Records.ListCounts(request.CampaignId, after, size + 1);
        return new()
        {
            Counts = { counts.Take(size).Select(DeliveryMap.ToCount) },
            NextPageToken = counts.Length > size ? DeliveryPages.TokenAfter(request.CampaignId, counts[size - 1]) : "",
        };
    }

    private IDeliveryRecordsGrain Records => grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);

    // Those who run the service see every channel.
    private static void CheckMayRead(Caller caller, string channelId)
    {
        if (!caller.HasAny(Roles.Ops))
        {
            CheckMayServe(caller, channelId);
        }
    }

    private static void CheckMayServe(Caller caller, string channelId)
    {
        if (!caller.MayServe(channelId))
        {
            throw ApiError.Fail(
                ErrorReasons.ChannelNotAllowed,
                channelId.Length == 0
                    ? "Name a channel: the identity of the caller names some, and not all."
                    : "The identity of the caller does not name this channel.",
                ("channel_id", RequestCheck.Clip(channelId)));
        }
    }

    private void CheckChannel(string channelId)
    {
        if (!catalogs.Current.Channels.ContainsKey(channelId))
        {
            throw ApiError.Fail(
                ErrorReasons.ChannelNotFound, "The catalogue in force has no such channel.", ("channel_id", RequestCheck.Clip(channelId)));
        }
    }
}
