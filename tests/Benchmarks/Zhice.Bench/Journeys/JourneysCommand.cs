using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Bench.Audiences;
using Zhice.Bench.Cold;
using Zhice.Bench.Postgres;
using Zhice.Bench.Running;
using Zhice.Client;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Journeys;

/// <summary>Journeys: from an event to its move, timers that come due by the thousand, and a million that wait.</summary>
internal static class JourneysCommand
{
    private const int Streams = 8;
    private const int TriggerRate = 200;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var rate = new Option<int>("--rate") { Description = "Events a second.", DefaultValueFactory = _ => 2_000 };
        var customers = new Option<int>("--customers") { Description = "How many customers enter the journey.", DefaultValueFactory = _ => 100_000 };
        var waiting = new Option<int>("--waiting") { Description = "How many more timers wait for another day.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command(
            "journeys",
            "The real silo on a real PostgreSQL. Bars: an event's move committed within 25 ms p99 at 2,000 events/s; 100,000 timers due in a minute fired within "
            + "60 s, half of them within 2 s; a million that wait cost 1 % of a core; an event's contact at a subscribed channel within 50 ms p99.")
        {
            rate, customers, waiting,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rate), parsed.GetValue(customers), parsed.GetValue(waiting)));
        return command;
    }

    private static async Task RunAsync(int rate, int customers, int waiting)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await using var silo = await ColdSilo.StartAsync(store, [], Definition());
        using var client = new ZhiceClient(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));

        if (waiting > 0)
        {
            await IdleAsync(silo, store, waiting);
        }

        await using var bare = await BareCommits.CreateAsync(store.ConnectionString);
        var (_, first) = await HappenAsync(client, "visit", "first", rate / 8, WarmUp);
        var (_, second) = await HappenAsync(client, "visit", "second", rate / 2, WarmUp);
        var started = DateTimeOffset.UtcNow;
        var (events, sent) = await HappenAsync(client, "visit", "c", rate, TimeSpan.FromSeconds((double)customers / rate));
        Print($"event to move, committed, {sent.Count / (DateTimeOffset.UtcNow - started).TotalSeconds:N0}/s, customers never heard of: {events.ToText()}; the bar is 25 ms p99");
        await PrintBareAsync(bare, rate);
        await LatenessAsync(client, first.Count + second.Count, [.. sent.Order().Select(static at => at + Wait)]);
        (events, _) = await HappenAsync(client, "apply", "c", rate, TimeSpan.FromSeconds((double)customers / rate));
        Print($"event to move, committed, the same customers: {events.ToText()}; the bar is 25 ms p99");
        await PrintBareAsync(bare, rate);
        (events, _) = await HappenAsync(client, "visit", "d", rate, TimeSpan.FromSeconds((double)customers / rate));
        Print($"event to move, committed, others never heard of, in compiled code: {events.ToText()}; the bar is 25 ms p99");
        await PrintBareAsync(bare, rate);
        await TriggerAsync(client, bare);
        await silo.StopAsync();
    }

    private static async Task IdleAsync(ColdSilo silo, PostgresStore store, int waiting)
    {
        await Task.Delay(Idle);
        var before = await IdleAsync(silo);
        await PostgresServer.ExecuteAsync(
            store.ConnectionString,
            $"INSERT INTO bench.customer_timer (bucket, customer_id, step, generation, due_at) "
            + $"SELECT n % 1024, convert_to('w' || n, 'UTF8'), 'j9', 1, now() + interval '30 days' FROM generate_series(1, {waiting}) AS n; ANALYZE bench.customer_timer; CHECKPOINT");
        await Task.Delay(Idle);
        var after = await IdleAsync(silo);
        Print($"idle: {before:0.00} % of a core without, {after:0.00} % with {waiting:N0} timers that wait: {after - before:+0.00;-0.00} %; the bar is 1 %");
    }

    // Arrivals in the stage behind the wait, counted several times a second, beside the instants at which they were due.
    private static async Task LatenessAsync(ZhiceClient client, int before, DateTimeOffset[] due)
    {
        var (late, fired) = (new List<double>(due.Length), 0);
        while (fired < due.Length)
        {
            await Task.Delay(Poll);
            var report = await client.Journeys.GetJourneyReportAsync(new() { JourneyId = "loan" });
            var (now, count) = (DateTimeOffset.UtcNow, (int)(report.Versions.SingleOrDefault()?.Stages.Single(static stage => stage.StageId == "reminded").Arrived ?? 0));

            // Those who warmed up came first.
            for (count = Math.Min(due.Length, count - before); fired < count; fired++)
            {
                late.Add((now - due[fired]).TotalMilliseconds);
            }

            if (now > due[^1] + TimeSpan.FromMinutes(5))
            {
                Print($"only {fired:N0} of {due.Length:N0} timers were fired 5 minutes after the last was due");
                return;
            }
        }

        var span = (due[^1] - due[0]).TotalSeconds;
        Print($"{due.Length:N0} timers due within {span:0} s, late by (found every {Poll.TotalMilliseconds:0} ms) {new Latencies(late).ToText()}; the bars are 2 s p50, 60 s most");
    }

    private static async Task TriggerAsync(ZhiceClient client, BareCommits bare)
    {
        var campaign = new Campaign { CampaignId = "live", Audience = "true", ActionId = "deposit", PlacementIds = { "push" }, Trigger = new() { EventTypeId = "large_deposit" } };
        var saved = await client.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Person("bench"));
        await client.Campaigns.ApproveCampaignAsync(new() { CampaignId = "live", Etag = saved.Status.Etag }, By.Person("other"));
        await client.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "live" }, By.Person("bench"));
        using var stop = new CancellationTokenSource();
        var arrived = new ConcurrentDictionary<string, long>();
        var gateway = new ContactGateway(
            client.Deliveries,
            new() { ChannelId = "push" },
            (contact, _) =>
            {
                arrived.TryAdd(contact.CustomerId, Stopwatch.GetTimestamp());
                return default;
            });
        var running = gateway.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(3));
        foreach (var prefix in new[] { "t0-", "t1-", "t2-" })
        {
            var began = new ConcurrentDictionary<string, long>();
            await OpenLoop.RunAsync(TriggerRate, TimeSpan.FromSeconds(15), n =>
            {
                began[$"{prefix}{n}"] = Stopwatch.GetTimestamp();
                return HappensAsync(client, $"{prefix}{n}", "large_deposit");
            });
            await Task.Delay(TimeSpan.FromSeconds(1));
            var took = new Latencies(
                began.Where(each => arrived.ContainsKey(each.Key))
                    .Select(each => Stopwatch.GetElapsedTime(each.Value, arrived[each.Key]).TotalMilliseconds));
            Print($"event to contact at the subscribed channel, {took.Count:N0} of {began.Count:N0} at {TriggerRate}/s: {took.ToText()}; the bar is 50 ms p99");
            await PrintBareAsync(bare, TriggerRate);
        }

        await stop.CancelAsync();
        await running;
    }

    private static async Task<(Latencies Took, IReadOnlyCollection<DateTimeOffset> Sent)> HappenAsync(
        ZhiceClient client, string type, string prefix, int rate, TimeSpan length)
    {
        // As from the partitions of a bank's event log: an acknowledgement waits for those before it on its stream.
        var sent = new ConcurrentBag<DateTimeOffset>();
        EventStream[] streams = [.. Enumerable.Range(0, Streams).Select(_ => client.OpenEventStream(EventStream.MaxWindow))];
        var took = await OpenLoop.RunAsync(rate, length, async n =>
        {
            sent.Add(DateTimeOffset.UtcNow);
            var receipt = await streams[n % Streams].SendAsync(Of($"{prefix}{n}", type));
            await receipt.Acknowledged;
        });
        foreach (var stream in streams)
        {
            await stream.CompleteAsync();
            await stream.DisposeAsync();
        }

        return (took, sent);
    }

    private static async Task HappensAsync(ZhiceClient client, string customer, string type) =>
        await client.Events.RecordEventsAsync(new() { Events = { Of(customer, type) } });

    private static Event Of(string customer, string type) =>
        new() { EventId = $"{customer}-{type}", CustomerId = customer, EventTypeId = type, EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) };

    // The silo and its database, in hundredths of a core, while nothing happens.
    private static async Task<double> IdleAsync(ColdSilo silo)
    {
        var before = Ticks(silo);
        var clock = Stopwatch.StartNew();
        await Task.Delay(Idle);
        return (Ticks(silo) - before) / clock.Elapsed.TotalSeconds; // A tick is a hundredth of a second.
    }

    private static long Ticks(ColdSilo silo) => Process.GetProcessesByName("postgres").Select(static process => process.Id).Append(silo.ProcessId).Sum(static id =>
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ');
            return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    });

    private static async Task PrintBareAsync(BareCommits bare, int rate) =>
        Print($"  beside it, bare rows committed at {rate:N0}/s: {(await bare.RunAsync(rate)).ToText()}");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static Catalog Definition()
    {
        var catalog = SixtyTags.Definition.Clone();
        catalog.EventTypes.Add(
            [
                new EventType { EventTypeId = "visit" }, new EventType { EventTypeId = "apply" },
                new EventType { EventTypeId = "large_deposit" }]);
        catalog.Journeys.Add(new Journey
        {
            JourneyId = "loan", Version = 1, Entry = new() { EventTypeIds = { "visit" } },
            Stages =
            {
                new JourneyStage
                {
                    StageId = "visited",
                    Transitions =
                    {
                        new JourneyTransition { EventTypeId = "apply", ToStageId = "applied" },
                        new JourneyTransition { After = Duration.FromTimeSpan(Wait), ToStageId = "reminded" },
                    },
                },
                new JourneyStage { StageId = "reminded", Transitions = { new JourneyTransition { EventTypeId = "apply", ToStageId = "applied" } } },
                new JourneyStage { StageId = "applied", Final = true },
            },
        });
        return catalog;
    }
}
