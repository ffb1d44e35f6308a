using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Api.Audiences;
using Zhice.Api.Audit;
using Zhice.Api.Behavior;
using Zhice.Api.Bulk;
using Zhice.Api.Campaigns;
using Zhice.Api.Catalogs;
using Zhice.Api.Cluster;
using Zhice.Api.Customers;
using Zhice.Api.Deliveries;
using Zhice.Api.Erasures;
using Zhice.Api.Events;
using Zhice.Api.HandOffs;
using Zhice.Api.Journeys;
using Zhice.Api.Learning;
using Zhice.Api.Measurement;
using Zhice.Api.Recommendations;
using Zhice.Api.Rest;
using Zhice.Api.Security;
using Zhice.Api.Simulations;
using Zhice.Api.Stops;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Zhice.Api.Pipeline;

/// <summary>A service of the API.</summary>
/// <param name="Contract">What it promises.</param>
/// <param name="Implementation">What answers it.</param>
/// <param name="Map">Maps it into a host's endpoints, for gRPC and REST.</param>
internal sealed record ApiService(ServiceDescriptor Contract, Type Implementation, Action<IEndpointRouteBuilder> Map)
{
    /// <summary>All. A new service is named here and nowhere else.</summary>
    public static ImmutableArray<ApiService> All { get; } =
    [
        Create<RecommendationService>(V1.RecommendationService.Descriptor),
        Create<EventService>(V1.EventService.Descriptor),
        Create<CustomerService>(V1.CustomerService.Descriptor),
        Create<CatalogService>(V1.CatalogService.Descriptor),
        Create<BulkService>(V1.BulkService.Descriptor),
        Create<SimulationService>(V1.SimulationService.Descriptor),
        Create<LearningService>(V1.LearningService.Descriptor),
        Create<CampaignService>(V1.CampaignService.Descriptor),
        Create<AudienceService>(V1.AudienceService.Descriptor),
        Create<DeliveryService>(V1.DeliveryService.Descriptor),
        Create<HandOffService>(V1.HandOffService.Descriptor),
        Create<StopService>(V1.StopService.Descriptor),
        Create<JourneyService>(V1.JourneyService.Descriptor),
        Create<ErasureService>(V1.ErasureService.Descriptor),
        Create<MeasurementService>(V1.MeasurementService.Descriptor),
        Create<BehaviorService>(V1.BehaviorService.Descriptor),
        Create<AuditService>(V1.AuditService.Descriptor),
        Create<SystemService>(V1.SystemService.Descriptor),
        Create<SecurityService>(V1.SecurityService.Descriptor),
        Create<OperationsService>(Google.LongRunning.Operations.Descriptor),
    ];

    private static ApiService Create<TService>(ServiceDescriptor contract)
        where TService : class =>
        new(contract, typeof(TService), static endpoints => endpoints.MapGrpcService<TService>().CheckRest());
}
