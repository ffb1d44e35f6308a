using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Following;
using Zhice.Domain.Learning;
using Zhice.Grains.Audiences;
using Zhice.Grains.Audit;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Cluster;
using Zhice.Grains.Customers;
using Zhice.Grains.Decisions;
using Zhice.Grains.Journeys;
using Zhice.Grains.Learning;
using Zhice.Grains.Measurement;
using Zhice.Grains.Retention;
using Zhice.Grains.Simulations;
using Zhice.Grains.Spreading;
using Zhice.Grains.Stocks;
using Zhice.Grains.Stops;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Hosting;

/// <summary>Adds the grains to a silo.</summary>
public static class ZhiceGrainsHosting
{
    // A customer whose calls pile up beyond this is under attack or its store is away: refuse rather than grow.
    private const int MaxWaitingCalls = 1_000;

    // Longer than it takes to declare a silo dead, which answers what waits for it; longer than a wait for the catalogue.
    private static readonly TimeSpan MaxCall = TimeSpan.FromSeconds(30);

    // A list of millions is asked for when it is uploaded and when silos start, and takes a hundred bytes an id.
    private static readonly TimeSpan ListIdleAge = TimeSpan.FromMinutes(3);

    /// <summary>Adds customers, catalogue and learners. The storages of <see cref="GrainStorageNames"/> must be added beside.</summary>
    public static ISiloBuilder AddZhiceGrains(this ISiloBuilder silo, ZhiceGrainsOptions options)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<PropensityModels>();
        silo.Services.AddSingleton(options.Attribution);
        silo.Services.AddSingleton<UnpackedCustomers>();
        silo.Services.AddSingleton<CustomerStore>();
        silo.Services.AddSingleton<LocalBuckets>();
        silo.Services.AddSingleton<BucketLoads>();
        silo.Services.AddSingleton<BucketReading>();
        silo.Services.AddSingleton<BucketFeed>();
        silo.Services.AddSingleton<CampaignPlans>();
        silo.Services.AddSingleton<CampaignTriggers>();
        silo.Services.AddHostedService(services => services.GetRequiredService<CampaignTriggers>());
        silo.Services.AddHostedService<CampaignMonitor>();
        silo.Services.AddSingleton<StockLeasePool>();
        silo.Services.AddHostedService<StockMaintenance>();
        silo.Services.AddHostedService<JourneyTimers>();
        silo.Services.AddSpreading();
        silo.Services.AddSingleton<RuntimeCalls>();
        silo.Services.AddSingleton<CustomerFollowing>();
        silo.Services.AddSingleton<CustomerServices>();
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton(options.Facts);
        silo.Services.AddSingleton<CallRateMeter>();
        silo.Services.AddSingleton<StoreMeter>();
        silo.Services.AddSingleton<FactLog>();
        silo.Services.AddHostedService(services => services.GetRequiredService<FactLog>());
        silo.Services.AddSingleton(services => new PromotionServices(options.PromotionEvery, services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton(static services => new ExperimentPromotion(
            services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<ICatalogs>(), services.GetRequiredService<PromotionServices>(),
            services.GetService<IStores>() is { } stores ? new PromotionAudit(services.GetRequiredService<AuditWriter>(), stores) : null,
            services.GetRequiredService<ILogger<ExperimentPromotion>>()));
        silo.Services.AddHostedService(services => services.GetRequiredService<ExperimentPromotion>());
        silo.Services.AddSingleton<ExposureQueue>();
        silo.Services.AddHostedService(services => services.GetRequiredService<ExposureQueue>());
        silo.Services.AddSingleton<DecisionLog>();
        silo.Services.AddHostedService(services => services.GetRequiredService<DecisionLog>());
        silo.Services.AddSingleton<ListForgetting>();
        silo.Services.AddHostedService<RetentionMaintenance>();
        silo.Services.AddAudit();
        silo.Services.AddCatalogs();
        silo.Services.AddSingleton<StopReading>();
        silo.Services.AddListedCustomers();
        silo.Services.AddSingleton<LessonQueues>();
        silo.Services.AddSingleton<ModelAlarms>();
        silo.Services.AddSingleton<LearnerServices>();
        silo.Services.AddSingleton<FairnessServices>();
        silo.Services.AddHostedService<ModelLoading>();
        silo.Services.AddHostedService<ModelFollowing>();
        silo.Services.AddSingleton<LoadedCustomers>();
        silo.Services.AddSingleton<ILocalCustomers, LocalCustomers>();
        silo.Services.AddSingleton<UnsavedCustomers>();
        silo.Services.AddHostedService<CustomerMoving>();
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.MaxEnqueuedRequestsHardLimit = MaxWaitingCalls;
            messaging.ResponseTimeout = MaxCall;
        });
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.ClassSpecificCollectionAge[typeof(CustomerGrain).FullName!] = options.CustomerIdleAge;
            collection.ClassSpecificCollectionAge[typeof(AudienceListGrain).FullName!] = ListIdleAge;
            collection.EnableActivationSheddingOnMemoryPressure = true;
            collection.MemoryUsageLimitPercentage = options.MemoryLimitPercent;
            collection.MemoryUsageTargetPercentage = options.MemoryTargetPercent;
        });
        silo.Configure<LoadSheddingOptions>(shedding =>
        {
            shedding.LoadSheddingEnabled = true;
            shedding.CpuThreshold = options.GatewayCpuPercent;
            shedding.MemoryThreshold = options.GatewayMemoryPercent;
        });
        return silo;
    }
}
