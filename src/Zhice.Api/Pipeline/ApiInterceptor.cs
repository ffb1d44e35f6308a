using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Zhice.Api.Audit;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Contracts.Catalogs;

namespace Zhice.Api.Pipeline;

/// <summary>Stands before every call: sheds what is too much, and turns faults into errors that a caller can act on.</summary>
/// <remarks>Hot path: one look-up and two counts for a call that goes well.</remarks>
internal sealed class ApiInterceptor(
    CallGates gates, CallEntrance entrance, CallAudit audit, ICatalogs catalogs, TimeProvider time, ILogger<ApiInterceptor> log)
    : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var method = gates.Find(context.Method);
        return method is { Audit: not null }
            ? AuditAsync(request, context, continuation)
            : CallAsync(method, request, context, continuation);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, rule => rule is { } audited
            ? audit.RunStreamAsync(audited, request, context, () => DoneAsync(continuation(request, responseStream, context)))
            : DoneAsync(continuation(request, responseStream, context)));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, rule => rule is { } audited
            ? audit.RunAsync(audited, null, context, () => continuation(requestStream, context))
            : continuation(requestStream, context));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, _ => DoneAsync(continuation(requestStream, responseStream, context)));

    // A method of its own: the others make no closure.
    private Task<TResponse> AuditAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class =>
        GuardAsync(context, rule => audit.RunAsync(rule!.Value, request, context, () => CallAsync(null, request, context, continuation)));

    private static async Task<bool> DoneAsync(Task stream)
    {
        await stream;
        return true;
    }

    // The method is null when the call has passed its gate already.
    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        GatedMethod? method, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        var place = Enter(method, context);
        try
        {
            for (var repeat = 0; ; repeat++)
            {
                try
                {
                    return await continuation(request, context);
                }
                catch (Exception fault) when (MayRepeat(request, context, fault, repeat))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(RetryPolicy.PausesMs[repeat]), time, context.CancellationToken);
                }
            }
        }
        catch (Exception fault) when (fault is not RpcException refused || audit.NoteRefused(context, refused))
        {
            throw ToError(fault, context);
        }
        finally
        {
            place.Leave();
        }
    }

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<AuditRule?, Task<T>> call)
    {
        var method = gates.Find(context.Method);
        var place = Enter(method, context);
        try
        {
            var answer = await call(method?.Audit);
            return FindEnd(context) is { } ended ? throw ended : answer;
        }
        catch (Exception fault) when (fault is not RpcException refused || IsEnded(context) || audit.NoteRefused(context, refused))
        {
            throw ToError(fault, context);
        }
        finally
        {
            place.Leave();
        }
    }

    private bool MayRepeat(object request, ServerCallContext context, Exception fault, int repeat) =>
        fault is not RpcException
        && repeat < RetryPolicy.PausesMs.Length
        && !context.CancellationToken.IsCancellationRequested
        && RetryPolicy.IsOnTheMove(fault)
        && RetryPolicy.IsRepeatable(context.Method, request, catalogs.Current);

    private CallPlace Enter(GatedMethod? method, ServerCallContext context)
    {
        if (method is null)
        {
            return default;
        }

        if (!catalogs.IsKnown)
        {
            // Without it every placement and tag would look unknown.
            throw ApiError.Fail(
                ErrorReasons.SiloUnavailable, "The catalogue is not loaded yet; nothing was done. Repeat the call after the pause.");
        }

        return entrance.TryEnter(method.Gate, context.GetCaller(), context.Method, out var refusal) ?? throw refusal!.ToRpcException();
    }

    // Why a call that may last was ended before its own end.
    private RpcException? FindEnd(ServerCallContext context)
    {
        var ended = context.GetHttpContext().Features.Get<OpenStream>()?.Why switch
        {
            StreamEnd.Expired => ApiError.Fail(
                ErrorReasons.CredentialsExpired, "The token or certificate of the stream has expired; get a new one and begin again."),
            StreamEnd.SignedOut => ApiError.Fail(
                ErrorReasons.CredentialsExpired, "The session of the stream has ended; sign in and begin again."),
            StreamEnd.Revoked => ApiError.Fail(
                ErrorReasons.CredentialsInvalid, "The token or certificate of the stream is not accepted here any more."),
            _ => null,
        };
        if (ended is not null)
        {
            audit.NoteEnded(context, ended);
        }

        return ended;
    }

    private static bool IsEnded(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<OpenStream>() is { Why: not StreamEnd.None };

    private RpcException ToError(Exception fault, ServerCallContext context)
    {
        if (FindEnd(context) is { } ended)
        {
            return ended;
        }

        if (context.CancellationToken.IsCancellationRequested
            && fault is OperationCanceledException or IOException or InvalidOperationException)
        {
            var reason = context.Deadline <= time.GetUtcNow().UtcDateTime ? ErrorReasons.DeadlineExceeded : ErrorReasons.Cancelled;
            return FaultMap.ToStatus(reason).ToRpcException();
        }

        return FaultMap.ToStatus(fault, context.Method, log).ToRpcException();
    }
}
