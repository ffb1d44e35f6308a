using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stops;
using Zhice.V1;
using Kind = Zhice.Domain.Stops.StopKind;
using Stop = Zhice.V1.Stop;

namespace Zhice.Api.Stops;

/// <summary>Kill switches.</summary>
internal sealed class StopService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time) : V1.StopService.StopServiceBase
{
    private const int MaximumComment = 1_000;

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<SetStopResponse> SetStop(SetStopRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var kind = Checked(check, request.Kind, request.TargetId);
        check.Id("comment", request.Comment, MaximumComment);
        check.ThrowIfAny();
        await CheckTarget(kind, request.TargetId);
        var answer = await Board.Set(
            new(kind, request.TargetId, context.GetCaller().Name, request.Comment, time.GetUtcNow().ToUnixTimeMilliseconds()));
        return new()
        {
            Stop = ToStop(answer.Board.Stops.First(stop => (stop.Kind, stop.TargetId) == (kind, request.TargetId))),
            IsNew = answer.IsChanged,
            AppliedSilos = answer.AppliedSilos,
            AllSilos = answer.AllSilos,
        };
    }

    [Call(CallClass.Write, Roles.Operator | Roles.Ops, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<LiftStopResponse> LiftStop(LiftStopRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var kind = Checked(check, request.Kind, request.TargetId);
        check.Text("comment", request.Comment, MaximumComment);
        var setAtMs = request.SetTime is null ? 0 : check.Instant("set_time", request.SetTime);
        check.ThrowIfAny();
        var actor = context.GetCaller().Name;
        var answer = request.SetTime is null
            ? await Board.Lift(kind, request.TargetId, actor, request.Comment)
            : await Board.LiftSetAt(new(kind, request.TargetId, actor, request.Comment, setAtMs));
        return new() { WasInForce = answer.IsChanged, AppliedSilos = answer.AppliedSilos, AllSilos = answer.AllSilos };
    }

    [Call(CallClass.Read, Roles.Staff)]
    public override async Task<ListStopsResponse> ListStops(ListStopsRequest request, ServerCallContext context)
    {
        var board = await Board.Find();
        return new()
        {
            Stops = { board.Stops.Select(ToStop) },
            Log = { board.Log.Select(static entry => new StopChange { IsSet = entry.IsSet, Stop = ToStop(entry.Change) }) },
        };
    }

    private IStopBroadcastGrain Board => grains.GetGrain<IStopBroadcastGrain>(IStopBroadcastGrain.Key);

    private static Kind Checked(RequestCheck check, StopKind kind, string targetId)
    {
        if (kind is < StopKind.Marketing or > StopKind.Campaign)
        {
            check.Add("kind", FieldReasons.Required, "must be STOP_KIND_MARKETING, _CHANNEL, _ACTION or _CAMPAIGN");
        }
        else if (kind != StopKind.Marketing)
        {
            check.Id("target_id", targetId);
        }
        else if (targetId.Length > 0)
        {
            check.Add("target_id", FieldReasons.Mismatch, "must be empty: all marketing is stopped");
        }

        return (Kind)kind;
    }

    private async ValueTask CheckTarget(Kind kind, string targetId)
    {
        var catalog = catalogs.Current;
        if (kind == Kind.Channel && !catalog.Channels.ContainsKey(targetId))
        {
            throw ApiError.Fail(
                ErrorReasons.ChannelNotFound, $"The catalogue in force has no channel '{RequestCheck.Clip(targetId)}'.",
                ("channel_id", RequestCheck.Clip(targetId)));
        }

        if (kind == Kind.Action && !catalog.ActionsById.ContainsKey(targetId))
        {
            throw ApiError.Fail(
                ErrorReasons.ActionNotFound, $"The catalogue in force has no action '{RequestCheck.Clip(targetId)}'.",
                ("action_id", RequestCheck.Clip(targetId)));
        }

        if (kind == Kind.Campaign && await grains.GetGrain<ICampaignGrain>(targetId).Find() is null)
        {
            throw ApiError.Fail(
                ErrorReasons.CampaignNotFound, $"There is no campaign '{RequestCheck.Clip(targetId)}'.",
                ("campaign_id", RequestCheck.Clip(targetId)));
        }
    }

    private static Stop ToStop(Domain.Stops.Stop stop) => new()
    {
        Kind = (StopKind)stop.Kind,
        TargetId = stop.TargetId,
        Actor = stop.Actor,
        Comment = stop.Comment,
        Time = Values.ToTimestamp(stop.AtMs),
    };
}
