using System.CommandLine;
using System.Diagnostics;
using System.Threading.Channels;
using Google.Protobuf;
using Zhice.Cli.Running;
using Zhice.Client;
using Zhice.V1;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Cli.Commands;

/// <summary>`zhice events stream`: records events as they are read, one a line, many on their way at once.</summary>
internal static class EventsStreamCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A file of events, one JSON object a line as the API's Event is written; '-' is standard input. Example: events.ndjson",
            DefaultValueFactory = _ => StandardInput,
        };
        var window = Numbers.Option("--window",
            $"How many may be unacknowledged, 1 to {EventStream.MaxWindow}. Example: --window 512", EventStream.MaxWindow, EventStream.DefaultWindow);
        return new Command("stream", "Records events from a file or standard input, and counts the acknowledgements. Example: zhice events stream events.ndjson")
        {
            file, window,
        }.Runs(session => StreamAsync(session, session.Get(file), session.Get(window)));
    }

    private static async Task<int> StreamAsync(Session session, string file, int window)
    {
        using var lines = file == StandardInput ? new StreamReader(Console.OpenStandardInput()) : File.OpenText(file);
        await using var stream = session.Client.OpenEventStream(window, session.Cancellation);
        var tally = new EventTally(session.Terminal);
        var clock = Stopwatch.StartNew();
        string? badLine;
        try
        {
            badLine = await session.Terminal.WithProgressAsync("events", "acknowledged", null, advance =>
                SendAndCountAsync(lines, stream, tally, advance, session.Cancellation));
        }
        finally
        {
            // Also when the stream broke: what was recorded counts once, so the same file may be sent again.
            tally.Print(clock.Elapsed);
        }

        if (badLine is not null)
        {
            session.Terminal.Error(badLine);
        }

        return badLine is null && tally.Refused == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<string?> SendAndCountAsync(
        StreamReader lines, EventStream stream, EventTally tally, Action<int> advance, CancellationToken cancellation)
    {
        var receipts = Channel.CreateUnbounded<EventReceipt>(new() { SingleReader = true, SingleWriter = true });
        var counting = CountAsync(receipts.Reader, tally, advance);
        try
        {
            var badLine = await SendAsync(lines, stream, receipts.Writer, cancellation);
            await stream.CompleteAsync();
            return badLine;
        }
        finally
        {
            receipts.Writer.Complete();
            await stream.DisposeAsync();
            await counting;
        }
    }

    // Ends at the first line that is no event, and says which: what follows may depend on it.
    private static async Task<string?> SendAsync(StreamReader lines, EventStream stream, ChannelWriter<EventReceipt> receipts, CancellationToken cancellation)
    {
        for (var number = 1; await NextAsync(lines, cancellation) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Event sent;
            try
            {
                sent = ProtoJson.ReadEvent(line);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                return $"Line {number} is no event, and nothing after it was sent: {e.Message}";
            }

            await receipts.WriteAsync(await stream.SendAsync(sent), cancellation);
        }

        return null;
    }

    // A read of standard input cannot be cancelled, but it can be left behind.
    private static Task<string?> NextAsync(StreamReader lines, CancellationToken cancellation) =>
        lines.ReadLineAsync(cancellation).AsTask().WaitAsync(cancellation);

    // Ends at the first event that the broken stream left unacknowledged; the sender says why it broke.
    private static async Task CountAsync(ChannelReader<EventReceipt> receipts, EventTally tally, Action<int> advance)
    {
        await foreach (var receipt in receipts.ReadAllAsync())
        {
            await ((Task)receipt.Acknowledged).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!receipt.Acknowledged.IsCompletedSuccessfully)
            {
                return;
            }

            tally.Add(await receipt.Acknowledged);
            advance(1);
        }
    }
}
