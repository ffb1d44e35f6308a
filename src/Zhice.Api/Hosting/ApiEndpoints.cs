using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Hosting;

/// <summary>Maps the API into a host's endpoints.</summary>
public static class ApiEndpoints
{
    /// <summary>The full names of the services, as <c>grpc.health.v1</c> knows them too.</summary>
    public static ImmutableArray<string> ServiceNames { get; } = [.. ApiService.All.Select(static service => service.Contract.FullName)];

    /// <summary>Maps the services, health and, where allowed, reflection.</summary>
    public static IEndpointRouteBuilder MapZhiceApi(this IEndpointRouteBuilder endpoints)
    {
        foreach (var service in ApiService.All)
        {
            service.Map(endpoints);
        }

        endpoints.MapGrpcHealthChecksService();

        var services = endpoints.ServiceProvider;
        if (services.GetRequiredService<ApiOptions>().IsReflectionOn || services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            endpoints.MapGrpcReflectionService();
        }

        return endpoints;
    }
}
