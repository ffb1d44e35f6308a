using System.Collections.Immutable;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Deliveries;
using Zhice.Contracts.Deliveries;
using Zhice.V1;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Api.Tests.Deliveries;

/// <summary>A subscription's stream, on a subscription that answers when it is told to.</summary>
public sealed class DeliveryStreamTests
{
    [Fact]
    public async Task Credits_count_once_what_was_said_before_them_is_answered()
    {
        var (subscription, consumer) = (new SlowSubscription(), new Consumer());
        using var stream = new DeliveryStream(
            subscription, new("sms", "test", TimeSpan.FromSeconds(30)), null!, consumer, TimeProvider.System);
        var running = stream.RunAsync(consumer, 1, default, default);
        Assert.Equal(1, await subscription.Takes.Reader.ReadAsync());

        consumer.Say(new() { Settlements = new() { Settlements = { new Settlement { ContactId = "a", LeaseId = "lease" } } } });
        consumer.Say(new() { Credits = new() { Credits = 7 } });
        await subscription.IsAsked.Task;
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.False(subscription.Takes.Reader.TryRead(out _), "It was handed more than it had had answered.");

        subscription.MayAnswer.SetResult();
        Assert.Equal(7, await subscription.Takes.Reader.ReadAsync());
        consumer.SayNoMore();
        await running;
        Assert.Equal(
            [SubscribeResponse.MessageOneofCase.Contacts, SubscribeResponse.MessageOneofCase.Settlements],
            consumer.Heard.Take(2).Select(static heard => heard.MessageCase));
    }

    [Fact]
    public async Task What_is_unanswered_is_read_ahead_by_a_bound_in_bytes()
    {
        var (subscription, consumer) = (new SlowSubscription(), new Consumer());
        using var stream = new DeliveryStream(
            subscription, new("sms", "test", TimeSpan.FromSeconds(30)), null!, consumer, TimeProvider.System);
        var large = new SubscribeSettlements();
        for (var i = 0; i < 1_000; i++)
        {
            large.Settlements.Add(new Settlement { ContactId = $"{i:d4}{new string('c', 250)}", LeaseId = "lease", Refusal = new() { Reason = new string('r', 250) } });
        }

        // Each is half a megabyte; 4 MiB and one message more are read.
        for (var i = 0; i < 40; i++)
        {
            consumer.Say(new() { Settlements = large });
        }

        var running = stream.RunAsync(consumer, 1, default, default);
        await subscription.IsAsked.Task;
        Assert.InRange(consumer.Unread, 30, 33);

        subscription.MayAnswer.SetResult();
        consumer.SayNoMore();
        await running;
        Assert.Equal(0, consumer.Unread);
    }

    [Fact]
    public async Task A_settlement_with_an_id_that_is_too_long_ends_the_stream_before_anything_is_kept()
    {
        var (subscription, consumer) = (new SlowSubscription(), new Consumer());
        using var stream = new DeliveryStream(
            subscription, new("sms", "test", TimeSpan.FromSeconds(30)), null!, consumer, TimeProvider.System);
        consumer.Say(
            new() { Settlements = new() { Settlements = { new Settlement { ContactId = "a", LeaseId = new string('l', 100_000) } } } });

        var fault = await Assert.ThrowsAsync<RpcException>(() => stream.RunAsync(consumer, 0, default, default));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    // Has one contact for each that asks, and settles when it may.
    private sealed class SlowSubscription : ISubscriptionGrain
    {
        public Channel<int> Takes { get; } = Channel.CreateUnbounded<int>();

        public TaskCompletionSource IsAsked { get; } = new();

        public TaskCompletionSource MayAnswer { get; } = new();

        public async ValueTask<ImmutableArray<Domain.Deliveries.LeasedContact>> Take(SubscriptionTerms terms, int most)
        {
            await Takes.Writer.WriteAsync(most);
            return [new(new OutboundContact { ContactId = "a" }.ToByteArray(), 1, "lease", 0)];
        }

        public async ValueTask<ImmutableArray<Domain.Deliveries.SettlementOutcome>> Report(
            SubscriptionTerms terms, ImmutableArray<ContactReport> reports)
        {
            IsAsked.TrySetResult();
            await MayAnswer.Task;
            return [.. reports.Select(static _ => Domain.Deliveries.SettlementOutcome.Settled)];
        }

        public ValueTask Leave() => default;
    }

    private sealed class Consumer : IAsyncStreamReader<SubscribeRequest>, IServerStreamWriter<SubscribeResponse>
    {
        private readonly Channel<SubscribeRequest> _said = Channel.CreateUnbounded<SubscribeRequest>();

        public List<SubscribeResponse> Heard { get; } = [];

        public int Unread => _said.Reader.Count;

        public SubscribeRequest Current { get; private set; } = new();

        public WriteOptions? WriteOptions { get; set; }

        public void Say(SubscribeRequest request) => _said.Writer.TryWrite(request);

        public void SayNoMore() => _said.Writer.Complete();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await _said.Reader.WaitToReadAsync(cancellationToken) || !_said.Reader.TryRead(out var said))
            {
                return false;
            }

            Current = said;
            return true;
        }

        public Task WriteAsync(SubscribeResponse message)
        {
            Heard.Add(message);
            return Task.CompletedTask;
        }

        public Task WriteAsync(SubscribeResponse message, CancellationToken cancellationToken) => WriteAsync(message);
    }
}
