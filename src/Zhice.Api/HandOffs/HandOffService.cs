using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Deliveries;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.HandOffs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using HoldOutcome = Zhice.V1.HoldOutcome;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Zhice.Api.HandOffs;

/// <summary>Agents who hold actions, and customers who are handed over.</summary>
internal sealed class HandOffService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time) : V1.HandOffService.HandOffServiceBase
{
    private const int MaxNoteBytes = 1_000;
    private const int DefaultPage = 200;
    private const int MaxPage = 1_000;

    private static readonly TimeSpan DefaultHold = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MaxHold = TimeSpan.FromHours(24);
    private static readonly TimeSpan MaxTask = TimeSpan.FromDays(90);

    [Call(CallClass.Write, Roles.App | Roles.Agent, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<HoldActionResponse> HoldAction(HoldActionRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        Check(check, catalog, request.CustomerId, request.ActionId, request.PlacementId, request.Owner, request.RequestId);
        var expiresAtMs = request.ExpireTime is null
            ? NowMs + (long)DefaultHold.TotalMilliseconds
            : Within(check, "expire_time", request.ExpireTime, MaxHold);
        check.ThrowIfAny();
        var answer = await Customer(request.CustomerId).Hold(
            new(
                request.ActionId, request.PlacementId, request.Owner, expiresAtMs, "", request.RequestId,
                BodyHash.Compute(request)) { MustBeKnown = !request.AllowNew });
        return new() { Hold = ToActionHold(answer, request.ActionId, request.PlacementId, catalog) };
    }

    [Call(CallClass.Write, Roles.App | Roles.Agent, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<HandOffResponse> HandOff(HandOffRequest request, ServerCallContext context)
    {
        var catalog = catalogs.Current;
        var check = new RequestCheck();
        Check(check, catalog, request.CustomerId, request.ActionId, request.PlacementId, request.Owner, request.RequestId);
        check.Id("kind", request.Kind);
        check.Text("note", request.Note, MaxNoteBytes);
        if (request.DueTime is null)
        {
            check.Add("due_time", FieldReasons.Required, "must be set: an instant of the next 90 days");
        }

        var dueAtMs = request.DueTime is null ? 0 : Within(check, "due_time", request.DueTime, MaxTask);
        if (check.IsFine && catalog.Placements.TryGetValue(request.PlacementId, out var placement)
            && placement.Candidates.All(candidate => candidate.Action.Id != request.ActionId))
        {
            check.Add(
                "placement_id", FieldReasons.Mismatch,
                $"no treatment of action '{RequestCheck.Clip(request.ActionId)}' fits placement '{placement.Id}'");
        }

        check.ThrowIfAny();
        var answer = await Customer(request.CustomerId).Hold(
            new(
                request.ActionId, request.PlacementId, request.Owner, dueAtMs, request.Kind, request.RequestId,
                BodyHash.Compute(request)) { Note = request.Note, MustBeKnown = !request.AllowNew });
        return new() { Hold = ToActionHold(answer, request.ActionId, request.PlacementId, catalog) };
    }

    [Call(CallClass.Write, Roles.App | Roles.Agent, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<EndHoldResponse> EndHold(EndHoldRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        if (!ContactId.TryParse(request.HoldId, out var contact))
        {
            check.Add(
                "hold_id", request.HoldId.Length == 0 ? FieldReasons.Required : FieldReasons.Malformed, "must be the hold_id of a hold");
        }

        if (request.Outcome is not (HoldOutcome.Released or HoldOutcome.Accepted or HoldOutcome.Dismissed))
        {
            check.Add(
                "outcome", request.Outcome == HoldOutcome.Unspecified ? FieldReasons.Required : FieldReasons.NotAllowed,
                "must be HOLD_OUTCOME_RELEASED, HOLD_OUTCOME_ACCEPTED or HOLD_OUTCOME_DISMISSED");
        }

        check.ThrowIfAny();
        return new() { Ended = await Customer(request.CustomerId).EndHold(new(contact, (Domain.HandOffs.HoldOutcome)request.Outcome)) };
    }

    [Call(CallClass.Read, Roles.Agent, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListHandOffsResponse> ListHandOffs(ListHandOffsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Text("owner", request.Owner, RequestCheck.MaxIdBytes);
        var size = check.PageSize(request.PageSize, DefaultPage, MaxPage);
        if (!catalogs.Current.Channels.ContainsKey(request.ChannelId))
        {
            check.Unknown("channel_id", "channel", request.ChannelId, catalogs.Current.Channels.Keys);
        }

        var after = DeliveryPages.ReadWaiting(request.ChannelId, "", request.PageToken, check);
        check.ThrowIfAny();
        var records = grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        var waiting = await records.ListWaiting(request.ChannelId, "", long.MaxValue, after, size + 1);
        return new()
        {
            HandOffs =
            {
                waiting.Take(size).Select(static line => DeliveryMap.ToWaiting(line).Contact)
                    .Where(contact => contact.Task is { } task && (request.Owner.Length == 0 || task.Owner == request.Owner))
                    .Select(ToWaiting),
            },
            NextPageToken = waiting.Length > size ? DeliveryPages.TokenAfter(request.ChannelId, "", waiting[size - 1]) : "",
        };
    }

    private static WaitingHandOff ToWaiting(OutboundContact contact) => new()
    {
        HoldId = contact.ContactId,
        CustomerId = contact.CustomerId,
        ActionId = contact.ActionId,
        PlacementId = contact.PlacementId,
        Talk = contact.Content,
        Owner = contact.Task.Owner,
        Kind = contact.Task.Kind,
        DueTime = contact.Task.DueTime,
        Note = contact.Task.Note,
        CreateTime = contact.CreateTime,
        CampaignId = contact.CampaignId,
        JourneyId = contact.Origin?.JourneyId ?? "",
    };

    /// <summary>A customer's hold as the contract shows it.</summary>
    internal static V1.ActionHold Show(in Domain.Customers.ActionHold hold, string actionId, string channelId) => new()
    {
        HoldId = hold.Contact.ToString(), ActionId = actionId, ChannelId = channelId, Owner = hold.Owner,
        ExpireTime = Values.ToTimestamp(hold.ExpiresAtMs),
    };

    private static void Check(
        RequestCheck check, Catalog catalog, string customerId, string actionId, string placementId, string owner, string requestId)
    {
        check.Id("customer_id", customerId);
        check.Id("owner", owner);
        check.Text("request_id", requestId, RequestCheck.MaxIdBytes);
        if (catalog.Actions.All(action => action.Id != actionId))
        {
            check.Unknown("action_id", "action", actionId, catalog.Actions.Select(static action => action.Id));
        }

        if (!catalog.Placements.ContainsKey(placementId))
        {
            check.Unknown("placement_id", "placement", placementId, catalog.Placements.Keys);
        }
    }

    private long Within(RequestCheck check, string path, Timestamp instant, TimeSpan max)
    {
        var (atMs, nowMs) = (check.Instant(path, instant), NowMs);
        if (atMs <= nowMs || atMs > nowMs + max.TotalMilliseconds)
        {
            check.Add(path, FieldReasons.OutOfRange, $"must be later than now, and at most {max.TotalHours:0} hours from now");
        }

        return atMs;
    }

    private static V1.ActionHold ToActionHold(
        in HoldAnswer answer, string actionId, string placementId, Catalog catalog) => answer.Result switch
    {
        HoldResult.Held => Show(
            new(answer.Contact, 0, answer.Owner, answer.ExpiresAtMs), actionId,
            catalog.Channels.Values.First(channel => channel.Number == catalog.Placements[placementId].Channel).Id),
        HoldResult.UnknownCustomer => throw Refusals.CustomerNotFound("If the id is right, and the customer is new, say allow_new."),
        HoldResult.RequestIdReused => throw Refusals.RequestIdReused(),
        HoldResult.HeldByOther => throw ApiError.Fail(
            ErrorReasons.ActionHeld,
            $"'{answer.Owner}' holds this action for the customer until {Values.ToTimestamp(answer.ExpiresAtMs).ToDateTimeOffset():u}. Ask them, or wait.",
            ("owner", answer.Owner), ("hold_id", answer.Contact.ToString())),
        HoldResult.NoRoom => throw ApiError.Fail(
            ErrorReasons.TooManyHolds, $"{ActionHolds.Capacity} actions are held for this customer. End one of the holds first."),
        _ => throw ApiError.Fail(
            ErrorReasons.StaleEtag,
            "The catalogue was changed at the same time, and has the action or the placement no more; nothing was done."),
    };

    private ICustomerGrain Customer(string customerId) => grains.Customer(customerId);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
