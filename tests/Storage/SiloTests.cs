using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Xunit;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Tests;

public sealed class SiloTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_grains_state_outlives_its_silo()
    {
        using (var silo = await StartAsync())
        {
            Assert.Equal(1, await silo.Counter("020235").AddAsync());
            Assert.Equal(2, await silo.Counter("020235").AddAsync());
            Assert.Equal(1, await silo.Counter("20235").AddAsync());
            await silo.StopAsync();
        }

        using var again = await StartAsync();
        Assert.Equal(3, await again.Counter("020235").AddAsync());
        Assert.Equal(2, await again.Services.GetRequiredService<GroupCommitStorage>().CountAsync("tests-counter"));
        await again.StopAsync();
    }

    [Fact]
    public async Task A_grain_whose_store_is_away_fails_its_call_with_the_reason_inside()
    {
        using var silo = await StartAsync();
        await silo.Counter("a").AddAsync();
        File.Delete(_folder.Database);

        // Orleans wraps what a storage throws, unless it is of its own exceptions.
        var fault = await Assert.ThrowsAsync<OrleansException>(() => silo.Counter("a").AddAsync());
        Assert.IsType<StoreUnavailableException>(fault.InnerException);
        await silo.StopAsync();
    }

    [Fact]
    public async Task A_second_silo_on_the_same_folder_does_not_start()
    {
        using var first = await StartAsync();
        var fault = await Assert.ThrowsAnyAsync<Exception>(StartAsync);
        Assert.IsType<DataFolderInUseException>(fault.GetBaseException());
        await first.StopAsync();
    }

    [Fact]
    public void Several_flushers_on_SQLite_are_refused_with_a_sentence()
    {
        var builder = Host.CreateApplicationBuilder();
        var fault = Assert.ThrowsAny<ArgumentException>(() =>
            builder.UseOrleans(silo => silo.AddZhiceSqliteStorage(_folder.Path, options => options.Flushers = 2)));
        Assert.Contains("SQLite has one writer", fault.Message, StringComparison.Ordinal);
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(FreePort(), FreePort())
            .AddZhiceSqliteStorage(_folder.Path));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal static class Silos
{
    public static ICounterGrain Counter(this IHost silo, string id) =>
        silo.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>(id);
}

[Alias("zhice.tests.counter-grain")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync();
}

[GrainType("tests-counter")]
public sealed class CounterGrain([PersistentState("state", ZhiceStorage.Name)] IPersistentState<Counter> state) : Grain, ICounterGrain
{
    public async Task<int> AddAsync()
    {
        state.State.Count++;
        await state.WriteStateAsync();
        return state.State.Count;
    }
}
