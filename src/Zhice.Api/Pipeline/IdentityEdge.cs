using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Rest;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Stands between routing and every endpoint: who calls must have one of the roles that the endpoint names. What names none is
/// denied, and a host with such an endpoint does not start.
/// </summary>
/// <remarks>Hot path: one look-up of metadata, one of the identity.</remarks>
internal sealed class IdentityEdge(RequestDelegate next)
{
    // gRPC answers with them what is not served; they lead to nothing.
    private const string Unimplemented = "gRPC - Unimplemented";

    private static readonly AccessPolicy Default = new(Roles.All, IsOpen: false);

    /// <summary>Refuses endpoints without a policy.</summary>
    /// <exception cref="InvalidOperationException">One has none.</exception>
    public static void Check(IEnumerable<EndpointDataSource> sources)
    {
        foreach (var endpoint in sources.SelectMany(static source => source.Endpoints))
        {
            if (endpoint.Metadata.GetMetadata<IAccessPolicy>() is null && !IsUnimplemented(endpoint))
            {
                throw new InvalidOperationException($"The endpoint '{endpoint.DisplayName}' says not who may call it; add RequireRoles or AllowAnyone to it.");
            }
        }
    }

    /// <summary>Lets a request through, or answers it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // Nothing is served there; what follows says so.
        if (context.GetEndpoint() is not { } endpoint)
        {
            return next(context);
        }

        var policy = endpoint.Metadata.GetMetadata<IAccessPolicy>() ?? Default;
        if (policy.IsOpen)
        {
            return next(context);
        }

        var caller = Caller.Development;
        if (!caller.HasAny(policy.Roles))
        {
            return FailAsync(context, StatusCodes.Status403Forbidden, ApiError.Create(
                ErrorReasons.RoleRequired,
                $"This needs one of the roles {RoleNames.Join(policy.Roles)}; the caller has {(caller.Roles == Roles.None ? "none" : RoleNames.Join(caller.Roles))}.",
                ("roles", RoleNames.Join(policy.Roles))));
        }

        context.SetCaller(caller);
        return next(context);
    }

    private static bool IsUnimplemented(Endpoint endpoint) => endpoint.DisplayName?.StartsWith(Unimplemented, StringComparison.Ordinal) == true;

    private static Task FailAsync(HttpContext context, int httpStatus, RpcStatus status)
    {
        if (!GrpcAnswers.IsGrpc(context.Request))
        {
            return RestAnswers.FailAsync(context, httpStatus, status);
        }

        GrpcAnswers.Fail(context, status);
        return Task.CompletedTask;
    }
}
