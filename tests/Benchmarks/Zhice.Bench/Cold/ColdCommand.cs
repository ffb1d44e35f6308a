using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Zhice.Bench.Customers;
using Zhice.Bench.Postgres;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Cold;

/// <summary>Cold customers served a second, by a silo that has just been started.</summary>
internal static class ColdCommand
{
    private const int Channels = 4;

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many the store has.", DefaultValueFactory = _ => 200_000 };
        var rounds = new Option<int>("--rounds") { Description = "How often the silo is restarted.", DefaultValueFactory = _ => 3 };
        var inFlight = new Option<int>("--in-flight") { Description = "How many calls are under way.", DefaultValueFactory = _ => 1_000 };
        var method = new Option<string>("--call") { Description = "recommend or get.", DefaultValueFactory = _ => "recommend" };
        var settings = new Option<string[]>("--silo")
        {
            Description = "Settings of the silo, such as --Zhice:NAME=VALUE.", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var command = new Command(
            "cold",
            "Cold customers served a second after a restart: the real silo on a real PostgreSQL that was restarted too (the kernel's "
            + "cache stays) is called once for each customer by gRPC, in random order. The bar is 10,000/s, callers on the same machine.")
        {
            customers, rounds, inFlight, method, settings,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(customers), parsed.GetValue(rounds), parsed.GetValue(inFlight), parsed.GetValue(method)!,
            parsed.GetValue(settings)!));
        return command;
    }

    private static async Task RunAsync(int customers, int rounds, int inFlight, string method, string[] settings)
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
            var cold = await ServeAsync(customers, inFlight, method, round);
            var seen = await bottleneck.TellAsync(customers);
            Print(round, "cold", cold, $"; {seen}");
            var warm = await ServeAsync(customers, inFlight, method, -round);
            Print(round, "warm", warm, "");
            rates.Add(cold.PerSecond);
            warmRates.Add(warm.PerSecond);
            await silo.StopAsync();
        }

        Console.WriteLine($"cold customers served  {Spread.Of(rates).ToText()} a second; the bar is 10,000");
        Console.WriteLine($"the same, warm         {Spread.Of(warmRates).ToText()} a second");
    }

    private static async Task<(double PerSecond, Latencies Times)> ServeAsync(int customers, int inFlight, string method, int seed)
    {
        var order = Enumerable.Range(0, customers).ToArray();
        new Random(seed).Shuffle(order);
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}");
        var channels = Enumerable.Range(0, Channels).Select(_ => GrpcChannel.ForAddress(address)).ToArray();
        var call = CallOf(method, channels);
        var tookMs = new double[customers];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (int n; (n = Interlocked.Increment(ref next)) < customers;)
            {
                var begun = Stopwatch.GetTimestamp();
                await call(n, ModelCustomer.IdOf(order[n]));
                tookMs[n] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var perSecond = customers / clock.Elapsed.TotalSeconds;
        Array.ForEach(channels, channel => channel.Dispose());
        return (perSecond, new Latencies(tookMs));
    }

    private static Func<int, string, Task> CallOf(string method, GrpcChannel[] channels)
    {
        var deciding = Array.ConvertAll(channels, channel => new RecommendationService.RecommendationServiceClient(channel));
        var reading = Array.ConvertAll(channels, channel => new CustomerService.CustomerServiceClient(channel));
        return method switch
        {
            "recommend" =>
                async (n, id) =>
                    await deciding[n % Channels].RecommendAsync(new RecommendRequest { CustomerId = id, PlacementId = "app_home" }),
            "get" => async (n, id) => await reading[n % Channels].GetCustomerAsync(new GetCustomerRequest { CustomerId = id }),
            _ => throw new ArgumentException($"--call is recommend or get, not '{method}'."),
        };
    }

    private static void Print(
        int round, string what, (double PerSecond, Latencies Times) served, string more) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"round {round}, {what}: {served.PerSecond,7:N0} customers/s, {served.Times.ToText()}{more}"));
}
