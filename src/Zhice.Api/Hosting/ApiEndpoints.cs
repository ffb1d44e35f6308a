using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Zhice.Api.Audiences;
using Zhice.Api.Bulk;
using Zhice.Api.Campaigns;
using Zhice.Api.Catalogs;
using Zhice.Api.Customers;
using Zhice.Api.Deliveries;
using Zhice.Api.Events;
using Zhice.Api.HandOffs;
using Zhice.Api.Journeys;
using Zhice.Api.Learning;
using Zhice.Api.Recommendations;
using Zhice.Api.Rest;
using Zhice.Api.Simulations;
using Zhice.Api.Stops;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Zhice.Api.Hosting;

/// <summary>Maps the API into a host's endpoints.</summary>
public static class ApiEndpoints
{
    /// <summary>The services.</summary>
    public static ImmutableArray<ServiceDescriptor> Services { get; } =
    [
        V1.RecommendationService.Descriptor,
        V1.EventService.Descriptor,
        V1.CustomerService.Descriptor,
        V1.CatalogService.Descriptor,
        V1.BulkService.Descriptor,
        V1.SimulationService.Descriptor,
        V1.LearningService.Descriptor,
        V1.CampaignService.Descriptor,
        V1.AudienceService.Descriptor,
        V1.DeliveryService.Descriptor,
        V1.HandOffService.Descriptor,
        V1.StopService.Descriptor,
        V1.JourneyService.Descriptor,
        Google.LongRunning.Operations.Descriptor,
    ];

    /// <summary>Their full names, as <c>grpc.health.v1</c> knows them too.</summary>
    public static ImmutableArray<string> ServiceNames { get; } = [.. Services.Select(static service => service.FullName)];

    /// <summary>Maps the services, health and, where allowed, reflection.</summary>
    public static IEndpointRouteBuilder MapZhiceApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<RecommendationService>().CheckRest();
        endpoints.MapGrpcService<EventService>().CheckRest();
        endpoints.MapGrpcService<CustomerService>().CheckRest();
        endpoints.MapGrpcService<CatalogService>().CheckRest();
        endpoints.MapGrpcService<BulkService>().CheckRest();
        endpoints.MapGrpcService<SimulationService>().CheckRest();
        endpoints.MapGrpcService<LearningService>().CheckRest();
        endpoints.MapGrpcService<CampaignService>().CheckRest();
        endpoints.MapGrpcService<AudienceService>().CheckRest();
        endpoints.MapGrpcService<DeliveryService>().CheckRest();
        endpoints.MapGrpcService<HandOffService>().CheckRest();
        endpoints.MapGrpcService<StopService>().CheckRest();
        endpoints.MapGrpcService<JourneyService>().CheckRest();
        endpoints.MapGrpcService<OperationsService>().CheckRest();
        endpoints.MapGrpcHealthChecksService();

        var services = endpoints.ServiceProvider;
        if (services.GetRequiredService<ApiOptions>().IsReflectionOn || services.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            endpoints.MapGrpcReflectionService();
        }

        return endpoints;
    }
}
