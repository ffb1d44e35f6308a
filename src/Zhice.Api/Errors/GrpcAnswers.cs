using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Errors;

/// <summary>Writes errors of gRPC that are found before a service is called.</summary>
internal static class GrpcAnswers
{
    /// <summary>Whether a request is one of gRPC.</summary>
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    /// <summary>Ends a call with an error: an answer of trailers alone, as gRPC has it.</summary>
    public static void Fail(HttpContext context, RpcStatus status)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = FormattableString.Invariant($"{status.Code}");
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
