using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Learning;
using Zhice.Grains.Catalogs;
using Zhice.Grains.Customers;
using Zhice.Grains.Learning;

namespace Zhice.Grains.Hosting;

/// <summary>Adds the grains to a silo.</summary>
public static class ZhiceGrainsHosting
{
    // A customer whose calls pile up beyond this is under attack or its store is away: refuse rather than grow.
    private const int MostWaitingCalls = 1_000;

    /// <summary>Adds customers, catalogue and learners. The storage "zhice" must be added beside.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="customerIdleAge">How long a customer that nobody asks for stays in memory; above 1 minute.</param>
    public static ISiloBuilder AddZhiceGrains(this ISiloBuilder silo, TimeSpan customerIdleAge)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<PropensityModels>();
        silo.Services.AddSingleton<Catalogs.Catalogs>();
        silo.Services.AddSingleton<ICatalogs>(services => services.GetRequiredService<Catalogs.Catalogs>());
        silo.Services.AddHostedService(services => services.GetRequiredService<Catalogs.Catalogs>());
        silo.Services.AddHostedService<ModelLoading>();
        silo.Services.AddSingleton<LoadedCustomers>();
        silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = MostWaitingCalls);
        silo.Configure<GrainCollectionOptions>(options =>
            options.ClassSpecificCollectionAge[typeof(CustomerGrain).FullName!] = customerIdleAge);
        return silo;
    }
}
