using System.Diagnostics;
using Zhice.Api.Events;

namespace Zhice.Api.Tests.Events;

/// <summary>How many events of streams are recorded at a time, and whose.</summary>
public sealed class EventConcurrencyLimitTests
{
    private static readonly long Pause = Stopwatch.Frequency;

    [Fact]
    public async Task A_place_goes_to_the_stream_that_holds_the_fewest()
    {
        var room = new EventConcurrencyLimit(4, static () => true);
        var (greedy, other, late) =
            (new EventConcurrencyLimit.Share(), new EventConcurrencyLimit.Share(), new EventConcurrencyLimit.Share());
        await room.EnterAsync(greedy, default);
        await room.EnterAsync(greedy, default);
        await room.EnterAsync(other, default);
        await room.EnterAsync(other, default);

        var third = room.EnterAsync(greedy, default).AsTask();
        var first = room.EnterAsync(late, default).AsTask();
        room.Leave(other);

        await first;
        Assert.False(third.IsCompleted);
        Assert.Equal((2, 1, 1), (greedy.Held, other.Held, late.Held));
    }

    [Fact]
    public async Task A_stream_whose_customers_do_not_answer_leaves_half_of_the_places_to_others()
    {
        var room = new EventConcurrencyLimit(8, static () => true);
        var stuck = new EventConcurrencyLimit.Share();
        var held = Enumerable.Range(0, 5).Select(_ => room.EnterAsync(stuck, default).AsTask()).ToList();

        await room.EnterAsync(new EventConcurrencyLimit.Share(), default);

        Assert.Equal((4, 4), (stuck.Held, held.Count(static place => place.IsCompleted)));
    }

    [Fact]
    public async Task While_no_recommendation_comes_a_stream_holds_half_of_the_places_for_that()
    {
        var areComing = false;
        var room = new EventConcurrencyLimit(8, () => areComing);
        var stream = new EventConcurrencyLimit.Share();
        for (var i = 0; i < EventConcurrencyLimit.Quiet / 2; i++)
        {
            await room.EnterAsync(stream, default);
        }

        areComing = true;
        var next = room.EnterAsync(new EventConcurrencyLimit.Share(), default).AsTask();

        Assert.Equal((EventConcurrencyLimit.Quiet / 2, false), (stream.Held, next.IsCompleted));
    }

    [Fact]
    public async Task What_begins_late_leaves_fewer_places_and_what_begins_in_time_gives_them_back()
    {
        var room = new EventConcurrencyLimit(1_000, static () => true);
        var now = Pause;
        for (var i = 0; i < 100; i++)
        {
            room.Adjust(2 * EventConcurrencyLimit.Late, now += Pause);
        }

        Assert.Equal(EventConcurrencyLimit.MinPlaces, room.Limit);

        // None is added while nobody waits for one.
        room.Adjust(TimeSpan.Zero, now += Pause);
        Assert.Equal(EventConcurrencyLimit.MinPlaces, room.Limit);

        EventConcurrencyLimit.Share[] streams = [.. Enumerable.Range(0, 1_000).Select(static _ => new EventConcurrencyLimit.Share())];
        var all = streams.Select(stream => room.EnterAsync(stream, default).AsTask()).ToList();
        for (var i = 0; i < 200; i++)
        {
            room.Adjust(TimeSpan.Zero, now += Pause);
        }

        await Task.WhenAll(all);
        Assert.InRange(room.Limit, 999, 1_000);
    }

    [Fact]
    public async Task A_stream_that_ends_while_it_waits_takes_no_place()
    {
        var room = new EventConcurrencyLimit(1, static () => true);
        var (one, other) = (new EventConcurrencyLimit.Share(), new EventConcurrencyLimit.Share());
        await room.EnterAsync(one, default);
        using var end = new CancellationTokenSource();
        var waiting = room.EnterAsync(other, end.Token).AsTask();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        room.Leave(one);

        Assert.Equal((0, 0), (one.Held, other.Held));
        await room.EnterAsync(other, default);
    }
}
