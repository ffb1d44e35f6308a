using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Audit;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Rest;
using Zhice.Api.SignIn;
using RpcStatus = Google.Rpc.Status;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Stands between routing and every endpoint: who calls must have one of the roles that the endpoint names. What names none is
/// denied, and a host with such an endpoint does not start.
/// </summary>
/// <remarks>Hot path: one look-up of metadata, one of the identity.</remarks>
internal sealed class IdentityEdge(
    RequestDelegate next, Authenticator authenticator, IdentityOptions identity, Revocations revocations, OpenStreams streams,
    LockOuts locks)
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
            if (endpoint.Metadata.GetMetadata<IAccessPolicy>() is null
                && endpoint.DisplayName?.StartsWith(Unimplemented, StringComparison.Ordinal) != true)
            {
                throw new InvalidOperationException(
                    $"The endpoint '{endpoint.DisplayName}' says not who may call it; add RequireRoles or AllowAnyone to it.");
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

        return CheckAsync(context, policy);
    }

    private async Task CheckAsync(HttpContext context, IAccessPolicy policy) =>
        await PassAsync(context, policy, await authenticator.FindAsync(context));

    private Task PassAsync(HttpContext context, IAccessPolicy policy, IdentityOutcome outcome)
    {
        if (outcome.Caller is not { } caller)
        {
            return RefuseAsync(context, outcome.Fault);
        }

        // Also of who is refused: the audit names them.
        context.SetCaller(caller);
        if (revocations.Has(caller))
        {
            return RefuseAsync(context, IdentityFault.NotValid);
        }

        if (!caller.HasAny(policy.Roles))
        {
            if (locks.Count(caller))
            {
                context.RequestServices.GetRequiredService<AccessAudit>().NoteLockedOut(context, caller);
            }

            return FailAsync(context, StatusCodes.Status403Forbidden, ApiError.Create(
                ErrorReasons.RoleRequired,
                $"This needs one of the roles {RoleNames.Join(policy.Roles)}; the caller has {(caller.Roles == Roles.None ? "none" : RoleNames.Join(caller.Roles))}.",
                ("roles", RoleNames.Join(policy.Roles))));
        }

        if (policy.IsLong)
        {
            streams.Add(context, caller);
        }

        return next(context);
    }

    private Task RefuseAsync(HttpContext context, IdentityFault fault)
    {
        if (fault == IdentityFault.Missing && identity.SignIn.IsOn && HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            // A person opened a page.
            context.Response.Redirect(
                SignInPages.LoginPath + QueryString.Create("return", context.Request.PathBase + context.Request.Path));
            return Task.CompletedTask;
        }

        if (fault == IdentityFault.NoAntiForgery)
        {
            return FailAsync(context, StatusCodes.Status403Forbidden, ApiError.Create(
                ErrorReasons.AntiForgeryRequired, $"A request with the cookie of a session that changes something needs the header {PageSessions.AntiForgeryHeader}; /auth/me has its value."));
        }

        if (fault is IdentityFault.NoKeys or IdentityFault.NoSession)
        {
            return FailAsync(context, StatusCodes.Status503ServiceUnavailable, ApiError.Create(
                ErrorReasons.IdentityUnavailable, fault == IdentityFault.NoKeys
                    ? "The keys of the identity provider could not be read yet; nothing was done. Repeat the call after the pause."
                    : "The session could not be looked up; nothing was done. Repeat the call after the pause."));
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return FailAsync(context, StatusCodes.Status401Unauthorized, fault switch
        {
            IdentityFault.Missing =>
                ApiError.Create(
                    ErrorReasons.CredentialsMissing,
                    "The call has no identity: send a token in the header authorization, or use a certificate."),
            IdentityFault.Expired =>
                ApiError.Create(ErrorReasons.CredentialsExpired, "The token or certificate has expired; get a new one."),
            _ => ApiError.Create(ErrorReasons.CredentialsInvalid, "The token or certificate is not accepted here."),
        });
    }

    private static Task FailAsync(HttpContext context, int httpStatus, RpcStatus status)
    {
        context.RequestServices.GetRequiredService<AccessAudit>().NoteRefused(context, status);
        if (!GrpcAnswers.IsGrpc(context.Request))
        {
            return RestAnswers.FailAsync(context, httpStatus, status);
        }

        GrpcAnswers.Fail(context, status);
        return Task.CompletedTask;
    }
}
