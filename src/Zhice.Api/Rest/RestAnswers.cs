using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.Http;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Rest;

/// <summary>Writes errors of REST that no service gave, in the form of those that a service gives.</summary>
internal static class RestAnswers
{
    private static readonly JsonFormatter Formatter = new(
        new JsonFormatter.Settings(
            formatDefaultValues: true, TypeRegistry.FromFiles(StatusReflection.Descriptor, ErrorDetailsReflection.Descriptor)));

    /// <summary>Ends a call with an error.</summary>
    /// <param name="context">The call; nothing of its answer is written yet.</param>
    /// <param name="httpStatus">The status of HTTP.</param>
    /// <param name="status">The error.</param>
    public static Task FailAsync(HttpContext context, int httpStatus, RpcStatus status)
    {
        context.Response.StatusCode = httpStatus;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(Formatter.Format(status), context.RequestAborted);
    }
}
