using System.Net;
using Google.LongRunning;
using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>Bodies and messages that are large, packed, broken or never whole.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileMessageTests(HostileBank bank)
{
    private const string StreamEvents = "/zhice.v1.EventService/StreamEvents";
    private const string InvalidArgument = "3";
    private const string ResourceExhausted = "8";

    [Fact]
    public Task Large_bodies_are_refused_before_they_are_read_and_pages_of_others_find_no_host_here() => bank.AttackAsync(async silo =>
    {
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
        Assert.All(
            refused, static status => Assert.True(status is HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.NotFound, $"{status}"));

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/catalog");
        rebound.Headers.Host = "evil.example";
        using var misdirected = await http.SendAsync(rebound);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);

        // Which asks nobody who they are.
        using var page = await http.GetAsync(new Uri("/dashboard/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    });

    [Fact]
    public Task Large_messages_are_refused_before_they_are_read_and_broken_ones_are_the_callers_fault() => bank.AttackAsync(async silo =>
    {
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

        using var http = new HttpClient();
        foreach (byte[] message in new byte[][] { [1, 0, 0, 0, 4, 9, 9, 9, 9], [7, 0, 0, 0, 0], [0, 0xff, 0xff, 0xff, 0xff] })
        {
            Assert.Equal(InvalidArgument, await RawCall.SendAsync(http, silo, "/zhice.v1.RecommendationService/Recommend", message));
        }
    });

    [Theory]
    [InlineData("/zhice.v1.EventService/RecordEvents")]
    [InlineData(StreamEvents)]
    public Task Small_messages_that_unpack_to_large_ones_are_refused(string method) => bank.AttackAsync(async silo =>
    {
        using var http = new HttpClient();
        foreach (var megabytes in new[] { 7, 12, 256 })
        {
            var bomb = RawCall.Message(RawCall.Zeros(megabytes), isPacked: true);
            Assert.All(
                await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RawCall.SendAsync(http, silo, method, bomb))),
                static status => Assert.True(status is InvalidArgument or ResourceExhausted, status));
        }
    });

    [Fact]
    public Task An_operation_of_a_name_with_spaces_is_refused_and_the_name_does_not_come_back_whole() => bank.AttackAsync(async silo =>
    {
        var operations = new Operations.OperationsClient(silo.Channel);
        var fault = await Assert.ThrowsAsync<RpcException>(async () => await operations.GetOperationAsync(
            new() { Name = $"operations/{new string('a', 32)}{new string(' ', 7_000_000)}" }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    });

    [Theory]
    [InlineData("zhice.v1.EventService", "StreamEvents", false)]
    [InlineData("zhice.v1.EventService", "StreamEvents", true)]
    [InlineData("zhice.v1.eventservice", "streamevents", false)]
    public Task A_large_message_ends_its_stream_with_the_limit_and_what_came_before_is_recorded(
        string service, string name, bool isPacked) => bank.AttackAsync(async silo =>
    {
        var known = V1.EventService.Descriptor.FullName;
        var method = new Method<StreamEventsRequest, StreamEventsResponse>(
            MethodType.DuplexStreaming, service, name,
            Marshallers.Create(
                static message => Google.Protobuf.MessageExtensions.ToByteArray(message), StreamEventsRequest.Parser.ParseFrom),
            Marshallers.Create(
                static message => Google.Protobuf.MessageExtensions.ToByteArray(message), StreamEventsResponse.Parser.ParseFrom));
        var headers = isPacked ? new Metadata { { "grpc-internal-encoding-request", "gzip" } } : [];
        using var call = silo.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(headers));
        await call.RequestStream.WriteAsync(
            new() { Event = new() { EventId = $"small{name}{isPacked}", CustomerId = known[..5], EventTypeId = "login" } });
        var large = new Event { EventId = "large", CustomerId = "large", EventTypeId = "login" };
        large.Properties["note"] = new Value { StringValue = new string('x', 300_000) };
        await call.RequestStream.WriteAsync(new() { Event = large });

        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(V1.EventOutcome.Recorded, call.ResponseStream.Current.Result.Outcome);
        var fault = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.EndsWith("at most 65,536 are taken.", fault.Status.Detail, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_thousand_streams_that_send_most_of_a_message_take_little_room() => bank.AttackAsync(async silo =>
    {
        var end = new TaskCompletionSource();
        using var http = new HttpClient(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });
        var most = RawCall.Message(new byte[60_000], claimed: 64 << 10);
        var bodies = Enumerable.Range(0, 1_000).Select(_ => new RawCall.Unfinished(most, end.Task)).ToList();
        var calls = bodies.Select(body => RawCall.SendAsync(http, silo, StreamEvents, body)).ToList();
        await Task.WhenAll(bodies.Select(static body => body.Sent));

        // A message as large as a batch may have is not even begun to be read.
        var large = RawCall.Message(new byte[1_000], claimed: 8 << 20);
        Assert.Equal(
            InvalidArgument,
            await RawCall.SendAsync(http, silo, "/zhice.v1.DeliveryService/Subscribe", new RawCall.Unfinished(large, end.Task)));
        Assert.Equal(
            InvalidArgument,
            await RawCall.SendAsync(http, silo, "/zhice.v1.BulkService/UploadFile", new RawCall.Unfinished(large, end.Task)));
        Assert.Equal(
            InvalidArgument,
            await RawCall.SendAsync(http, silo, "/zhice.v1.AudienceService/UploadAudience", new RawCall.Unfinished(large, end.Task)));

        end.SetResult();
        await Task.WhenAll(calls);
    });
}
