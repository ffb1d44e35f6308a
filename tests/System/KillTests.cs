using System.Collections.Concurrent;
using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>kill -9 under a stream of events: what was acknowledged is there, exactly once.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int Customers = 400;
    private const int Streams = 2;
    private const int EventsBeforeAKill = 3_000;

    [Fact]
    public async Task Ten_kills_under_load_lose_no_acknowledged_event_and_count_none_twice()
    {
        using var folder = new DataFolder();
        var sent = new int[Customers];
        var acknowledged = new int[Customers];

        var silo = await SiloProcess.StartSmallAsync(folder.Path);
        for (var kill = 0; kill < Kills; kill++)
        {
            var unknown = new ConcurrentDictionary<string, Event>();
            var watch = Stopwatch.StartNew();
            var acknowledgedBefore = acknowledged.Sum();
            await StreamUntilKilled(silo, kill, sent, acknowledged, unknown);
            var acknowledgedNow = acknowledged.Sum() - acknowledgedBefore;
            output.WriteLine(
                $"kill {kill + 1}: {acknowledgedNow:N0} acknowledged at {acknowledgedNow / watch.Elapsed.TotalSeconds:N0}/s, {unknown.Count} unknown");

            await silo.DisposeAsync();
            silo = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false");
            await CheckCounts(silo, (customer, count) => Assert.InRange(count, acknowledged[customer], sent[customer]));

            // Treat what was not acknowledged as unknown: the same again, with the same ids, counts once.
            foreach (var batch in unknown.Values.Chunk(500))
            {
                var results = await silo.Events.RecordEventsAsync(new RecordEventsRequest { Events = { batch } });
                Assert.All(results.Results, result => Assert.True(result.Outcome is EventOutcome.Recorded or EventOutcome.Duplicate));
            }

            sent.CopyTo(acknowledged, 0);
            await CheckCounts(silo, (customer, count) => Assert.Equal(sent[customer], count));
        }

        await silo.DisposeAsync();
        output.WriteLine($"{sent.Sum():N0} events in all");
    }

    private static async Task StreamUntilKilled(
        SiloProcess silo, int round, int[] sent, int[] acknowledged, ConcurrentDictionary<string, Event> unknown)
    {
        var count = 0;
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async lane =>
        {
            using var stream = silo.Events.StreamEvents();
            var reading = Task.Run(async () =>
            {
                await foreach (var answer in stream.ResponseStream.ReadAllAsync())
                {
                    Assert.Equal(EventOutcome.Recorded, answer.Result.Outcome);
                    Assert.True(unknown.TryRemove(answer.Result.EventId, out var customerEvent));
                    Interlocked.Increment(ref acknowledged[int.Parse(customerEvent.CustomerId[1..])]);
                    if (Interlocked.Increment(ref count) == EventsBeforeAKill)
                    {
                        await silo.KillAsync();
                    }
                }
            });
            try
            {
                for (var i = 0; ; i++)
                {
                    // Each customer belongs to one stream, so that its count can be told without a lock.
                    var customer = (Random.Shared.Next(Customers / Streams) * Streams) + lane;
                    var customerEvent = new Event
                    {
                        EventId = $"{round}-{lane}-{i}", CustomerId = $"c{customer}", EventTypeId = "login",
                        EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
                    };
                    unknown[customerEvent.EventId] = customerEvent;
                    sent[customer]++;
                    await stream.RequestStream.WriteAsync(new StreamEventsRequest { Event = customerEvent });
                }
            }
            catch (Exception fault) when (fault is RpcException or InvalidOperationException or IOException)
            {
                // The process was killed.
            }

            await Assert.ThrowsAsync<RpcException>(() => reading);
        }));
    }

    private static Task CheckCounts(SiloProcess silo, global::System.Action<int, int> check) => Parallel.ForEachAsync(
        Enumerable.Range(0, Customers), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (customer, stop) =>
        {
            var count = 0L;
            try
            {
                var found = await silo.Customers.GetCustomerAsync(
                    new GetCustomerRequest { CustomerId = $"c{customer}" }, cancellationToken: stop);
                count = found.Customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
            {
                // Never heard of: no event.
            }

            check(customer, (int)count);
        });
}
