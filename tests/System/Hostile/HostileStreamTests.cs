using Grpc.Core;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>Streams that send without end, or without reading what they are answered.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileStreamTests(HostileBank bank)
{
    [Fact]
    public Task Event_streams_that_read_no_acknowledgement_take_little_room_and_all_is_recorded() => bank.AttackAsync(async silo =>
    {
        var events = new EventService.EventServiceClient(silo.Channel);
        using var end = new CancellationTokenSource();
        var large = Enumerable.Range(0, 60).ToDictionary(static n => $"p{n}", static _ => new Value { StringValue = new string('x', 240) });
        var calls = Enumerable.Range(0, 40).Select(_ => events.StreamEvents(cancellationToken: end.Token)).ToList();
        await Task.WhenAll(calls.Select((call, stream) => Task.Run(async () =>
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
        })));

        // What was sent is recorded all the same.
        var first = calls[0].ResponseStream;
        for (var n = 0; n < 40; n++)
        {
            Assert.True(await first.MoveNext(default));
            Assert.Equal(V1.EventOutcome.Recorded, first.Current.Result.Outcome);
        }

        await end.CancelAsync();
        calls.ForEach(static call => call.Dispose());
    });

    [Fact]
    public Task Subscriptions_that_report_and_read_no_answer_are_read_no_further() => bank.AttackAsync(async silo =>
    {
        const int Reports = 100;
        var settlements = new SubscribeSettlements();
        settlements.Settlements.Add(
            Enumerable.Range(0, 1_000).Select(static n => new Settlement { ContactId = $"{n}".PadLeft(250, 'x'), LeaseId = "l" }));
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
        {
            var sent = 0;
            using var call = silo.Deliveries.Subscribe(deadline: DateTime.UtcNow.AddSeconds(10));
            try
            {
                await call.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "app", Consumer = $"deaf{n}" } });
                for (; sent < Reports; sent++)
                {
                    await call.RequestStream.WriteAsync(new() { Settlements = settlements });
                }
            }
            catch (Exception fault) when (fault is RpcException or IOException)
            {
                Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
            }

            return sent;
        }));

        Assert.All(taken, static sent => Assert.InRange(sent, 1, Reports - 1));
    });

    [Fact]
    public Task Lists_that_never_end_are_refused_when_their_room_is_taken() => bank.AttackAsync(async silo =>
    {
        using var end = new CancellationTokenSource();
        var refused = await Task.WhenAll(Enumerable.Range(0, 2).Select(list => Task.Run(async () =>
        {
            using var upload = silo.Audiences.UploadAudience(cancellationToken: end.Token);
            try
            {
                for (var message = 0; message < 250; message++)
                {
                    var ids = new UploadAudienceRequest { CustomerIds = { Enumerable.Range(0, 10_000).Select(n => $"{message}-{n}-{list}".PadRight(64, 'x')) } };
                    ids.Audience = message == 0 ? new() { AudienceId = $"endless{list}", DisplayName = "Endless" } : null;
                    await upload.RequestStream.WriteAsync(ids);
                }
            }
            catch (Exception fault) when (fault is RpcException or IOException or HttpRequestException)
            {
                // Why, the answer says.
            }

            return (await Assert.ThrowsAsync<RpcException>(() => upload.ResponseAsync.WaitAsync(TimeSpan.FromMinutes(1)))).StatusCode;
        })));

        Assert.Contains(StatusCode.ResourceExhausted, refused);
    });
}
