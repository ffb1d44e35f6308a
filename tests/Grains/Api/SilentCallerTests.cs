using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Events;
using Zhice.Api.Hosting;
using Zhice.Api.Requests;

namespace Zhice.Grains.Tests.Api;

/// <summary>Callers that open a stream and say nothing keep no place from others.</summary>
public sealed class SilentCallerTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Of_event_streams_the_one_that_was_silent_for_the_longest_gives_its_place_to_one_that_comes()
    {
        var streams = new SilentStreams(_clock);
        var gates = new CallGates(new ApiOptions { MaxConcurrentStreams = 3 }, streams);
        var gate = gates.Of("/zhice.v1.EventService/StreamEvents")!;
        var open = new List<SilentStreams.Entry>();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(gates.TryEnter(gate));
            open.Add(streams.Open());
            open[i].BeginSilence();
            _clock.Step(TimeSpan.FromSeconds(1));
        }

        // Nobody was silent for long enough.
        Assert.False(gates.TryEnter(gate));

        _clock.Step(SilentStreams.Least);
        open[0].BeginSilence();
        open[1].EndSilence();
        Assert.True(gates.TryEnter(gate));

        Assert.Equal([false, false, true], open.Select(static stream => stream.Ended.IsCancellationRequested));
        Assert.False(gates.TryEnter(gate));
        Assert.Equal(3, gate.InFlight - 1);
    }

    [Fact]
    public void Event_streams_take_no_places_of_subscriptions_and_of_those_who_watch()
    {
        var gates = new CallGates(new ApiOptions { MaxConcurrentStreams = 1 }, new SilentStreams(_clock));
        Assert.True(gates.TryEnter(gates.Of("/zhice.v1.EventService/StreamEvents")!));
        Assert.True(gates.TryEnter(gates.Of("/zhice.v1.DeliveryService/Subscribe")!));
        Assert.True(gates.TryEnter(gates.Of("/zhice.v1.CampaignService/WatchCampaign")!));
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 60)]
    public async Task An_upload_that_says_nothing_is_ended(bool hasBegun, int afterSeconds)
    {
        var messages = new Silence(hasBegun ? 1 : 0);
        var upload = new PromptStream<string>(messages, _clock);
        if (hasBegun)
        {
            Assert.True(await upload.MoveNext(default));
        }

        var next = upload.MoveNext(default);
        _clock.Step(TimeSpan.FromSeconds(afterSeconds - 1));
        Assert.False(next.IsCompleted);
        _clock.Step(TimeSpan.FromSeconds(1));

        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode);
    }

    [Fact]
    public void All_lists_that_come_in_hold_a_bounded_number_of_ids_of_few_bytes_each()
    {
        var room = new ListRoom();
        var taken = 0;
        while (room.TryTake())
        {
            taken++;
        }

        Assert.Equal(6_000_000, taken);
        room.Leave(1);
        Assert.True(room.TryTake());

        var (ids, before) = (new ListedIds(), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0UL; i < 100_000; i++)
        {
            Assert.True(ids.Add("bm-00000000"u8, i));
        }

        // With all that it outgrew: what is kept is about half of it, 300 MB for 6,000,000 ids.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100_000, 0, 150);
    }

    private sealed class Silence(int messages) : IAsyncStreamReader<string>
    {
        private int _left = messages;

        public string Current => "";

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_left-- <= 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return true;
        }
    }
}
