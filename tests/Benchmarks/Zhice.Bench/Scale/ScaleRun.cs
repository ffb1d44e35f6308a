using System.Diagnostics;
using System.Globalization;
using Google.LongRunning;
using Grpc.Core;
using Npgsql;
using Zhice.Bench.Audiences;
using Zhice.Bench.Cold;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Client;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Scale;

/// <summary>All figures of one number of customers, in a database of its own.</summary>
internal sealed class ScaleRun(PostgresStore store, int customers)
{
    private const int Counts = 20;
    private const int ColdCalls = 20_000;
    private const int ColdAtOnce = 200;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly CountAudienceRequest Question = new() { Audience = new() { Expression = TagTable.Expression } };

    private readonly List<ScaleFigure> _figures = [];

    public static async Task<IReadOnlyList<ScaleFigure>> MeasureAsync(PostgresServer server, int customers, string serviceId)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{customers:N0} customers"));
        var store = new PostgresStore(await server.CreateDatabaseAsync(), serviceId);
        await PostgresDatabase.MigrateAsync(store, default);
        var run = new ScaleRun(store, customers);
        await run.LoadAsync();
        await run.ServeAsync();
        return run._figures;
    }

    private async Task LoadAsync()
    {
        await NoteSecondsAsync("load the states, s", () => CustomerCopy.FillAsync(store, customers));

        // As many timers as customers, none due while this runs.
        await PostgresServer.ExecuteAsync(
            store.SchemaConnectionString,
            "INSERT INTO customer_timer (bucket, customer_id, step, generation, due_at) "
            + $"SELECT n % 1024, convert_to('w' || n, 'UTF8'), 'j9', 1, now() + interval '30 days' FROM generate_series(1, {customers}) AS n");
        await PostgresServer.ExecuteAsync(store.SchemaConnectionString, "VACUUM ANALYZE customer_timer; CHECKPOINT");
        Note("disk of states, bytes a customer", await AskAsync("SELECT pg_total_relation_size('grain_state')") / customers);
        Note("disk of timers, bytes each", await AskAsync("SELECT pg_total_relation_size('customer_timer')") / customers);
    }

    private async Task ServeAsync()
    {
        var clock = Stopwatch.StartNew();
        await using var silo = await ColdSilo.StartAsync(store, [], SixtyTags.Definition);
        Note("start, until it is ready, s", clock.Elapsed.TotalSeconds);
        using var client = new ZhiceClient(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        await NoteSecondsAsync("first count, s", () => CountAsync(client));
        await NoteMedianAsync("count, ms", Counts, () => CountAsync(client));
        Note("memory of the silo with its index, bytes a customer", ResidentOf(silo) / customers);
        await IdleAsync(silo);
        await ColdAsync(client);
        await NoteSecondsAsync("a catalogue with a new tag, and the next count, s", () => AddTagAsync(client));
        await NoteSecondsAsync("export to Parquet, s", () => ExportAsync(client));
        Note(
            "connections of the silo",
            await AskAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"));
        await silo.StopAsync();
    }

    // What the silo does by itself: the index's comparison with the store, looks for timers, leases, memberships.
    private async Task IdleAsync(ColdSilo silo)
    {
        var (pages, busy) = (await PagesAsync(), BusyOf(silo));
        await Task.Delay(Idle);
        Note("a minute of nothing: pages of states read", await PagesAsync() - pages);
        Note("a minute of nothing: processor of the silo, s", (BusyOf(silo) - busy).TotalSeconds);
    }

    private async Task ColdAsync(ZhiceClient client)
    {
        var chance = new Random(customers);
        var ids = Enumerable.Range(0, Math.Min(ColdCalls, customers))
            .Select(_ => ModelCustomer.IdOf(chance.Next(customers)))
            .Distinct()
            .ToArray();
        var tookMs = new double[ids.Length];
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = ColdAtOnce }, async (n, cancellation) =>
        {
            var begun = Stopwatch.GetTimestamp();
            await client.Customers.GetCustomerAsync(new() { CustomerId = ids[n] }, cancellationToken: cancellation);
            tookMs[n] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        });
        Note("cold customers read, a second", ids.Length / clock.Elapsed.TotalSeconds);
        Note("cold customers read, p99 ms", new Latencies(tookMs).At(0.99));
    }

    private static async Task AddTagAsync(ZhiceClient client)
    {
        var catalog = SixtyTags.Definition.Clone();
        catalog.Tags.Add(new TagDefinition { TagId = "t61", SubclassId = "all", Type = TagType.Integer });
        await client.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "t61" }, By.Person("bench"));
        await CountAsync(client);
    }

    private static async Task ExportAsync(ZhiceClient client)
    {
        var operation = (await client.Bulk.ExportAsync(new() { Format = BulkFormat.Parquet })).Operation;
        while (!operation.Done)
        {
            operation = await client.Operations.WaitOperationAsync(new WaitOperationRequest
            {
                Name = operation.Name, Timeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
            });
        }

        if (operation.Error is { } fault)
        {
            throw new InvalidOperationException($"The export failed: {fault.Message}");
        }
    }

    // Until the index is there, the API says so.
    private static async Task CountAsync(ZhiceClient client)
    {
        while (true)
        {
            try
            {
                await client.Audiences.CountAudienceAsync(Question);
                return;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private Task<double> PagesAsync() => AskAsync(
        "SELECT heap_blks_read + heap_blks_hit FROM pg_stat_clear_snapshot(), pg_statio_user_tables WHERE relname = 'grain_state' AND schemaname = current_schema()");

    private async Task<double> AskAsync(string question)
    {
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(question, connection);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static double ResidentOf(ColdSilo silo)
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return process.WorkingSet64;
    }

    private static TimeSpan BusyOf(ColdSilo silo)
    {
        using var process = Process.GetProcessById(silo.ProcessId);
        return process.TotalProcessorTime;
    }

    private async Task NoteSecondsAsync(string name, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        Note(name, clock.Elapsed.TotalSeconds);
    }

    private async Task NoteMedianAsync(string name, int times, Func<Task> work)
    {
        var tookMs = new List<double>(times);
        for (var n = 0; n < times; n++)
        {
            var begun = Stopwatch.GetTimestamp();
            await work();
            tookMs.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        Note(name, Spread.Of(tookMs).Median);
    }

    private void Note(string name, double value)
    {
        _figures.Add(new(name, value));
        Console.WriteLine($"  {name,-52}{_figures[^1].ToText(),14}");
    }
}
