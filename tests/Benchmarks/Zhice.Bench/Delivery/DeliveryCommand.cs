using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Zhice.Bench.Running;
using Zhice.Client;
using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Bench.Delivery;

/// <summary>Contacts acknowledged a second by one subscriber, and how long a contact takes from its commit to the stream.</summary>
internal static class DeliveryCommand
{
    public static Command Create()
    {
        var contacts = new Option<int>("--contacts") { Description = "How many are delivered in a round.", DefaultValueFactory = _ => 50_000 };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds.", DefaultValueFactory = _ => 5 };
        var seconds = new Option<int>("--seconds") { Description = "How long contacts are sent one by one.", DefaultValueFactory = _ => 20 };
        var rate = new Option<int>("--rate") { Description = "How many a second then.", DefaultValueFactory = _ => 100 };
        var countsWhenSent = new Option<bool>("--counts-when-sent")
        {
            Description = "The contacts count when they are sent, each in a commit of its customer; else they counted when they were decided.",
        };
        var command = new Command(
            "delivery",
            "Contacts/s that one subscriber of gRPC takes and acknowledges, durably, from one silo on a real PostgreSQL (fsync on): bar 5,000; "
            + "then the time from the commit of a contact to its arrival on the stream: bar 50 ms at p99.")
        {
            contacts, rounds, seconds, rate, countsWhenSent,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(contacts), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(rate),
            parsed.GetValue(countsWhenSent)));
        return command;
    }

    private static async Task RunAsync(int contacts, int rounds, TimeSpan length, int rate, bool countsWhenSent)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on", "fsync=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await using var silo = await DeliverySilo.StartAsync(store, countsWhenSent);
        using var client = new ZhiceClient(DeliverySilo.Address);

        await RoundAsync(silo, client, store, "warm", Math.Min(contacts, 5_000)); // Compiles the code.
        var rates = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            rates.Add(await RoundAsync(silo, client, store, $"r{round}-", contacts));
            Console.WriteLine($"round {round}: {rates[^1]:N0} acknowledged/s");
        }

        Console.WriteLine($"acknowledged  {Spread.Of(rates).ToText()} contacts/s; the bar is 5,000");
        for (var round = 1; round <= 3; round++)
        {
            Console.WriteLine($"commit to stream at {rate}/s: {(await LatencyAsync(silo, client, $"l{round}-", length, rate)).ToText()}; the bar is 50 ms at p99");
        }
    }

    // All wait before the subscriber comes; the time ends when the store has none left.
    private static async Task<double> RoundAsync(DeliverySilo silo, ZhiceClient client, PostgresStore store, string prefix, int contacts)
    {
        await silo.FillAsync(prefix, contacts);
        await PostgresServer.ExecuteAsync(store.SchemaConnectionString, "VACUUM ANALYZE outbox");
        using var stop = new CancellationTokenSource();
        var (left, done) = (contacts, new TaskCompletionSource());
        var gateway = new ContactGateway(
            client.Deliveries,
            new() { ChannelId = DeliverySilo.Channel, Window = 4_000 },
            (_, _) =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    done.SetResult();
                }

                return default;
            });
        gateway.Unsettled += result => Console.WriteLine($"{result.ContactId}: {result.Outcome}");
        gateway.Lost += fault => Console.WriteLine(fault.Message);
        var clock = Stopwatch.StartNew();
        var running = gateway.RunAsync(stop.Token);
        await done.Task;
        await stop.CancelAsync();
        await running; // The last are acknowledged before it ends.
        var seconds = clock.Elapsed.TotalSeconds;
        var waiting =
            (await client.Deliveries.ListDeliveryCountsAsync(new() { CampaignId = "bench" })).Counts.Sum(static count => count.Count);
        return waiting >= contacts ? contacts / seconds : throw new InvalidOperationException($"{waiting} are counted of {contacts}.");
    }

    private static async Task<Latencies> LatencyAsync(DeliverySilo silo, ZhiceClient client, string prefix, TimeSpan length, int rate)
    {
        using var stop = new CancellationTokenSource();
        var (committed, arrived) = (new ConcurrentDictionary<string, long>(), new ConcurrentDictionary<string, long>());
        var gateway = new ContactGateway(
            client.Deliveries,
            new() { ChannelId = DeliverySilo.Channel },
            (contact, _) =>
            {
                arrived.TryAdd(contact.ContactId, Stopwatch.GetTimestamp());
                return default;
            });
        var running = gateway.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await OpenLoop.RunAsync(rate, length, async n =>
        {
            var contact = await silo.SendAsync($"{prefix}{n}");
            committed[contact] = Stopwatch.GetTimestamp();
        });
        await Task.Delay(TimeSpan.FromSeconds(2));
        await stop.CancelAsync();
        await running;
        return new(committed.Select(sent => Math.Max(0, Stopwatch.GetElapsedTime(sent.Value, arrived[sent.Key]).TotalMilliseconds)));
    }
}
