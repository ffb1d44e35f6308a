using System.Collections.Concurrent;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>The gateways of a day: they take what waits, fail now and then, and customers answer some calls.</summary>
internal sealed class SampleChannels(SampleDay day, Func<Event, ValueTask> send)
{
    // Nobody serves the branch: its hand-offs wait for the agents who work in the console.
    private static readonly string[] Channels = ["sms", "push", "remote_bank"];

    // Calls go out within seconds of the start of their campaign; what waits for the morning is not waited for.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<OutboundContact> _contacted = [];
    private long _taken;
    private long _failed;
    private long _lastAt = TimeProvider.System.GetTimestamp();

    /// <summary>Contacts that came to their customers.</summary>
    public IReadOnlyCollection<OutboundContact> Contacted => _contacted;

    /// <summary>Contacts that gateways took.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Those that were refused or given up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Serves the channels until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Channels.Select(channel =>
        new ContactGateway(
            day.Operations.Deliveries, new() { ChannelId = channel, Consumer = $"sample-{channel}" }, TakeAsync).RunAsync(stop)));

    /// <summary>Waits until nothing came for some seconds.</summary>
    public async Task UntilQuietAsync(CancellationToken cancellation)
    {
        var (clock, start) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        while (clock.GetElapsedTime(start) < Longest
            && (clock.GetElapsedTime(Interlocked.Read(ref _lastAt)) < Quiet || clock.GetElapsedTime(start) < Quiet))
        {
            await Task.Delay(Quiet / 10, clock, cancellation);
        }
    }

    private async ValueTask<Refusal?> TakeAsync(OutboundContact contact, CancellationToken stop)
    {
        Interlocked.Increment(ref _taken);
        Interlocked.Exchange(ref _lastAt, TimeProvider.System.GetTimestamp());
        var mood = new Random(StableHash(contact.CustomerId)).Next(100);
        if (mood is 0 or 1 or 2)
        {
            Interlocked.Increment(ref _failed);
            return mood == 0
                ? new() { Reason = "the number is not in service", GiveUp = true }
                : new() { Reason = "the line is busy", RetryAfter = new() { Seconds = 600 } };
        }

        if (contact.Task is null)
        {
            _contacted.Enqueue(contact);
            await AnswerAsync(contact, mood);
        }

        return null;
    }

    private async Task AnswerAsync(OutboundContact contact, int mood)
    {
        if (mood >= 60)
        {
            return;
        }

        await AnswerAsync(contact, FeedbackType.Impression);
        if (mood is >= 10 and < 22)
        {
            await AnswerAsync(contact, FeedbackType.Acceptance);
        }
        else if (mood is >= 22 and < 30)
        {
            await AnswerAsync(contact, FeedbackType.Dismissal);
        }
    }

    private ValueTask AnswerAsync(OutboundContact contact, FeedbackType type) =>
        send(day.CreateAnswer(contact.CustomerId, contact.ContactId, type, contact.ActionId, contactId: contact.ContactId));

    // string.GetHashCode differs in each process.
    private static int StableHash(string text) => text.Aggregate(17, static (hash, letter) => unchecked((hash * 31) + letter));
}
