using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.TestingHost;
using Zhice.Contracts.Catalogs;
using Zhice.Grains;
using Zhice.Grains.Hosting;

namespace Zhice.TestBank;

/// <summary>Two silos over one store that can be told to fail, with a small catalogue in force.</summary>
public sealed class Grid : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;
    private FaultyStorage? _store;

    public Grid()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddZhiceGrains(new ZhiceGrainsOptions());
            foreach (var name in new[] { GrainStorageNames.Zhice, GrainStorageNames.Definitions })
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) =>
                    LazyInitializer.EnsureInitialized(ref _store, () => new FaultyStorage(services.GetRequiredService<Serializer>())));
            }
        });
        _cluster = builder.Build();
    }

    public IGrainFactory Grains => _cluster.Client;

    internal InProcessTestCluster Cluster => _cluster;

    internal FaultyStorage Store => _store!;

    internal IEnumerable<ICatalogs> Catalogs => _cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<ICatalogs>());

    public async ValueTask InitializeAsync()
    {
        await _cluster.DeployAsync();
        await ApplyAsync(SmallCatalog.Create());
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>Applies a catalogue and waits until both silos decide by it.</summary>
    internal async Task<CatalogVersionRecord> ApplyAsync(V1.Catalog catalog)
    {
        var answer = await Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = catalog.ToByteArray(), AllowsRemovals = true });
        Assert.Equal(CatalogOutcome.Applied, answer.Outcome);
        await Task.WhenAll(Catalogs.Select(silo => silo.WaitForAsync(answer.Version!.Version, default)));
        return answer.Version!;
    }
}

/// <summary>The tests that share a grid.</summary>
[CollectionDefinition("grid")]
public sealed class GridTests : ICollectionFixture<Grid>;
