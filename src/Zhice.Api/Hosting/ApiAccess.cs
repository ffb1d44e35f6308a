using Microsoft.AspNetCore.Builder;
using Zhice.Api.Identity;

namespace Zhice.Api.Hosting;

/// <summary>Who may call the endpoints that a host maps besides the API. Each must say it, or the host does not start.</summary>
public static class ApiAccess
{
    /// <summary>Callers need one of these roles.</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoints, Roles roles)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new AccessPolicy(roles, IsOpen: false));

    /// <summary>Callers need no identity: for health only, which balancers ask for.</summary>
    public static TBuilder AllowAnyone<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new AccessPolicy(Roles.None, IsOpen: true));
}
