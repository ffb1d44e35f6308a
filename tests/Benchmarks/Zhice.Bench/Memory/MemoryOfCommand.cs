using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Zhice.Bench.Customers;
using Zhice.Contracts.Catalogs;
using Zhice.Grains;
using Zhice.Grains.Hosting;

namespace Zhice.Bench.Memory;

/// <summary>What a silo grew by for each grain.</summary>
internal sealed record Growth(string Gc, double Heap, double Resident, double ResidentBefore, double Seconds);

/// <summary>Fills one silo in this process and prints what it grew by, as JSON.</summary>
internal static class MemoryOfCommand
{
    private const int InFlight = 512;
    private const int WarmUp = 2_000;

    public static Command Create()
    {
        var population = new Argument<string>("population") { Description = "What to fill it with." };
        var customers = new Option<int>("--customers") { DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("memory-of", "Used by `memory`: one measurement in a process of its own.") { population, customers };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) =>
            RunAsync(Population.Named(parsed.GetValue(population)!), parsed.GetValue(customers), cancellation));
        return command;
    }

    private static async Task RunAsync(Population population, int customers, CancellationToken cancellation)
    {
        using var host = CreateHost(population);
        await host.StartAsync(cancellation);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = SampleCatalog.Definition.ToByteArray() });
        await host.Services.GetRequiredService<ICatalogs>().WaitForAsync(1, cancellation);

        // What one time costs (compiled code, caches, pools) is no customer's.
        await FillAsync(population, grains, Enumerable.Range(-WarmUp, WarmUp), cancellation);
        await SettleAsync(cancellation);
        var before = ProcessMemory.Measure();
        var clock = Stopwatch.StartNew();
        await FillAsync(population, grains, Enumerable.Range(0, customers), cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        await SettleAsync(cancellation);
        var after = ProcessMemory.Measure();
        var isActive = await CountAsync(grains);
        if (isActive < customers)
        {
            throw new InvalidOperationException($"Only {isActive} grains are active; {customers} should be.");
        }

        Console.WriteLine(JsonSerializer.Serialize(new Growth(
            string.Create(CultureInfo.InvariantCulture, $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}"),
            (after.Heap - before.Heap) / (double)customers,
            (after.Resident - before.Resident) / (double)customers,
            (after.ResidentBefore - before.Resident) / (double)customers,
            seconds)));
        Environment.Exit(0); // To deactivate them all takes longer than to measure them.
    }

    private static IHost CreateHost(Population population)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(7550, 7551);
            silo.AddZhiceGrains(new ZhiceGrainsOptions { MemoryLimitPercent = 99, MemoryTargetPercent = 98 });
            var storage = new GeneratedStorage(population.HasStoredCustomers);
            silo.Services.AddKeyedSingleton<IGrainStorage>(GrainStorageNames.Zhice, storage);
            silo.Services.AddKeyedSingleton<IGrainStorage>(GrainStorageNames.Definitions, storage);
        });
        return builder.Build();
    }

    private static async Task FillAsync(
        Population population, IGrainFactory grains, IEnumerable<int> numbers, CancellationToken cancellation) =>
        await Parallel.ForEachAsync(
            numbers,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation },
            async (number, _) => await population.TouchAsync(grains, ModelCustomer.IdOf(number)));

    // Activations leave the runtime's working set some seconds after their last call.
    private static Task SettleAsync(CancellationToken cancellation) => Task.Delay(TimeSpan.FromSeconds(15), cancellation);

    private static async Task<long> CountAsync(IGrainFactory grains) =>
        (await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics()).Max(statistic => statistic.ActivationCount);
}
