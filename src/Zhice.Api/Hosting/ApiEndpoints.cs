using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Identity;
using Zhice.Api.Pipeline;
using Zhice.Api.SignIn;

namespace Zhice.Api.Hosting;

/// <summary>Maps the API into a host's endpoints.</summary>
public static class ApiEndpoints
{
    /// <summary>The full names of the services, as <c>grpc.health.v1</c> knows them too.</summary>
    public static ImmutableArray<string> ServiceNames { get; } = [.. ApiService.All.Select(static service => service.Contract.FullName)];

    /// <summary>Maps the services, health and, where allowed, reflection, behind the check of identities.</summary>
    /// <remarks>When the host starts, it refuses endpoints of any kind that do not say who may call them.</remarks>
    public static WebApplication MapZhiceApi(this WebApplication endpoints)
    {
        IEndpointRouteBuilder all = endpoints;
        if (endpoints.Services.GetRequiredService<IdentityOptions>().SignIn.IsOn)
        {
            endpoints.UseSignIn();
            endpoints.MapSignIn();
        }

        endpoints.MapCaller();

        endpoints.Use(next =>
        {
            // The host makes its pipeline when it starts: by then everything is mapped.
            IdentityEdge.Check(all.DataSources);
            return new IdentityEdge(
                next, endpoints.Services.GetRequiredService<Authenticator>(), endpoints.Services.GetRequiredService<IdentityOptions>(),
                endpoints.Services.GetRequiredService<Revocations>(), endpoints.Services.GetRequiredService<OpenStreams>(),
                endpoints.Services.GetRequiredService<LockOuts>()).InvokeAsync;
        });
        foreach (var service in ApiService.All)
        {
            service.Map(endpoints);
        }

        endpoints.MapGrpcHealthChecksService().AllowAnyone();

        if (endpoints.Services.GetRequiredService<ApiOptions>().IsReflectionOn)
        {
            endpoints.MapGrpcReflectionService().RequireRoles(Roles.All);
        }

        return endpoints;
    }
}
