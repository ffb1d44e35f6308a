using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Zhice.Api.Audiences;
using Zhice.Api.Audit;
using Zhice.Api.Behavior;
using Zhice.Api.Campaigns;
using Zhice.Api.Catalogs;
using Zhice.Api.Deliveries;
using Zhice.Api.Events;
using Zhice.Api.Identity;
using Zhice.Api.Journeys;
using Zhice.Api.Pipeline;
using Zhice.Api.Recommendations;
using Zhice.Api.Rest;
using Zhice.Api.SignIn;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Decisions;
using Zhice.Contracts.Identity;

namespace Zhice.Api.Hosting;

/// <summary>Adds the API to a host.</summary>
public static class ApiServices
{
    /// <summary>
    /// Adds the services of <c>zhice.v1</c>, health, reflection and REST. The host brings <c>ICatalogs</c>,
    /// <c>IGrainFactory</c> and, if it wants another than the system's, <c>TimeProvider</c>; after this, it must not
    /// call <c>AddGrpc</c> again.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">How the API behaves under load.</param>
    /// <param name="identity">Whose identities it accepts.</param>
    /// <param name="isDevelopment">Whether a call without identity is the developer's: on this machine only.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">A setting is out of its range.</exception>
    public static IServiceCollection AddZhiceApi(
        this IServiceCollection services, ApiOptions options, IdentityOptions identity, bool isDevelopment)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILocalCustomers, NoLocalCustomers>();
        services.AddSingleton(options);
        services.AddSingleton(provider => new PageSessions(
            identity.SignIn, shard => provider.GetRequiredService<IGrainFactory>().GetGrain<IPageSessionsGrain>(shard),
            provider.GetRequiredService<TimeProvider>()));
        if (identity.SignIn.IsOn)
        {
            services.AddSignIn(identity);
        }

        services.AddSingleton(provider => new Authenticator(
            identity, provider.GetRequiredService<PageSessions>(), isDevelopment, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Authenticator>>()));
        services.AddSingleton<Revocations>();
        services.AddHostedService(static provider => provider.GetRequiredService<Revocations>());
        services.AddSingleton(provider => new LockOuts(
            key => provider.GetRequiredService<IGrainFactory>().GetGrain<IRevocationsGrain>(key), identity,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LockOuts>>()));
        services.AddSingleton<OpenStreams>();
        services.AddHostedService(static provider => provider.GetRequiredService<OpenStreams>());
        services.AddSingleton<CallGates>();
        services.AddSingleton(identity);
        services.AddSingleton<CallerShares>();
        services.AddSingleton<CallEntrance>();
        services.AddSingleton<ApiInterceptor>();
        services.AddSingleton(static provider => new AuditDigests(provider.GetRequiredService<DecisionKeys>()));
        services.AddSingleton<ResponseTemplates>();
        services.AddSingleton<RecommendAnswers>();
        services.AddSingleton<AuditSnapshots>();
        services.AddSingleton<CallAudit>();
        services.AddSingleton<AccessAudit>();
        services.AddHostedService(static provider => provider.GetRequiredService<AccessAudit>());
        services.AddSingleton<EventIntake>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton(static provider =>
        {
            var gates = provider.GetRequiredService<CallGates>();
            return new EventConcurrencyLimit(() => gates.AreRecommendsComing);
        });
        services.AddSingleton<SilentStreams>();
        services.AddSingleton<CampaignReviews>();
        services.AddSingleton<ReceiptWriter>();
        services.AddSingleton<AudienceQuestions>();
        services.AddSingleton<UploadMemoryLimit>();
        services.AddSingleton<BehaviorScopes>();
        services.AddSingleton<BehaviorAudiences>();
        services.AddSingleton<CatalogChanges>();
        services.AddSingleton<ChangeImpact>();
        services.AddSingleton<ChangeRequests>();
        services.AddSingleton<JourneyOverrides>();
        services.AddSingleton<JourneySimulations>();
        foreach (var service in ApiService.All)
        {
            services.AddSingleton(service.Implementation);
        }

        services.AddGrpc(grpc =>
            {
                grpc.MaxReceiveMessageSize = options.MaxReceiveBytes;
                grpc.MaxSendMessageSize = options.MaxSendBytes;
                grpc.EnableDetailedErrors = false;
                grpc.CompressionProviders = [new CheckedGzip()];
                grpc.Interceptors.Add<ApiInterceptor>();
            })
            .AddJsonTranscoding(json =>
            {
                json.TypeRegistry = ErrorDetails();

                // As proto3's JSON says: a number of 64 bits is no number to JavaScript.
                json.JsonSettings.WriteInt64sAsStrings = true;
            });
        services.AddGrpcReflection();
        services.AddSingleton(static provider => new OwnCalls(
            provider.GetRequiredService<Authenticator>(), provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStartupFilter>(static provider => provider.GetRequiredService<OwnCalls>());
        services.AddSingleton<BodyGate>();
        services.AddSingleton<IStartupFilter, DirectRecommends>();
        services.AddSingleton<IStartupFilter, RestEdge>();
        services.AddSingleton<IStartupFilter, MessageMemoryLimit>();

        // A service without any check would be UNKNOWN; the host adds what it knows of store and silo.
        services.AddHealthChecks().AddCheck("api", () => HealthCheckResult.Healthy());
        services.AddGrpcHealthChecks(health =>
        {
            foreach (var service in ApiEndpoints.ServiceNames)
            {
                health.Services.Map(service, _ => true);
            }
        });
        BindCheckedMethods(services);
        return services;
    }

    // Without them, transcoding cannot print the details of an error.
    private static TypeRegistry ErrorDetails() => TypeRegistry.FromFiles(
        [StatusReflection.Descriptor, ErrorDetailsReflection.Descriptor, .. ApiService.All.Select(static service =>
            service.Contract.File)]);

    // gRPC's own binder answers UNKNOWN to a request that cannot be read: ours takes its place.
    private static void BindCheckedMethods(IServiceCollection services)
    {
        var binders = services
            .Where(service => service.ServiceType == typeof(IServiceMethodProvider<>)
                && service.ImplementationType?.Assembly == typeof(GrpcServiceOptions).Assembly)
            .ToArray();
        foreach (var binder in binders)
        {
            services.Remove(binder);
        }

        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(CheckedMethodProvider<>));
    }
}
