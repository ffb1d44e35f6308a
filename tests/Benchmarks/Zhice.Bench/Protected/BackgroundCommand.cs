using System.CommandLine;
using System.Globalization;
using Google.LongRunning;
using Grpc.Core;
using Zhice.Bench.Cold;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Bench.Protected;

/// <summary>One kind of work that would take all of a silo, from a process of its own, for a time.</summary>
internal static class BackgroundCommand
{
    public const string Name = "protected-background";

    private const int Simulations = 20;
    private const int Exports = 100;
    private const int Streams = 40;
    private const int Counts = 64;

    // 45 terms of arithmetic for each customer.
    private static readonly string Dear = string.Join(
        " && ",
        Enumerable.Range(0, 45).Select(static n => string.Create(CultureInfo.InvariantCulture, $"(tags.age * {n} + {n}) % 7 >= {n % 2}")));

    public static IReadOnlyDictionary<string, Func<ZhiceClient, CancellationToken, Task<long>>> Kinds { get; } =
        new Dictionary<string, Func<ZhiceClient, CancellationToken, Task<long>>>
        {
            ["20 simulations"] = SimulateAsync,
            ["100 exports"] = ExportAsync,
            ["40 event streams"] = StreamAsync,
            ["64 audience counts"] = CountAsync,
        };

    public static Command Create()
    {
        var kind = new Option<string>("--kind") { Required = true };
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10 };
        var command = new Command(Name, "A part of protected.") { kind, seconds };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(kind)!, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static async Task RunAsync(string kind, TimeSpan length)
    {
        using var client = new ZhiceClient(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        using var end = new CancellationTokenSource(length);
        Console.WriteLine(await Kinds[kind](client, end.Token));
    }

    private static async Task<long> SimulateAsync(ZhiceClient client, CancellationToken end)
    {
        var done = 0L;
        await Task.WhenAll(Enumerable.Range(0, Simulations).Select(_ => UntilAsync(async () =>
        {
            using var call = client.Simulations.Simulate(new() { PlacementIds = { "app_home" } }, cancellationToken: end);
            await foreach (var news in call.ResponseStream.ReadAllAsync(end))
            {
                Interlocked.Add(ref done, news.Result?.Customers ?? 0);
            }
        }, end)));
        return done;
    }

    private static async Task<long> ExportAsync(ZhiceClient client, CancellationToken end)
    {
        var begun = new List<Operation>();
        for (var n = 0; n < Exports; n++)
        {
            begun.Add((await client.Bulk.ExportAsync(new() { Format = BulkFormat.Ndjson }, cancellationToken: default)).Operation);
        }

        await UntilAsync(async () => await Task.Delay(Timeout.Infinite, end), end);
        var done = 0L;
        foreach (var operation in begun)
        {
            done += (await client.Operations.GetOperationAsync(new() { Name = operation.Name }, cancellationToken: default)).Done ? 1 : 0;
            await client.Operations.CancelOperationAsync(new() { Name = operation.Name }, cancellationToken: default);
        }

        return done;
    }

    private static async Task<long> StreamAsync(ZhiceClient client, CancellationToken end)
    {
        var acknowledged = new long[Streams];
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => UntilAsync(async () =>
        {
            using var call = client.Events.StreamEvents(cancellationToken: end);
            var reading = Task.Run(async () =>
            {
                await foreach (var _ in call.ResponseStream.ReadAllAsync(end))
                {
                    acknowledged[stream]++;
                }
            });
            var chance = new Random(stream);
            for (var n = 0L; !reading.IsCompleted; n++)
            {
                await call.RequestStream.WriteAsync(
                    new()
                    {
                        Event = new()
                        {
                            EventId = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{stream}-{n}"),
                            CustomerId = SampleCustomers.IdOf(chance.Next()),
                            EventTypeId = "login",
                        },
                    },
                    end);
            }

            await reading;
        }, end)));
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"  of a stream: {acknowledged.Min():N0} to {acknowledged.Max():N0} events"));
        return acknowledged.Sum();
    }

    private static async Task<long> CountAsync(ZhiceClient client, CancellationToken end)
    {
        var done = 0L;
        await Task.WhenAll(Enumerable.Range(0, Counts).Select(_ => UntilAsync(async () =>
        {
            await client.Audiences.CountAudienceAsync(new() { Audience = new() { Expression = Dear } }, cancellationToken: end);
            Interlocked.Increment(ref done);
        }, end)));
        return done;
    }

    // Again and again; what is refused is tried again after a pause.
    private static async Task UntilAsync(Func<Task> work, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await work();
            }
            catch (Exception) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
            }
        }
    }
}
