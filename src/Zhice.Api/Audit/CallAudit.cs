using System.Collections.Immutable;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Contracts.Audit;
using Zhice.Domain.Audit;

namespace Zhice.Api.Audit;

/// <summary>
/// Records calls whose methods say so. A change is recorded before it begins and before it is answered; what a read shows is recorded
/// before it is shown. When the trail cannot be written, the call is refused.
/// </summary>
internal sealed class CallAudit(
    IGrainFactory grains, AuditSnapshots snapshots, AccessAudit access, TimeProvider time, ILogger<CallAudit> log)
{
    private const string Ok = "OK";

    private static readonly ImmutableArray<int> PausesMs = [100, 400, 1_000];

    /// <summary>Makes a call, and records it.</summary>
    /// <param name="rule">What is recorded.</param>
    /// <param name="request">The request; null where the client sends a stream.</param>
    /// <param name="context">The call.</param>
    /// <param name="call">Makes the call.</param>
    public Task<T> RunAsync<T>(AuditRule rule, object? request, ServerCallContext context, Func<Task<T>> call) =>
        rule == AuditRule.Change ? ChangeAsync(request, context, call) : ReadAsync(request, context, call);

    /// <summary>Makes a call that shows data as it goes, and records it before the first and after the last.</summary>
    public Task<T> RunStreamAsync<T>(AuditRule rule, object request, ServerCallContext context, Func<Task<T>> call) =>
        rule == AuditRule.Change
            ? ChangeAsync(request, context, call)
            : AroundAsync(Create(request, context), static _ => Task.FromResult(AuditValues.Empty), call, context.CancellationToken);

    /// <inheritdoc cref="AccessAudit.NoteRefused(ServerCallContext, RpcException)"/>
    public bool NoteRefused(ServerCallContext context, RpcException fault) => access.NoteRefused(context, fault);

    /// <summary>Notes that a stream was ended, as its caller is no longer accepted.</summary>
    public void NoteEnded(ServerCallContext context, RpcException fault) => access.NoteRefused(context.GetHttpContext(), fault.GetRpcStatus());

    private Task<T> ChangeAsync<T>(object? request, ServerCallContext context, Func<Task<T>> call) =>
        AroundAsync(Create(request, context), async target => await snapshots.ReadAsync(target), call, context.CancellationToken);

    private async Task<T> AroundAsync<T>(
        AuditEntry entry, Func<AuditTarget, Task<AuditValues>> read, Func<Task<T>> call, CancellationToken cancellation)
    {
        var target = new AuditTarget(entry.TargetKind, entry.TargetId);
        var before = await read(target);
        try
        {
            await RecordAsync(entry with { Stage = AuditStage.Begun });
        }
        catch (Exception fault)
        {
            throw Refuse(fault, entry.Method);
        }

        T answer;
        try
        {
            answer = await call();
        }
        catch (Exception fault)
        {
            await TryRecordAsync(entry with { Stage = AuditStage.Done, Outcome = Outcome(fault, cancellation), Changes = [] });
            throw;
        }

        if (target.Id.Length == 0 && answer is not null && AuditTarget.Find(answer) is { Kind.Length: > 0 } found)
        {
            target = found;
        }

        var changes = await DifferencesAsync(before, target, read, entry.Method);
        var done = entry with { Stage = AuditStage.Done, Outcome = Ok, TargetKind = target.Kind, TargetId = target.Id, Changes = changes };
        return await TryRecordAsync(done)
            ? answer
            : throw ApiError.Fail(
                ErrorReasons.AuditIncomplete,
                "It was done, and the audit trail has that it began, but not how it ended. Look before you do it again.",
                ("call_id", $"{entry.CallId}"));
    }

    private async Task<T> ReadAsync<T>(object? request, ServerCallContext context, Func<Task<T>> call)
    {
        var entry = Create(request, context) with { Stage = AuditStage.Read };
        T answer;
        try
        {
            answer = await call();
        }
        catch (Exception fault)
        {
            await TryRecordAsync(entry with { Outcome = Outcome(fault, context.CancellationToken) }, pauses: 0);
            throw;
        }

        try
        {
            await RecordAsync(entry with { Outcome = Ok, Changes = entry.Changes.AddRange(AuditRequests.Shown(answer)) });
            return answer;
        }
        catch (Exception fault)
        {
            throw Refuse(fault, entry.Method);
        }
    }

    private async Task<ImmutableArray<AuditChange>> DifferencesAsync(
        AuditValues before, AuditTarget target, Func<AuditTarget, Task<AuditValues>> read, string method)
    {
        try
        {
            return before.Differences(await read(target));
        }
        catch (Exception fault)
        {
            // It was done: that is recorded in any case.
            ApiLog.ValuesNotRead(log, method, fault);
            return [new("(values after)", "", "could not be read")];
        }
    }

    private AuditEntry Create(object? request, ServerCallContext context)
    {
        var (http, caller) = (context.GetHttpContext(), context.GetCaller());
        var target = request is null ? AuditTarget.None : AuditTarget.Find(request);
        return new()
        {
            Stage = AuditStage.None,
            CallId = Guid.CreateVersion7(),
            Actor = caller.Name,
            Roles = RoleNames.Join(caller.Roles),
            Address = FindAddress(http),
            Method = context.Method.TrimStart('/'),
            TargetKind = target.Kind,
            TargetId = target.Id,
            RequestId = request is IMessage message
                && message.Descriptor.FindFieldByName("request_id")?.Accessor.GetValue(message) is string id
                ? id
                : "",
            Changes = request is null ? [] : AuditRequests.Asked(request, target, snapshots.IsHidden, snapshots.Digests),
        };
    }

    internal static string FindAddress(HttpContext http) => http.Connection.RemoteIpAddress is not { } address
        ? ""
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private Task RecordAsync(AuditEntry entry) =>
        grains.GetGrain<IAuditGrain>(IAuditGrain.Key).Record(AuditEntryCodec.Write(snapshots.Digests.Shorten(entry).Clean()));

    // What was done cannot be undone: the trail gets some more time, and may get the entry twice.
    private async Task<bool> TryRecordAsync(AuditEntry entry, int? pauses = null)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await RecordAsync(entry);
                return true;
            }
            catch (Exception fault)
            {
                if (tries == (pauses ?? PausesMs.Length))
                {
                    ApiLog.NotAudited(log, entry.Method, entry.CallId, fault);
                    return false;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(PausesMs[tries]), time);
        }
    }

    private RpcException Refuse(Exception fault, string method)
    {
        ApiLog.AuditAway(log, method, fault);
        return ApiError.Fail(
            ErrorReasons.AuditUnavailable,
            "The audit trail cannot be written, and nothing is done or shown without it. Repeat the call after the pause.");
    }

    private static string Outcome(Exception fault, CancellationToken cancellation) => fault is RpcException refused
        ? refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? $"{refused.StatusCode}"
        : cancellation.IsCancellationRequested ? ErrorReasons.Cancelled.Name
        : (FaultMap.FindReason(fault) ?? ErrorReasons.InternalFault).Name;
}
