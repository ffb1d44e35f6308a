using System.CommandLine;
using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using NpgsqlTypes;
using Zhice.Bench.Audiences;
using Zhice.Bench.Cold;
using Zhice.Client;
using Zhice.Domain.Primitives;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Journeys;

/// <summary>Timers that are due at one and the same instant, by the million.</summary>
internal static class SameInstantCommand
{
    private const string Model = "model";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many customers wait for the same instant.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command(
            "same-instant",
            "The real silo on a real PostgreSQL. Customers who have long been in a stage are all due at the same instant, and on no silo yet. Each must move once: "
            + "counted in the report, in the timers left, and in a second look.")
        {
            customers,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(customers)));
        return command;
    }

    private static async Task RunAsync(int customers)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);

        // Time enough to copy them.
        await using var silo = await ColdSilo.StartAsync(store, [], Definition(TimeSpan.FromSeconds(60 + (customers / 8_000))));
        using var client = new ZhiceClient(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        await client.Events.RecordEventsAsync(new()
        {
            Events = { new Event { EventId = "v", CustomerId = Model, EventTypeId = "visit", EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) } },
        });
        var due = (await client.Journeys.GetCustomerJourneysAsync(new() { CustomerId = Model })).Places.Single().DueTime.ToDateTimeOffset();
        await CopyAsync(store, customers);
        Print($"{customers:N0} customers wait for the same instant, {(due - DateTimeOffset.UtcNow).TotalSeconds:0} s from now");
        if (due > DateTimeOffset.UtcNow)
        {
            await Task.Delay(due - DateTimeOffset.UtcNow);
        }

        var (moved, before) = (0L, 0L);
        while (moved < customers + 1)
        {
            await Task.Delay(Look);
            (moved, var overdue) = await CountAsync(client);
            Print($"{(DateTimeOffset.UtcNow - due).TotalSeconds:0} s after it: {moved:N0} moved, {(moved - before) / Look.TotalSeconds:N0}/s; {overdue:N0} overdue by a minute");
            before = moved;
        }

        await Task.Delay(Look);
        var (again, left) = await CountAsync(client);
        Print($"moved {again:N0} of {customers + 1:N0} (one too many or too few is a fault); timers left: {left:N0}");
        await silo.StopAsync();
    }

    private static async Task<(long Moved, long Overdue)> CountAsync(ZhiceClient client)
    {
        var report = await client.Journeys.GetJourneyReportAsync(new() { JourneyId = "loan" });
        return (report.Versions.Single().Stages.Single(static stage => stage.StageId == "reminded").Arrived, report.OverdueTimers);
    }

    // As many like the one who came by an event, with a timer each.
    private static async Task CopyAsync(PostgresStore store, int customers)
    {
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand(
            $"SELECT s.payload, t.due_at, t.step, t.generation FROM grain_state s JOIN customer_timer t ON t.customer_id = s.grain_key WHERE s.grain_key = convert_to('{Model}', 'UTF8') AND s.grain_type = 'customer'",
            connection);
        await using var row = await read.ExecuteReaderAsync();
        await row.ReadAsync();
        var (payload, due, step, generation) = (row.GetFieldValue<byte[]>(0), row.GetDateTime(1), row.GetString(2), row.GetInt64(3));
        await row.CloseAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY grain_state (grain_type, bucket, grain_key, state_name, version, write_id, payload) FROM STDIN (FORMAT binary)"))
        {
            for (var number = 0; number < customers; number++)
            {
                var key = KeyOf(number);
                await copy.StartRowAsync();
                await copy.WriteAsync("customer", NpgsqlDbType.Text);
                await copy.WriteAsync((short)CustomerBucket.ForId(key), NpgsqlDbType.Smallint);
                await copy.WriteAsync(key, NpgsqlDbType.Bytea);
                await copy.WriteAsync("state", NpgsqlDbType.Text);
                await copy.WriteAsync(1L, NpgsqlDbType.Bigint);
                await copy.WriteAsync(Guid.NewGuid(), NpgsqlDbType.Uuid);
                await copy.WriteAsync(payload, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await using (
            var copy = await connection.BeginBinaryImportAsync(
                "COPY customer_timer (bucket, customer_id, step, generation, due_at) FROM STDIN (FORMAT binary)"))
        {
            for (var number = 0; number < customers; number++)
            {
                var key = KeyOf(number);
                await copy.StartRowAsync();
                await copy.WriteAsync((short)CustomerBucket.ForId(key), NpgsqlDbType.Smallint);
                await copy.WriteAsync(key, NpgsqlDbType.Bytea);
                await copy.WriteAsync(step, NpgsqlDbType.Text);
                await copy.WriteAsync(generation, NpgsqlDbType.Bigint);
                await copy.WriteAsync(due, NpgsqlDbType.TimestampTz);
            }

            await copy.CompleteAsync();
        }

        await using var analyze = new NpgsqlCommand("ANALYZE grain_state; ANALYZE customer_timer", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync();
    }

    private static byte[] KeyOf(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"w{number}"));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static Catalog Definition(TimeSpan wait)
    {
        var catalog = SixtyTags.Definition.Clone();
        catalog.EventTypes.Add(new EventType { EventTypeId = "visit" });
        catalog.Journeys.Add(new Journey
        {
            JourneyId = "loan", Version = 1, Entry = new() { EventTypeIds = { "visit" } },
            Stages =
            {
                new JourneyStage { StageId = "visited", Transitions = { new JourneyTransition { After = Duration.FromTimeSpan(wait), ToStageId = "reminded" } } },
                new JourneyStage { StageId = "reminded", Transitions = { new JourneyTransition { After = Duration.FromTimeSpan(TimeSpan.FromDays(30)) } } },
            },
        });
        return catalog;
    }
}
