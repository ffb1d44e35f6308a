using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;
using Zhice.Grains.Hosting;
using Zhice.Grains.Spreading;
using Zhice.Postgres;
using Zhice.Storage;
using Zhice.Storage.Customers;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>Silos on a PostgreSQL with audiences; one at the begin.</summary>
public sealed class AudienceGrid : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zhice-audiences-").FullName;

    internal InProcessTestCluster Cluster { get; private set; } = null!;

    internal PostgresStore Store { get; private set; } = null!;

    internal IGrainFactory Grains => Cluster.Client;

    internal Catalog Catalog => Services(0).GetRequiredService<ICatalogs>().Current;

    internal static long NowMs => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    internal IServiceProvider Services(int silo) => Cluster.Silos.ElementAt(silo).ServiceProvider;

    public async ValueTask InitializeAsync()
    {
        var store = Store = new PostgresStore(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), "grid");
        await PostgresDatabase.MigrateAsync(store, default);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<ClusterMembershipOptions>(static membership =>
            {
                // As in the product: a silo that is killed is found dead within 15 s, one that is slow is not.
                membership.ProbeTimeout = membership.MinProbeTimeout = TimeSpan.FromSeconds(2);
                membership.MaxProbeTimeout = TimeSpan.FromSeconds(3);
                membership.NumMissedProbesLimit = 3;
            });
            silo.Services.AddSingleton(new SpreadingOptions { Pause = TimeSpan.FromMilliseconds(500) });
            silo.AddZhicePostgresStorage(store);
            silo.AddZhiceGrains(new ZhiceGrainsOptions());
            silo.AddZhiceBulk(_folder);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                GrainStorageNames.Definitions, static (services, _) => services.GetRequiredService<GroupCommitStorage>());
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
        var answer = await Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = SmallCatalog.Create().ToByteArray() });
        await Services(0).GetRequiredService<ICatalogs>().WaitForAsync(answer.Version!.Version, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes new customers past the feed, as an import does.</summary>
    internal async Task WriteAsync(string customerId, int count)
    {
        var storage = Services(0).GetRequiredService<GroupCommitStorage>();
        await Task.WhenAll(Enumerable.Range(0, count).Select(n => storage.WriteStateAsync(
            "state", GrainId.Create("customer", count == 1 ? customerId : $"{customerId}{n}"),
            new GrainState<CustomerState>(new CustomerState()))));
    }

    /// <summary>Puts the bucket of a customer in doubt, wherever it lives.</summary>
    internal void Doubt(ReadOnlySpan<byte> customerId)
    {
        var bucket = CustomerBucket.ForId(customerId);
        foreach (var silo in Cluster.Silos)
        {
            silo.ServiceProvider.GetRequiredService<LocalBuckets>().Doubt(bucket);
        }
    }

    internal async Task<long> CountAsync() =>
        (await Grains.GetGrain<IAudienceQueryGrain>(0).Count([new AudienceQuestion("", NowMs)])).Customers;
}
