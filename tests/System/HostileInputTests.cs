using System.Net;
using Google.LongRunning;
using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests;

/// <summary>What a caller sends takes no more than its share of a silo.</summary>
public sealed class HostileInputTests : IDisposable
{
    private const long MostGrowth = 300L << 20;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Large_bodies_are_refused_before_they_are_read_and_pages_of_others_find_no_host_here()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path, "--Zhice:Dashboard=true");
        var before = silo.ResidentBytes;
        using var http = new HttpClient { BaseAddress = new(silo.HttpAddress) };
        using var huge = new ByteArrayContent(new byte[29 << 20]);
        huge.Headers.ContentType = new("application/json");
        var refused = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            try
            {
                using var answer = await http.PostAsync(new Uri("/v1/events:record", UriKind.Relative), huge);
                return answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                // It was closed while the body was on its way.
                return HttpStatusCode.RequestEntityTooLarge;
            }
        }));
        Assert.All(refused, static status => Assert.True(status is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.NotFound, $"{status}"));
        Assert.InRange(silo.ResidentBytes - before, long.MinValue, MostGrowth);

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/catalog");
        rebound.Headers.Host = "evil.example";
        using var misdirected = await http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        using var page = await http.GetAsync(new Uri("/dashboard/", UriKind.Relative));
        Assert.Equal("DENY", Assert.Single(page.Headers.GetValues("X-Frame-Options")));
    }

    [Fact]
    public async Task Many_exports_wait_for_their_turn_and_the_files_are_the_owners_alone()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var bulk = new BulkService.BulkServiceClient(silo.Channel);
        var operations = new Operations.OperationsClient(silo.Channel);
        var begun = new List<Operation>();
        for (var i = 0; i < 20; i++)
        {
            begun.Add((await bulk.ExportAsync(new() { Format = BulkFormat.Csv })).Operation);
        }

        foreach (var export in begun)
        {
            await ClusterProcesses.UntilAsync(async () => (await operations.GetOperationAsync(new() { Name = export.Name })).Done, TimeSpan.FromSeconds(60));
        }

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in new DirectoryInfo(_folder.Path).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }
    }

    [Fact]
    public async Task An_operation_of_a_name_with_spaces_is_refused_and_the_name_does_not_come_back_whole()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var operations = new Operations.OperationsClient(silo.Channel);
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await operations.GetOperationAsync(
            new() { Name = $"operations/{new string('a', 32)}{new string(' ', 7_000_000)}" }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);

        // Which asks nobody who they are.
        using var http = new HttpClient { BaseAddress = new(silo.HttpAddress) };
        using var page = await http.GetAsync(new Uri("/dashboard/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task Event_streams_that_read_no_acknowledgement_take_little_room_and_all_is_recorded()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var before = silo.ResidentBytes;
        var events = new EventService.EventServiceClient(silo.Channel);
        using var end = new CancellationTokenSource();
        var large = Enumerable.Range(0, 60).ToDictionary(static n => $"p{n}", static _ => new Value { StringValue = new string('x', 240) });
        var calls = Enumerable.Range(0, 40).Select(_ => events.StreamEvents(cancellationToken: end.Token)).ToList();
        var sending = calls.Select((call, stream) => Task.Run(async () =>
        {
            for (var n = 0; n < 40; n++)
            {
                await call.RequestStream.WriteAsync(new()
                {
                    Event = new()
                    {
                        EventId = $"{stream}-{n}", CustomerId = $"c{stream}-{n % 10}", EventTypeId = "login",
                        Properties = { large },
                    },
                });
            }
        })).ToList();
        await Task.WhenAll(sending);
        Assert.InRange(silo.ResidentBytes - before, long.MinValue, MostGrowth);

        // What was sent is recorded all the same.
        var first = calls[0].ResponseStream;
        for (var n = 0; n < 40; n++)
        {
            Assert.True(await first.MoveNext(default));
            Assert.Equal(V1.EventOutcome.Recorded, first.Current.Result.Outcome);
        }

        await end.CancelAsync();
        calls.ForEach(static call => call.Dispose());
    }

    [Fact]
    public async Task Large_messages_are_refused_before_they_are_read_and_broken_ones_are_the_callers_fault()
    {
        await using var silo = await SiloProcess.StartSmallAsync(_folder.Path);
        var before = silo.ResidentBytes;
        var events = new EventService.EventServiceClient(silo.Channel);
        var large = new RecordEventsRequest { Events = { new Event { CustomerId = new string('a', 7_900_000) } } };
        var refused = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            try
            {
                await events.RecordEventsAsync(large);
                return StatusCode.OK;
            }
            catch (RpcException fault)
            {
                return fault.StatusCode;
            }
        }));
        Assert.All(refused, static code => Assert.True(code is StatusCode.InvalidArgument or StatusCode.ResourceExhausted, $"{code}"));
        Assert.Contains(StatusCode.ResourceExhausted, refused);
        Assert.InRange(silo.ResidentBytes - before, long.MinValue, MostGrowth);

        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        foreach (byte[] message in new byte[][] { [1, 0, 0, 0, 4, 9, 9, 9, 9], [7, 0, 0, 0, 0], [0, 0xff, 0xff, 0xff, 0xff] })
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, $"{silo.GrpcAddress}/zhice.v1.RecommendationService/Recommend")
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(message),
            };
            call.Content.Headers.ContentType = new("application/grpc");
            call.Headers.Add("grpc-encoding", "gzip");
            call.Headers.Add("te", "trailers");
            using var answer = await http.SendAsync(call);
            await answer.Content.ReadAsByteArrayAsync();
            var status = answer.Headers.TryGetValues("grpc-status", out var early) ? early : answer.TrailingHeaders.GetValues("grpc-status");
            Assert.Equal("3", Assert.Single(status));
        }
    }
}
