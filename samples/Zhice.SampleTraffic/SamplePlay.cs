using Zhice.Client;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>Plays a day: first what stands in the catalogue and the campaigns, then customers and channels beside each other.</summary>
/// <param name="day">The day.</param>
/// <param name="pace">How fast.</param>
/// <param name="advance">Hears of each step that is done, of <see cref="SampleDay.Steps"/>; from several threads.</param>
/// <param name="say">Hears in a sentence what was begun.</param>
public sealed class SamplePlay(SampleDay day, SamplePace pace, Action<int> advance, Action<string> say)
{
    /// <summary>The parts of a day beside its customers.</summary>
    internal const int Parts = 5;

    private long _events;
    private long _decisions;
    private long _answers;

    /// <summary>Plays it to its end.</summary>
    public async Task<SampleTally> RunAsync(CancellationToken cancellation)
    {
        await SampleCatalog.CompleteAsync(day.Operations, cancellation);
        advance(1);
        await SampleAudiences.SaveAsync(day, cancellation);
        await new SampleCampaigns(day, say).StartAsync(cancellation);
        advance(1);

        await using var events = day.Operations.OpenEventStream(pace.Window, cancellation);
        var send = (Event sent) => SendAsync(events, sent);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channels = new SampleChannels(day, send);
        var open = channels.RunAsync(closing.Token);

        var visits = new SampleVisits(day, send);
        await Parallel.ForAsync(
            0, day.Customers, new ParallelOptions { MaxDegreeOfParallelism = pace.AtOnce, CancellationToken = cancellation },
            async (place, stop) =>
            {
                var start = TimeProvider.System.GetTimestamp();
                Interlocked.Add(ref _decisions, await visits.VisitAsync(place, stop));
                advance(1);
                await pace.RestAsync(TimeProvider.System.GetElapsedTime(start), stop);
            });
        await new SampleJourneys(day, send).PlayAsync(cancellation);
        advance(1);
        await new SamplePeople(day).PlayAsync(cancellation);
        advance(1);
        await channels.UntilQuietAsync(cancellation);
        await SampleReceipts.SendAsync(day, channels.Contacted, cancellation);
        await SampleCampaigns.ConvertAsync(day, send, channels.Contacted, cancellation);
        await closing.CancelAsync();
        await open;
        await events.CompleteAsync();
        advance(1);
        return new(day.Customers, _events, _decisions, _answers, channels.Taken, channels.Failed);
    }

    private async ValueTask SendAsync(EventStream events, Event sent)
    {
        await events.SendAsync(sent);
        Interlocked.Increment(ref _events);
        if (sent.Feedback is not null)
        {
            Interlocked.Increment(ref _answers);
        }
    }
}
