using System.CommandLine;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Zhice.Bench.Running;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Postgres;
using Zhice.TestBank;

namespace Zhice.Bench.Delivery;

/// <summary>Contacts posted to a webhook and acknowledged, a second.</summary>
internal static class WebhookCommand
{
    private const string Url = "http://127.0.0.1:7563";

    public static Command Create()
    {
        var contacts = new Option<int>("--contacts") { Description = "How many are posted in a round.", DefaultValueFactory = _ => 10_000 };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds.", DefaultValueFactory = _ => 3 };
        var parallel = new Option<int>("--parallel") { Description = "How many requests are under way at once.", DefaultValueFactory = _ => 64 };
        var answer = new Option<int>("--answer-ms") { Description = "How long the receiver takes to answer, in milliseconds.", DefaultValueFactory = _ => 10 };
        var slow = new Option<int>("--slow-ms") { Description = "How long it takes for one request in a hundred.", DefaultValueFactory = _ => 1_000 };
        var command = new Command(
            "webhook",
            "Contacts/s that one silo posts, signed, to a receiver over HTTP and settles durably on a real PostgreSQL (fsync on). No bar is set.")
        {
            contacts, rounds, parallel, answer, slow,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(contacts), parsed.GetValue(rounds), parsed.GetValue(parallel), parsed.GetValue(answer), parsed.GetValue(slow)));
        return command;
    }

    private static async Task RunAsync(int contacts, int rounds, int parallel, int answerMs, int slowMs)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on", "fsync=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        var calls = 0;
        await using var receiver = await ReceiveAsync(async () =>
        {
            var call = Interlocked.Increment(ref calls);
            await Task.Delay(call % 100 == 0 ? slowMs : answerMs);
        });
        var rates = new List<double>();
        for (var round = 1; round <= rounds; round++)
        {
            // They wait in the store before the one that posts comes.
            await using (var filler = await DeliverySilo.StartAsync(store))
            {
                await filler.FillAsync($"r{round}-", contacts);
            }

            await PostgresServer.ExecuteAsync(store.SchemaConnectionString, "VACUUM ANALYZE outbox");
            calls = 0;
            await using var silo = await DeliverySilo.StartAsync(
                store, false, new WebhookOptions { Channel = DeliverySilo.Channel, Url = new(Url), Secret = "a secret of the bench", Parallel = parallel, AllowLocal = true });
            while (Volatile.Read(ref calls) == 0)
            {
                await Task.Delay(1);
            }

            var clock = Stopwatch.StartNew();
            while (await CountAsync(store) > 0)
            {
                await Task.Delay(50);
            }

            rates.Add(contacts / clock.Elapsed.TotalSeconds);
            Console.WriteLine($"round {round}: {rates[^1]:N0} posted and settled/s, {calls:N0} requests for {contacts:N0} contacts");
        }

        Console.WriteLine($"{parallel} at once, answered within {answerMs} ms, one in a hundred within {slowMs} ms: {Spread.Of(rates).ToText()} contacts/s");
    }

    private static async Task<long> CountAsync(PostgresStore store)
    {
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM outbox", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task<WebApplication> ReceiveAsync(Func<Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url);
        var app = builder.Build();
        app.MapPost("/", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await answer();
            return Results.NoContent();
        });
        await app.StartAsync();
        return app;
    }
}
