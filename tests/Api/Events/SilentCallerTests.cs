using System.IO.Hashing;
using System.Text;
using Grpc.Core;
using Zhice.Api;
using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Events;
using Zhice.Api.Pipeline;
using Zhice.Api.Requests;

namespace Zhice.Api.Tests.Events;

/// <summary>Callers that open a stream and say nothing keep no place from others.</summary>
public sealed class SilentCallerTests
{
    private readonly SteppedClock _clock = new();

    [Fact]
    public void Of_event_streams_the_one_that_was_silent_for_the_longest_gives_its_place_to_one_that_comes()
    {
        var streams = new SilentStreams(_clock);
        var gates = new CallGates(new ApiOptions { MaxConcurrentStreams = 3 }, streams);
        var gate = gates.Find("/zhice.v1.EventService/StreamEvents")!.Gate;
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

        _clock.Step(SilentStreams.MinSilence);
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
        Assert.True(gates.TryEnter(gates.Find("/zhice.v1.EventService/StreamEvents")!.Gate));
        Assert.True(gates.TryEnter(gates.Find("/zhice.v1.DeliveryService/Subscribe")!.Gate));
        Assert.True(gates.TryEnter(gates.Find("/zhice.v1.CampaignService/WatchCampaign")!.Gate));
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

    [Theory]
    [InlineData(16, 5_000_000)]
    [InlineData(64, 1_900_000)]
    public void All_lists_that_come_in_have_room_for_so_many_ids_by_their_length(int idBytes, int least)
    {
        var (room, taken, last) = (new UploadMemoryLimit(), 0, 0);
        for (int bytes; (bytes = room.TryTake(idBytes)) > 0; last = bytes)
        {
            taken++;
        }

        Assert.InRange(taken, least, UploadMemoryLimit.MaxBytes / last);
        room.Leave(last);
        Assert.Equal(last, room.TryTake(idBytes));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(64)]
    public void An_id_of_a_list_is_kept_once_and_takes_little_more_than_its_room(int idBytes)
    {
        var written = Enumerable.Range(0, 20_000).Select(n => $"{n}".PadRight(idBytes, 'x')).ToList();
        var bytes = written.Select(static id => (Bytes: Encoding.UTF8.GetBytes(id), Hash: XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id))))
            .ToList();
        var (ids, before) = (new ListedIds(), GC.GetAllocatedBytesForCurrentThread());
        Assert.All(bytes, id => Assert.True(ids.Add(id.Bytes, id.Hash)));

        // With the tables that it outgrew.
        Assert.InRange(
            (GC.GetAllocatedBytesForCurrentThread() - before) / written.Count, idBytes, 2 * new UploadMemoryLimit().TryTake(idBytes));
        Assert.All(bytes, id => Assert.False(ids.Add(id.Bytes, id.Hash)));
        Assert.Equal(written.Count, ids.Count);
        Assert.Equal(written, ids.All());
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
