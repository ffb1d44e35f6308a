using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.Bench.Cold;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Audiences;

/// <summary>Contacts a second of a campaign, all durable.</summary>
internal static class FanOutCommand
{
    private static readonly string Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}");

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many there are, all in the audience.", DefaultValueFactory = _ => 200_000 };
        var rounds = new Option<int>("--rounds") { Description = "How many campaigns run, one after the other.", DefaultValueFactory = _ => 3 };
        var memory = new Option<bool>("--memory") { Description = "Keeps everything in memory (Store=memory). The bar is 30,000/s then." };
        var command = new Command(
            "fan-out",
            "Contacts a second of a campaign through the API of the real silo on a real PostgreSQL: each customer checks all, and commits count, ledger and "
            + "outbox. The first campaign meets cold customers and a cold index. The bar is 5,000/s.")
        {
            customers, rounds, memory,
        };
        command.SetAction((parsed, _) => parsed.GetValue(memory)
            ? RunInMemoryAsync(parsed.GetValue(customers), parsed.GetValue(rounds))
            : RunAsync(parsed.GetValue(customers), parsed.GetValue(rounds)));
        return command;
    }

    private static async Task RunAsync(int customers, int rounds)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await CustomerCopy.FillAsync(store, customers);
        await using var silo = await ColdSilo.StartAsync(store, [], SixtyTags.Definition);
        await FanOutAsync(rounds, 5_000);
        await silo.StopAsync();
    }

    private static async Task RunInMemoryAsync(int customers, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("zhice-fan-out-").FullName;
        try
        {
            var file = Path.Combine(folder, "customers.csv");
            ModelFile.Write(file, customers, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            await using var silo = await ColdSilo.StartInMemoryAsync(folder, SixtyTags.Definition);
            await ImportAsync(file);
            await FanOutAsync(rounds, 30_000);
            await silo.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // As a data engineer does: by the command line.
    private static async Task ImportAsync(string file)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "../../../../../../client/Zhice.Cli/bin/Release/net10.0/zhice.dll");
        var clock = Stopwatch.StartNew();
        await Child.RunAsync(new("dotnet", [program, "--address", Address, "import", file]), default);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loaded in {clock.Elapsed.TotalSeconds:0} s"));
    }

    private static async Task FanOutAsync(int rounds, int bar)
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var campaigns = new CampaignService.CampaignServiceClient(channel);
        for (var round = 1; round <= rounds; round++)
        {
            var id = $"round{round}";
            var campaign = new Campaign { CampaignId = id, Audience = "true", ActionId = "deposit", PlacementIds = { "push" }, OneOff = new() };
            var saved = await campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Person("bench"));
            await campaigns.ApproveCampaignAsync(new() { CampaignId = id, Etag = saved.Status.Etag }, By.Person("other"));
            await campaigns.ScheduleCampaignAsync(new() { CampaignId = id }, By.Person("bench"));
            var clock = Stopwatch.StartNew();
            using var watch = campaigns.WatchCampaign(new() { CampaignId = id });
            var run = new CampaignRun();
            await foreach (var news in watch.ResponseStream.ReadAllAsync())
            {
                run = news.Status.Runs.FirstOrDefault() ?? run;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {run.Contacted:N0} of {run.Matched:N0} contacted in {clock.Elapsed.TotalSeconds:0.0} s, {run.Contacted / clock.Elapsed.TotalSeconds:N0}/s; the bar is {bar:N0}"));
        }
    }
}
