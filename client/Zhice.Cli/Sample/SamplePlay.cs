using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Sample;

/// <summary>Plays a day: first what stands in the catalogue and the campaigns, then customers and channels beside each other.</summary>
internal sealed class SamplePlay(SampleDay day, Action<int> advance, Action<string> say)
{
    /// <summary>The parts of a day beside its customers.</summary>
    public const int Parts = 5;

    // As many customers are at the bank at once.
    private const int AtOnce = 16;

    private long _events;
    private long _decisions;
    private long _answers;

    public async Task<SampleTally> RunAsync(CancellationToken cancellation)
    {
        await SampleCatalog.CompleteAsync(day.Operations, cancellation);
        advance(1);
        await SampleAudiences.SaveAsync(day, cancellation);
        await new SampleCampaigns(day, say).StartAsync(cancellation);
        advance(1);

        await using var events = day.Operations.OpenEventStream(EventStream.DefaultWindow, cancellation);
        var send = (Event sent) => SendAsync(events, sent);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channels = new SampleChannels(day, send);
        var open = channels.RunAsync(closing.Token);

        var visits = new SampleVisits(day, send);
        await Parallel.ForAsync(
            0, day.Customers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (place, stop) =>
            {
                Interlocked.Add(ref _decisions, await visits.VisitAsync(place, stop));
                advance(1);
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
