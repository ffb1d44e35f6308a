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

namespace Zhice.Api.Hosting;

/// <summary>Maps the API into a host's endpoints.</summary>
public static class ApiEndpoints
{
    /// <summary>The full names of the services, as <c>grpc.health.v1</c> knows them too.</summary>
    public static ImmutableArray<string> ServiceNames { get; } =
    [
        V1.RecommendationService.Descriptor.FullName,
        V1.EventService.Descriptor.FullName,
        V1.CustomerService.Descriptor.FullName,
        V1.CatalogService.Descriptor.FullName,
        V1.BulkService.Descriptor.FullName,
        V1.SimulationService.Descriptor.FullName,
        V1.LearningService.Descriptor.FullName,
        V1.CampaignService.Descriptor.FullName,
        V1.AudienceService.Descriptor.FullName,
        V1.DeliveryService.Descriptor.FullName,
        V1.HandOffService.Descriptor.FullName,
        V1.StopService.Descriptor.FullName,
        V1.JourneyService.Descriptor.FullName,
        Google.LongRunning.Operations.Descriptor.FullName,
    ];

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
