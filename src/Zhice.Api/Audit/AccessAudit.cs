using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Contracts.Audit;
using Zhice.Domain.Audit;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Audit;

/// <summary>
/// Records who was refused, and who signed in. A flood of them fills no store: each caller and address has a few entries a minute, and
/// so has the host; the others are counted, and the count is recorded. No answer waits for it.
/// </summary>
internal sealed class AccessAudit(IGrainFactory grains, TimeProvider clock, ILogger<AccessAudit> log) : BackgroundService
{
    private readonly AccessLimit _refusals = new(clock);
    private readonly AccessLimit _signIns = new(clock);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Notes that a request was refused.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">What it is answered.</param>
    public void NoteRefused(HttpContext http, RpcStatus? status)
    {
        if (status is null || (StatusCode)status.Code is not (StatusCode.PermissionDenied or StatusCode.Unauthenticated))
        {
            return;
        }

        var caller = http.Features.Get<Caller>();
        var source = new AccessSource(caller?.Name ?? "", CallAudit.FindAddress(http));
        if (_refusals.TryTake(source, out var unrecorded))
        {
            var reason = status.GetDetail<ErrorInfo>()?.Reason ?? $"{(StatusCode)status.Code}";
            Record(
                Create(source, caller, http, AuditStage.Refused) with { Outcome = reason, Unrecorded = unrecorded });
        }
    }

    /// <summary>Notes that a call was refused by its service.</summary>
    /// <returns>False, so that it can be asked in a filter of exceptions.</returns>
    public bool NoteRefused(ServerCallContext context, RpcException fault)
    {
        if (fault.StatusCode == StatusCode.PermissionDenied)
        {
            NoteRefused(context.GetHttpContext(), fault.GetRpcStatus());
        }

        return false;
    }

    /// <summary>Notes that a caller was refused too often, and is locked out for a time.</summary>
    public void NoteLockedOut(HttpContext http, Caller caller) => Record(
        Create(new(caller.Name, CallAudit.FindAddress(http)), caller, http, AuditStage.Refused) with { Outcome = "LOCKED_OUT" });

    /// <summary>Notes that a person signed in.</summary>
    public void NoteSignedIn(HttpContext http, Caller caller)
    {
        var source = new AccessSource(caller.Name, CallAudit.FindAddress(http));
        if (_signIns.TryTake(source, out var unrecorded))
        {
            Record(
                Create(source, caller, http, AuditStage.SignedIn) with { Outcome = "OK", Unrecorded = unrecorded });
        }
    }

    /// <summary>Notes that a sign-in did not succeed.</summary>
    public void NoteSignInFailed(HttpContext http)
    {
        var source = new AccessSource("", CallAudit.FindAddress(http));
        if (_refusals.TryTake(source, out var unrecorded))
        {
            Record(
                Create(source, null, http, AuditStage.Refused) with { Outcome = "SIGN_IN_FAILED", Unrecorded = unrecorded });
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock, stoppingToken);
                RecordCounts(_refusals, AuditStage.Refused);
                RecordCounts(_signIns, AuditStage.SignedIn);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void RecordCounts(AccessLimit limit, AuditStage stage)
    {
        foreach (var (source, unrecorded) in limit.TakeUnrecorded())
        {
            Record(Create(source, null, null, stage) with { Unrecorded = unrecorded });
        }
    }

    private static AuditEntry Create(AccessSource source, Caller? caller, HttpContext? http, AuditStage stage)
    {
        var (method, target) = http is null ? ("", AuditTarget.None) : (AccessedMethod.FindName(http), AccessedMethod.FindTarget(http));
        return new()
        {
            Stage = stage,
            CallId = Guid.CreateVersion7(),
            Actor = source.Actor,
            Roles = caller is null ? "" : RoleNames.Join(caller.Roles),
            Address = source.Address,
            Method = method,
            TargetKind = target.Kind,
            TargetId = target.Id,
        };
    }

    private void Record(AuditEntry entry) => _ = RecordAsync(AuditEntryCodec.Write(entry.Clean()));

    private async Task RecordAsync(byte[] entry)
    {
        try
        {
            await grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Record(entry);
        }
        catch (Exception fault)
        {
            // The call is refused in any case.
            ApiLog.RefusalNotAudited(log, fault.GetType().Name);
        }
    }
}
