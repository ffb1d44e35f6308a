using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Bench.Postgres;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.Storage;
using Zhice.TestBank;

namespace Zhice.Bench.Writes;

/// <summary>Durable writes a second: group commit beside stock AdoNet persistence, and their latency at half the rate.</summary>
internal static class WritesCommand
{
    private static readonly CultureInfo Text = CultureInfo.InvariantCulture;

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many write at once.", DefaultValueFactory = _ => 1_000 };
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured, in turn.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long a round is.", DefaultValueFactory = _ => 10 };
        var command = new Command(
            "writes",
            "Durable writes/s of customers that each write their 600 bytes again and again, through a real silo on a real PostgreSQL "
            + "(fsync and synchronous_commit on): group commit beside Microsoft.Orleans.Persistence.AdoNet, bar 10 times; "
            + "then the time of such a write at half the greatest rate, bar 25 ms at p99.")
        {
            customers, rounds, seconds,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(customers), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static async Task RunAsync(int customers, int rounds, TimeSpan length)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on", "fsync=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        using var host = CreateHost(store);
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        IWritingGrain[] grouped = [.. Ids(customers).Select(id => grains.GetGrain<IGroupedGrain>(id))];
        IWritingGrain[] stock = [.. Ids(customers).Select(id => grains.GetGrain<IStockGrain>(id))];

        await WriteAsync(grouped, TimeSpan.FromSeconds(3)); // Makes them active and compiles the code.
        await WriteAsync(stock, TimeSpan.FromSeconds(3));
        var (groupedRates, stockRates) = (new List<double>(), new List<double>());
        Console.WriteLine($"{"round",-6} {"group commit/s",15} {"stock AdoNet/s",15} {"times",7}   group commit: latency; stock: latency");
        for (var round = 1; round <= rounds; round++)
        {
            var (stockRate, stockTimes) = await WriteAsync(stock, length);
            var (groupedRate, groupedTimes) = await WriteAsync(grouped, length);
            stockRates.Add(stockRate);
            groupedRates.Add(groupedRate);
            Console.WriteLine(string.Create(
                Text, $"{round,-6} {groupedRate,15:N0} {stockRate,15:N0} {groupedRate / stockRate,7:0.0}   {groupedTimes.ToText()}; {stockTimes.ToText()}"));
        }

        var ratio = Spread.Of(groupedRates.Zip(stockRates, (ours, theirs) => ours / theirs));
        Console.WriteLine($"group commit  {Spread.Of(groupedRates).ToText()} writes/s");
        Console.WriteLine($"stock AdoNet  {Spread.Of(stockRates).ToText()} writes/s");
        Console.WriteLine($"times         {ratio.ToText("0.0")}; the bar is 10");

        await ShowLimitAsync("group commit", grouped, length, store, server.Folder);
        await ShowLimitAsync("stock AdoNet", stock, length, store, server.Folder);
        foreach (var _ in Enumerable.Range(0, Math.Min(3, rounds)))
        {
            await ShowHalfRateAsync("group commit", grouped, Spread.Of(groupedRates).Median / 2, length);
        }

        await ShowHalfRateAsync("stock AdoNet", stock, Spread.Of(stockRates).Median / 2, length);
        await host.StopAsync();
    }

    private static async Task<(double PerSecond, Latencies Times)> WriteAsync(IWritingGrain[] grains, TimeSpan length)
    {
        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(grains.Select(grain => Task.Run(async () =>
        {
            var took = new List<double>();
            while (clock.Elapsed < length)
            {
                var begun = Stopwatch.GetTimestamp();
                await grain.Write();
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            return took;
        })));
        var all = new Latencies(times.SelectMany(took => took));
        return (all.Count / clock.Elapsed.TotalSeconds, all);
    }

    private static async Task ShowLimitAsync(string name, IWritingGrain[] grains, TimeSpan length, PostgresStore store, string folder)
    {
        await using var bottleneck = new Bottleneck(store.ConnectionString, folder);
        var (perSecond, times) = await WriteAsync(grains, length);
        var seen = await bottleneck.TellAsync(times.Count);
        Console.WriteLine(string.Create(Text, $"what limits {name} ({perSecond:N0}/s): {seen}"));
    }

    private static async Task ShowHalfRateAsync(string name, IWritingGrain[] grains, double perSecond, TimeSpan length)
    {
        var times = await OpenLoop.RunAsync(perSecond, length, n => grains[n % grains.Length].Write());
        Console.WriteLine(string.Create(Text, $"{name} at half its rate, {perSecond:N0}/s from when each was due: {times.ToText()}"));
    }

    private static IHost CreateHost(PostgresStore store)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(7552, 7553);
            silo.AddZhicePostgresStorage(store);
            silo.UseSystemTextJsonGrainStorageSerializer();
            silo.AddAdoNetGrainStorage(
                StockGrain.Storage, table => (table.Invariant, table.ConnectionString) = ("Npgsql", store.SchemaConnectionString));
        });
        return builder.Build();
    }

    private static IEnumerable<string> Ids(int customers) => Enumerable.Range(0, customers).Select(Customers.ModelCustomer.IdOf);
}
