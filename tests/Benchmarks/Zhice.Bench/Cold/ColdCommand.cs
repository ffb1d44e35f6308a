using System.CommandLine;
using System.Globalization;
using Zhice.Bench.Customers;
using Zhice.Bench.Load;
using Zhice.Bench.Postgres;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Bench.Cold;

/// <summary>Cold customers served a second, by a silo that has just been started.</summary>
internal static class ColdCommand
{
    // Of each of the two threads that call.
    private const int Connections = 8;

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many the store has.", DefaultValueFactory = _ => 200_000 };
        var rounds = new Option<int>("--rounds") { Description = "How often the silo is restarted.", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "How many calls are under way.", DefaultValueFactory = _ => 1_000 };
        var settings = new Option<string[]>("--silo")
        {
            Description = "Settings of the silo, such as --Zhice:NAME=VALUE.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "cold",
            "Cold customers served a second after a restart: the real silo on a real PostgreSQL that was restarted too (the kernel's "
            + "cache stays) is called once for each customer by gRPC, in random order. The bar is 8,000/s, callers on the same machine.")
        {
            customers, rounds, inFlight, settings,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(customers), parsed.GetValue(rounds), parsed.GetValue(inFlight), parsed.GetValue(settings)!));
        return command;
    }

    private static async Task RunAsync(int customers, int rounds, int inFlight, string[] settings)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await CustomerCopy.FillAsync(store, customers);
        await using (var first = await ColdSilo.StartAsync(store, settings))
        {
            await first.StopAsync(); // It has a catalogue now.
        }

        var (rates, warmRates) = (new List<double>(), new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            await server.RestartAsync();
            await using var silo = await ColdSilo.StartAsync(store, settings);
            await using var bottleneck = new Bottleneck(store.ConnectionString, server.Folder, silo.ProcessId);
            var cold = await ServeAsync(customers, inFlight, round);
            var seen = await bottleneck.TellAsync(customers);
            Print(round, "cold", cold, $"; {seen}");
            var warm = await ServeAsync(customers, inFlight, -round);
            Print(round, "warm", warm, "");
            rates.Add(cold.PerSecond);
            warmRates.Add(warm.PerSecond);
            await silo.StopAsync();
        }

        Console.WriteLine($"cold customers served  {Spread.Of(rates).ToText()} a second; the bar is 8,000");
        Console.WriteLine($"the same, warm         {Spread.Of(warmRates).ToText()} a second");
    }

    // Calls once for each customer, in random order.
    private static async Task<LoadResult> ServeAsync(int customers, int inFlight, int seed)
    {
        var order = Enumerable.Range(0, customers).ToArray();
        new Random(seed).Shuffle(order);
        var requests = RequestSource.Of(order.Select(ModelCustomer.IdOf), static request => request.PlacementId = "app_home");
        var plan = new LoadPlan(new(ColdSilo.GrpcPort), requests, TimeSpan.Zero) { OnceEach = true, Connections = Connections };
        return await LoadRun.RunAsync(plan with { Streams = Math.Max(1, inFlight / (plan.Lanes * Connections)) });
    }

    private static void Print(int round, string what, LoadResult served, string more)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round}, {what}: {served.PerSecond,7:N0} customers/s, p50 {served.P50Ms:N1} ms, p99 {served.P99Ms:N1} ms{more}"));
        if (served.Failed > 0)
        {
            throw new InvalidOperationException($"{served.Failed} calls failed.");
        }
    }
}
