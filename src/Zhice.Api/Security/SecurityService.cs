using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Identity;
using Zhice.V1;
using Revocation = Zhice.Contracts.Identity.Revocation;
using RevocationKind = Zhice.V1.RevocationKind;

namespace Zhice.Api.Security;

/// <summary>Callers who are no longer accepted.</summary>
internal sealed class SecurityService(IGrainFactory grains, PageSessions sessions, TimeProvider clock) : V1.SecurityService.SecurityServiceBase
{
    private const int MaxReasonBytes = 1_000;

    [Call(CallClass.Write, Roles.SecurityAdmin, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<RevokeCallerResponse> RevokeCaller(RevokeCallerRequest request, ServerCallContext context)
    {
        var (check, nowMs, actor) = (new RequestCheck(), clock.GetUtcNow().ToUnixTimeMilliseconds(), context.GetCaller().Name);
        CheckKind(request.Kind, check);
        check.Id("reason", request.Reason, MaxReasonBytes);
        if (check.Text("id", request.Id, Caller.MaxNameBytes) && !Caller.IsName(request.Id))
        {
            check.Add("id", FieldReasons.Malformed, "must be a caller's name, or a token's jti");
        }
        else if (request.Kind == RevocationKind.Caller && request.Id == actor)
        {
            check.Add("id", FieldReasons.NotAllowed, "is the own name: nobody could lift it with this identity");
        }

        var untilMs = request.ExpireTime is null ? 0 : check.Instant("expire_time", request.ExpireTime);
        if (request.ExpireTime is not null && untilMs <= nowMs)
        {
            check.Add("expire_time", FieldReasons.OutOfRange, "must lie in the future");
        }

        check.ThrowIfAny();
        var revocation = new Revocation((Contracts.Identity.RevocationKind)request.Kind, request.Id, actor, request.Reason, nowMs, untilMs);
        if (!await All.Revoke(revocation))
        {
            check.Add("id", FieldReasons.TooMany, $"would be one more than {IRevocationsGrain.MaxCount}; lift some first");
            check.ThrowIfAny();
        }

        if (request.Kind == RevocationKind.Caller)
        {
            // For good: who is accepted again signs in again.
            await sessions.EndOfAsync(request.Id);
        }

        return new() { Revocation = ToRevocation(revocation) };
    }

    [Call(CallClass.Write, Roles.SecurityAdmin, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<LiftRevocationResponse> LiftRevocation(LiftRevocationRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        CheckKind(request.Kind, check);
        var madeAtMs = request.RevokeTime is null ? 0 : check.Instant("revoke_time", request.RevokeTime);
        check.ThrowIfAny();
        var kind = (Contracts.Identity.RevocationKind)request.Kind;
        return new()
        {
            WasInForce = request.RevokeTime is null ? await All.Lift(kind, request.Id) : await All.LiftMadeAt(kind, request.Id, madeAtMs),
        };
    }

    [Call(CallClass.Read, Roles.SecurityAdmin | Roles.AuditAdmin)]
    public override async Task<ListRevocationsResponse> ListRevocations(ListRevocationsRequest request, ServerCallContext context) =>
        new() { Revocations = { (await All.All()).Select(ToRevocation) } };

    private IRevocationsGrain All => grains.GetGrain<IRevocationsGrain>(IRevocationsGrain.Key);

    private static void CheckKind(RevocationKind kind, RequestCheck check)
    {
        if (kind is not (RevocationKind.Caller or RevocationKind.Token))
        {
            check.Add("kind", FieldReasons.Required, "must be REVOCATION_KIND_CALLER or REVOCATION_KIND_TOKEN");
        }
    }

    private static V1.Revocation ToRevocation(Revocation revocation) => new()
    {
        Kind = (RevocationKind)revocation.Kind,
        Id = revocation.Id,
        Actor = revocation.Actor,
        Reason = revocation.Reason,
        RevokeTime = Values.ToTimestamp(revocation.AtMs),
        ExpireTime = revocation.UntilMs == 0 ? null : Values.ToTimestamp(revocation.UntilMs),
    };
}
