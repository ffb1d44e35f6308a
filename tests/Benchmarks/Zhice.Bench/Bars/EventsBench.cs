using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Bench.Bars;

/// <summary>Events of active customers through StreamEvents, each durable on PostgreSQL before its acknowledgement.</summary>
internal static class EventsBench
{
    private const int Streams = 8;
    private const double BarPerSecond = 25_000;

    // As in the contract: the server stops reading while so many are not acknowledged.
    private const int Window = 1_024;

    public static async Task RunAsync(BarSizes sizes, BarReport report)
    {
        await using var silo = await CaseSilo.StartAsync(sizes);
        var ids = sizes.PickIds();
        await Load.LoadRun.RunAsync(new(new(CaseSilo.Port), PeersBench.RequestsOf(ids), TimeSpan.Zero) { OnceEach = true });
        var events = sizes.IsQuick ? 20_000 : 200_000;
        await RoundAsync("warm", ids, events / 2);
        var rates = new List<double>();
        for (var round = 0; round < sizes.Rounds; round++)
        {
            rates.Add(await RoundAsync($"r{round}", ids, events));
        }

        report.Add(new("events", $"durable, {Streams} streams of {Window} under way", "/s", rates) { Bar = BarPerSecond });
    }

    private static async Task<double> RoundAsync(string round, string[] ids, int events)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream =>
            Task.Run(() => StreamAsync($"{round}-{stream}", stream, ids, events / Streams))));
        return events / Streams * Streams / clock.Elapsed.TotalSeconds;
    }

    private static async Task StreamAsync(string name, int stream, string[] ids, int events)
    {
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{CaseSilo.Port}"));
        using var call = new EventService.EventServiceClient(channel).StreamEvents();
        using var room = new SemaphoreSlim(Window);
        var acknowledging = AcknowledgeAsync(call.ResponseStream, room);
        var chance = new Random(stream);
        for (var n = 0; n < events; n++)
        {
            await room.WaitAsync();
            await call.RequestStream.WriteAsync(new StreamEventsRequest
            {
                Event = new Event
                {
                    EventId = string.Create(CultureInfo.InvariantCulture, $"{name}-{n}"), CustomerId = ids[chance.Next(ids.Length)],
                    EventTypeId = CaseCatalog.EventType,
                },
            });
        }

        await call.RequestStream.CompleteAsync();
        await acknowledging;
    }

    private static async Task AcknowledgeAsync(IAsyncStreamReader<StreamEventsResponse> responses, SemaphoreSlim room)
    {
        await foreach (var response in responses.ReadAllAsync())
        {
            if (response.Result.Outcome == EventOutcome.Refused)
            {
                throw new InvalidOperationException($"An event was refused: {response.Result.Error}");
            }

            room.Release();
        }
    }
}
