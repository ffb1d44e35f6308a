using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Zhice.Bench.Cold;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Client;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Audit;

/// <summary>What the audit trail costs: changes and reads that are recorded, beside a durable write that is not.</summary>
internal static class AuditCommand
{
    private const int Customers = 10_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);
    private static readonly string Tag = SampleCatalog.Definition.Tags.First(
        static tag => tag.Type == TagType.Integer && tag.Live is null).TagId;
    private static int s_next;

    public static Command Create()
    {
        var command = new Command(
            "audit",
            "One silo on a real PostgreSQL. By turns, with 1 caller and with 64: events (durable, not recorded), changes of tags (recorded before and after), "
            + "reads of customers (recorded once). Then the entries a second, their bytes on the disk, and how fast the chain is verified.");
        command.SetAction((_, _) => RunAsync());
        return command;
    }

    private static async Task RunAsync()
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on", "max_wal_size=4GB");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "audit");
        await PostgresDatabase.MigrateAsync(store, default);
        await using var silo = await ColdSilo.StartAsync(store, []);
        using var client = new ZhiceClient(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        for (var round = 1; round <= 3; round++)
        {
            foreach (var callers in (int[])[1, 64])
            {
                await MeasureAsync(store, $"events, {callers} at once", callers, () => RecordAsync(client));
                await MeasureAsync(store, $"changes of tags, {callers} at once", callers, () => ChangeAsync(client));
                await MeasureAsync(store, $"reads of customers, {callers} at once", callers, () => ReadAsync(client));
            }
        }

        var (entries, bytes) = (await AskAsync(store, "SELECT count(*) FROM audit_entry"), await AskAsync(store, "SELECT pg_total_relation_size('audit_entry')"));
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{entries:N0} entries, {bytes / entries:N0} bytes each with indexes"));
        var clock = Stopwatch.StartNew();
        using var stream = client.Audit.StreamAuditEntries(new());
        var read = 0;
        while (await stream.ResponseStream.MoveNext(default))
        {
            read += stream.ResponseStream.Current.Links.Count;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the chain read: {read / clock.Elapsed.TotalSeconds:N0} entries/s"));
    }

    private static async Task MeasureAsync(PostgresStore store, string what, int callers, Func<Task> call)
    {
        var before = await AskAsync(store, "SELECT sequence FROM audit_head");
        var (clock, tookMs) = (Stopwatch.StartNew(), new List<double>[callers]);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            tookMs[caller] = [];
            while (clock.Elapsed < Length)
            {
                var begun = Stopwatch.GetTimestamp();
                await call();
                tookMs[caller].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        var latencies = new Latencies(tookMs.SelectMany(static some => some));
        var entries = await AskAsync(store, "SELECT sequence FROM audit_head") - before;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-40} {latencies.Count / seconds,9:N0}/s, {latencies.ToText()}; {entries / seconds:N0} entries/s"));
    }

    private static string NextCustomer() => ModelCustomer.IdOf((int)((uint)Interlocked.Increment(ref s_next) * 7919L % Customers));

    private static async Task RecordAsync(ZhiceClient client) => await client.Events.RecordEventsAsync(
        new() { Events = { new Event { EventId = $"{Guid.NewGuid()}", CustomerId = NextCustomer(), EventTypeId = "login" } } });

    private static async Task ChangeAsync(ZhiceClient client) => await client.Customers.UpdateTagsAsync(
        new() { CustomerId = NextCustomer(), Changes = { new TagChange { TagId = Tag, Set = new Value { IntegerValue = s_next } } } });

    // Some are there by then.
    private static async Task ReadAsync(ZhiceClient client) =>
        await client.Customers.GetCustomerAsync(new() { CustomerId = ModelCustomer.IdOf(7919) });

    private static async Task<double> AskAsync(PostgresStore store, string question)
    {
        await using var connection = new NpgsqlConnection(store.SchemaConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(question, connection);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
