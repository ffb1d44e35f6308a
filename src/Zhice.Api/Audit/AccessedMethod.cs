using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Zhice.Api.Rest;

namespace Zhice.Api.Audit;

/// <summary>
/// What a request wanted that was refused before it was read: by its endpoint and its path, as the message is not known yet.
/// </summary>
internal static class AccessedMethod
{
    /// <summary>
    /// The method as the trail names it, such as <c>zhice.v1.CustomerService/GetCustomer</c>, over gRPC and REST alike; of other pages
    /// the path.
    /// </summary>
    public static string FindName(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<GrpcJsonTranscodingMetadata>() is { MethodDescriptor: { } method }
            ? $"{method.Service.FullName}/{method.Name}"
            : (metadata?.GetMetadata<GrpcMethodMetadata>()?.Method.FullName ?? http.Request.Path.Value ?? "").TrimStart('/');
    }

    /// <summary>What the path of a REST request names; a message of gRPC is not read for who may not send it.</summary>
    public static AuditTarget FindTarget(HttpContext http)
    {
        foreach (var (field, kind) in AuditTarget.Fields)
        {
            if (http.Request.RouteValues.TryGetValue(field, out var value) && value is string { Length: > 0 } id)
            {
                return new(kind, RestPath.Restore(id, isOfMany: false));
            }
        }

        return AuditTarget.None;
    }
}
