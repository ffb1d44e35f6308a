using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Zhice.Bench.Cold;
using Zhice.Bench.Running;
using Zhice.Postgres;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.Bench.Audiences;

/// <summary>How fast an audience is counted, beside the same question in SQL; what the index takes, and how fast it is rebuilt.</summary>
internal static class AudienceCommand
{
    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many there are.", DefaultValueFactory = _ => 1_000_000 };
        var counts = new Option<int>("--counts") { Description = "How often it is counted.", DefaultValueFactory = _ => 300 };
        var command = new Command(
            "audience",
            "Counts a condition of 5 comparisons over customers of 60 tags, through the API of the real silo on a real PostgreSQL: at most 30 ms p99, "
            + "and 10 times as fast as SQL over a typed, indexed table; the index takes at most 300 bytes a customer and is rebuilt at 50,000 customers/s.")
        {
            customers, counts,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(customers), parsed.GetValue(counts)));
        return command;
    }

    // Until the index is there, the API says so.
    private static async Task<CountAudienceResponse> FirstAsync(
        AudienceService.AudienceServiceClient audiences, CountAudienceRequest request)
    {
        while (true)
        {
            try
            {
                return await audiences.CountAudienceAsync(request);
            }
            catch (Grpc.Core.RpcException fault) when (fault.StatusCode == Grpc.Core.StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static async Task RunAsync(int customers, int counts)
    {
        var bytes = IndexMemory.Measure(Math.Min(customers, 500_000));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"index memory           {bytes.Heap:N0} bytes a customer on the heap ({bytes.Arrays:N0} by its own count); the bar is 300"));

        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await CustomerCopy.FillAsync(store, customers);
        await using var table = await TagTable.FillAsync(store, customers);
        await using var silo = await ColdSilo.StartAsync(store, [], SixtyTags.Definition);
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        var audiences = new AudienceService.AudienceServiceClient(channel);
        var request = new CountAudienceRequest { Audience = new() { Expression = TagTable.Expression } };

        var clock = Stopwatch.StartNew();
        var first = await FirstAsync(audiences, request);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"rebuilt                {customers / clock.Elapsed.TotalSeconds:N0} customers/s ({clock.Elapsed.TotalSeconds:0.0} s, first count included); the bar is 50,000"));

        var (ours, sqls) = (new List<double>(), new List<double>());
        for (var i = 0; i < counts; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var answer = await audiences.CountAudienceAsync(request);
            ours.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (answer.Customers != first.Customers)
            {
                throw new InvalidOperationException($"{answer.Customers} customers, and {first.Customers} before.");
            }

            if (i % 10 == 0)
            {
                begun = Stopwatch.GetTimestamp();
                var counted = await table.CountAsync();
                sqls.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                if (counted != first.Customers)
                {
                    throw new InvalidOperationException($"SQL counts {counted} customers, the index {first.Customers}.");
                }
            }
        }

        var (us, sql) = (new Latencies([.. ours]), new Latencies([.. sqls]));
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"counted {first.Customers:N0} of {customers:N0} by: {TagTable.Expression}"));
        Console.WriteLine($"through the API        {us.ToText()}; the bar is 30 ms p99");
        Console.WriteLine($"SQL, the same answer   {sql.ToText()}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"SQL by the API, medians {Spread.Of(sqls).Median / Spread.Of(ours).Median:0.0} times as long; the bar is 10"));
        await silo.StopAsync();
    }
}
